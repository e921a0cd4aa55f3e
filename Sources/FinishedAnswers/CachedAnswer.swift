public import DNSWire

// A cache's answers on the fast path: whole messages, kept in an AnswerTable under name, type and flags. Such a block has one RRset; its octets are
// the fields below and then all records of the message. Compression pointers stay true, as every question for it is as long.

/// An answer of a cache as a reader finds it.
@frozen
@safe
public struct CachedAnswer {
  @usableFromInline let rrset: UnsafeMutablePointer<FinishedRRset>
  /// The fields, and behind them the records.
  @usableFromInline let octets: UnsafePointer<UInt8>

  @inlinable
  init(_ rrset: UnsafeMutablePointer<FinishedRRset>, _ octets: UnsafePointer<UInt8>) {
    unsafe self.rrset = unsafe rrset
    unsafe self.octets = unsafe octets
  }

  /// Where the fields stand, in octets.
  @usableFromInline enum Field {
    @usableFromInline static let stored = 0
    @usableFromInline static let lifetime = 4
    /// The fourth octet of the header: RA, AD and the response code.
    @usableFromInline static let flags = 8
    /// 1 when only the stages can draw the order of the records.
    @usableFromInline static let orderIsKept = 9
    @usableFromInline static let authorities = 10
    /// Where the address records begin whose order can be drawn, behind the fields, and how many there are; 0 for none.
    @usableFromInline static let addresses = 12
    @usableFromInline static let addressCount = 14
    @usableFromInline static let length = 16
  }

  @inlinable
  func field16(_ offset: Int) -> Int { unsafe Int(octets[offset]) << 8 | Int(octets[offset + 1]) }
  @inlinable
  func field32(_ offset: Int) -> UInt32 { UInt32(field16(offset)) << 16 | UInt32(field16(offset + 2)) }

  /// How long the cache keeps it in all, in seconds.
  @inlinable public var lifetime: UInt32 { field32(Field.lifetime) }
  /// The response code, 0–15.
  @inlinable public var responseCode: UInt16 { unsafe UInt16(octets[Field.flags] & 15) }
  /// Whether only the stages can give the records the order that a client is to see.
  @inlinable public var orderIsKept: Bool { unsafe octets[Field.orderIsKept] != 0 }

  /// How long it is still kept, in seconds; `nil` when it is too old.
  ///
  /// - Parameter now: seconds of the server's clock.
  @inlinable
  public func remaining(now: UInt32) -> UInt32? {
    let stored = field32(Field.stored)
    guard now >= stored, now - stored < lifetime else { return nil }
    return lifetime - (now - stored)
  }

  /// The octets that a question's key has behind the name: type and flags.
  @usableFromInline static let suffixLength = 3
  /// The longest name whose answers are kept so, with its root octet.
  public static let longestName = 252

  /// The last octet of a key.
  @inlinable
  static func flags(dnssecOK: Bool, checkingDisabled: Bool) -> UInt8 { (dnssecOK ? 1 : 0) | (checkingDisabled ? 2 : 0) }

  /// Makes a name the key of a question for it.
  ///
  /// - Parameter head: the query's head.
  /// - Parameter checkingDisabled: the query's CD.
  /// - Parameter name: in lower case, of ``longestName`` octets at most, in room for `QueryHead.longestName` and twice `QueryHead.slack`.
  /// - Returns: the key's length.
  @inlinable
  public static func makeKey(
    _ name: UnsafeMutablePointer<UInt8>, head: QueryHead, checkingDisabled: Bool
  ) -> Int {
    let end = head.nameLength - 1
    unsafe name[end] = UInt8(truncatingIfNeeded: head.type >> 8)
    unsafe name[end + 1] = UInt8(truncatingIfNeeded: head.type)
    unsafe name[end + 2] = flags(dnssecOK: head.dnssecOK, checkingDisabled: checkingDisabled)
    return end + suffixLength
  }
}

extension AnswerTable.Reader {
  /// Finds the answer that a cache keeps under a key of ``CachedAnswer/makeKey(_:head:checkingDisabled:)``.
  @inlinable
  public func cached(_ key: UnsafePointer<UInt8>, count: Int, type: UInt16) -> CachedAnswer? {
    guard let found = unsafe find(key, count: count), let rrset = unsafe found.rrset(type) else { return nil }
    return unsafe CachedAnswer(rrset, found.records(of: rrset))
  }
}

extension ReplyWriter {
  /// Appends all records of an answer.
  ///
  /// - Parameters:
  ///   - answer: the answer.
  ///   - ttl: what every record's TTL is to be, in seconds.
  ///   - random: draws the order of address records; `nil` keeps it.
  /// - Returns: false when they do not fit; then nothing is appended.
  @inlinable
  public mutating func append(
    _ answer: CachedAnswer, ttl: UInt32, random: UnsafeMutablePointer<ShuffleSource>?
  ) -> Bool {
    let records = unsafe Int(answer.rrset.pointee.length) - CachedAnswer.Field.length
    guard records <= room else { return false }
    let start = length
    unsafe (out + start).update(from: answer.octets + CachedAnswer.Field.length, count: records)
    length += records
    answers = unsafe answer.rrset.pointee.answerCount
    authorities = UInt16(truncatingIfNeeded: answer.field16(CachedAnswer.Field.authorities))
    additionals = unsafe answer.rrset.pointee.additionalCount
    let addresses = answer.field16(CachedAnswer.Field.addressCount)
    if addresses > 1, let random = unsafe random {
      let first = unsafe UnsafeMutableRawPointer(out + start + answer.field16(CachedAnswer.Field.addresses))
      unsafe random.pointee.shuffle(first, count: addresses, stride: Int(answer.rrset.pointee.stride))
    }
    patchTTLs(from: start, to: ttl)
    return true
  }

  /// Writes the header of an answer of a cache, with AA as CoreDNS sets it on hits, and the OPT record.
  @inlinable
  public mutating func finish(_ answer: CachedAnswer) -> Int {
    let length = finish(answer.responseCode, authoritative: true)
    // AD is for clients that care about it (RFC 6840 §5.7): they set AD or DO.
    let wantsAuthenticData = unsafe head.dnssecOK || packet[3] & 0x20 != 0
    unsafe out[3] |= answer.octets[CachedAnswer.Field.flags] & (wantsAuthenticData ? 0xA0 : 0x80)
    return length
  }
}
