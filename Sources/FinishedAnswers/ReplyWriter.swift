public import DNSWire
public import Synchronization

/// Writes one reply to a query that was read in place: copies a finished answer behind the question, patches what depends on the question, and
/// adds header and OPT record.
///
/// Safety: `out` has room for `limit` octets and `QueryHead.slack` more; `packet` is the datagram that `head` was read from. Every copy is
/// bounded by `room`.
@frozen
@safe
public struct ReplyWriter {
  @usableFromInline let packet: UnsafePointer<UInt8>
  @usableFromInline let out: UnsafeMutablePointer<UInt8>
  @usableFromInline let head: QueryHead
  /// The longest reply, in octets, the OPT record included.
  @usableFromInline let limit: Int

  /// The octets written so far.
  @usableFromInline var length: Int
  @usableFromInline var answers: UInt16 = 0
  @usableFromInline var authorities: UInt16 = 0
  @usableFromInline var additionals: UInt16 = 0
  /// Whether whole records were left out for which the client should come back over TCP.
  @usableFromInline var isTruncated = false

  /// The UDP payload size that we announce, and the longest answer that we send over UDP (RFC 9715).
  public static let payloadSize: UInt16 = 1232
  @usableFromInline static let optLength = 11

  /// Copies the question; a `head` without a name copies none.
  @inlinable
  public init(_ packet: UnsafePointer<UInt8>, head: QueryHead, into out: UnsafeMutablePointer<UInt8>, limit: Int) {
    unsafe self.packet = unsafe packet
    unsafe self.out = unsafe out
    self.head = head
    self.limit = limit
    length = head.nameLength == 0 ? QueryHead.headerLength : head.questionEnd
    unsafe out.update(from: packet, count: length)
  }

  /// Octets left for records.
  @inlinable
  var room: Int { limit - length - (head.hasEDNS ? Self.optLength : 0) }

  /// Writes header and OPT record.
  ///
  /// - Parameters:
  ///   - code: the response code, 0–4095.
  ///   - authoritative: the flag AA.
  /// - Returns: the length of the reply.
  @inlinable
  public mutating func finish(_ code: UInt16, authoritative: Bool) -> Int {
    unsafe out[2] = 0x80 | packet[2] & 0x79 | (authoritative ? 4 : 0) | (isTruncated ? 2 : 0)
    unsafe out[3] = packet[3] & 0x10 | UInt8(truncatingIfNeeded: code & 15)
    put16(head.nameLength == 0 ? 0 : 1, at: 4)
    put16(answers, at: 6)
    put16(authorities, at: 8)
    if head.hasEDNS { writeOPT(code) }
    put16(additionals, at: 10)
    return length
  }

  /// Safety: `room` has kept eleven octets free.
  @inlinable
  mutating func writeOPT(_ code: UInt16) {
    unsafe out[length] = 0
    put16(41, at: length + 1)
    put16(Self.payloadSize, at: length + 3)
    put16((code >> 4) << 8, at: length + 5)
    put16(head.dnssecOK ? 0x8000 : 0, at: length + 7)
    put16(0, at: length + 9)
    length += Self.optLength
    additionals &+= 1
  }

  @inlinable
  func put16(_ value: UInt16, at offset: Int) {
    unsafe UnsafeMutableRawPointer(out + offset).storeBytes(of: value.bigEndian, as: UInt16.self)
  }

  @inlinable
  func put32(_ value: UInt32, at offset: Int) {
    unsafe UnsafeMutableRawPointer(out + offset).storeBytes(of: value.bigEndian, as: UInt32.self)
  }
}

// MARK: - Answers

extension ReplyWriter {
  /// Appends an RRset and its additional records.
  ///
  /// - Parameters:
  ///   - rrset: the RRset.
  ///   - name: the answers that it is one of.
  ///   - zone: the zone that they are in.
  ///   - ttl: what every record's TTL is to be, in seconds.
  ///   - random: draws the order of address records; `nil` keeps it.
  ///
  /// Additional records that do not fit are left out; when the answer itself does not fit, as many whole records as do, with TC.
  @inlinable
  public mutating func append(
    _ rrset: UnsafeMutablePointer<FinishedRRset>, of name: NameAnswers, in zone: AnswerZone.Reader, ttl: UInt32,
    random: UnsafeMutablePointer<ShuffleSource>?
  ) {
    if unsafe rrset.pointee.traits.contains(.zoneSOA) {
      appendSOA(zone, ttl: ttl)
      return swap(&answers, &authorities)
    }
    let records = unsafe name.records(of: rrset)
    let start = length
    let stride = unsafe Int(rrset.pointee.stride)
    answers = unsafe rrset.pointee.answerCount
    additionals = unsafe rrset.pointee.additionalCount
    if unsafe Int(rrset.pointee.length) <= room {
      unsafe (out + start).update(from: records, count: Int(rrset.pointee.length))
      unsafe length += Int(rrset.pointee.length)
    } else {
      unsafe appendWhatFits(rrset, records, random: random)
    }
    if stride != 0, answers > 1, let random = unsafe random {
      unsafe random.pointee.shuffle(UnsafeMutableRawPointer(out + start), count: Int(answers), stride: stride)
    }
    if unsafe ttl != NameAnswers.ttl(records) { patchTTLs(from: start, to: ttl) }
    unsafe patchNames(rrset, from: start, zone)
  }

  /// The zone's letter case in targets is the question's.
  @inlinable
  func patchNames(_ rrset: UnsafeMutablePointer<FinishedRRset>, from start: Int, _ zone: AnswerZone.Reader) {
    guard head.hasCapitals, unsafe rrset.pointee.traits.contains(.targetsInZone) else { return }
    let zoneLength = zone.wireLength
    let asked = unsafe out + QueryHead.headerLength + head.nameLength - zoneLength
    var offset = start
    for _ in 0..<answers {
      offset = recordEnd(offset)
      unsafe (out + offset - zoneLength).update(from: asked, count: zoneLength)
    }
  }

  @inlinable
  func patchTTLs(from start: Int, to ttl: UInt32) {
    var offset = start
    while offset < length {
      put32(ttl, at: ownerEnd(offset) + 4)
      offset = recordEnd(offset)
    }
  }

  /// The offset behind a record's owner: a compression pointer or a whole name.
  @inlinable
  func ownerEnd(_ record: Int) -> Int {
    var offset = record
    while true {
      let octet = unsafe Int(out[offset])
      if octet >= 0xC0 { return offset + 2 }
      if octet == 0 { return offset + 1 }
      offset += 1 + octet
    }
  }

  /// The offset behind a record that was written whole.
  @inlinable
  func recordEnd(_ record: Int) -> Int {
    let data = ownerEnd(record) + 10
    return unsafe data + (Int(out[data - 2]) << 8 | Int(out[data - 1]))
  }

  /// The answer is too long: additional records go first, then answer records, whole ones.
  @usableFromInline
  mutating func appendWhatFits(
    _ rrset: UnsafeMutablePointer<FinishedRRset>, _ records: UnsafePointer<UInt8>,
    random: UnsafeMutablePointer<ShuffleSource>?
  ) {
    let stride = unsafe Int(rrset.pointee.stride)
    let wanted = answers
    var record = 0
    if stride != 0, let random = unsafe random {
      // A client that never tries TCP still gets any of them: begin at a random record, but leave a whole run behind it.
      let fitting = room / stride
      record = unsafe random.pointee.below(UInt32(max(1, Int(wanted) - fitting + 1)))
    }
    var offset = stride * record
    let limit = length + room
    var counts: (answers: UInt16, additionals: UInt16) = (0, 0)
    while unsafe offset < Int(rrset.pointee.length) {
      let end = unsafe Self.recordEnd(records, offset)
      guard length + end - offset <= limit else { break }
      unsafe (out + length).update(from: records + offset, count: end - offset)
      length += end - offset
      if record < Int(wanted) { counts.answers += 1 } else { counts.additionals += 1 }
      record += 1
      offset = end
    }
    isTruncated = counts.answers < wanted
    answers = counts.answers
    additionals = counts.additionals
  }

  private static func recordEnd(_ records: UnsafePointer<UInt8>, _ record: Int) -> Int {
    var offset = record
    while unsafe records[offset] != 0 && records[offset] < 0xC0 { unsafe offset += 1 + Int(records[offset]) }
    offset += unsafe (records[offset] == 0 ? 1 : 2) + 10
    return unsafe offset + (Int(records[offset - 2]) << 8 | Int(records[offset - 1]))
  }
}

// MARK: - Denials

extension ReplyWriter {
  /// Appends the zone's SOA to the authority section (RFC 2308 §3); its owner shows the zone as it was asked.
  @inlinable
  public mutating func appendSOA(_ zone: AnswerZone.Reader, ttl: UInt32) {
    let zoneName = UInt16(0xC000 | (QueryHead.headerLength + head.nameLength - zone.wireLength))
    guard room >= Self.soaLength else {
      isTruncated = true
      return
    }
    let start = length
    put16(zoneName, at: start)
    put32(0x0006_0001, at: start + 2)
    put32(ttl, at: start + 6)
    put16(UInt16(Self.soaLength - 12), at: start + 10)
    // ns.dns.ZONE hostmaster.ZONE
    put32(0x026E_7303, at: start + 12)
    put32(0x646E_7300, at: start + 16)
    put16(zoneName, at: start + 19)
    put32(0x0A68_6F73, at: start + 21)
    put32(0x746D_6173, at: start + 25)
    put32(0x7465_7200, at: start + 29)
    put16(zoneName, at: start + 32)
    unsafe put32(zone.core.pointee.serial.load(ordering: .relaxed), at: start + 34)
    put32(7200, at: start + 38)
    put32(1800, at: start + 42)
    put32(86_400, at: start + 46)
    unsafe put32(zone.core.pointee.minimum, at: start + 50)
    length += Self.soaLength
    authorities = 1
  }

  /// An SOA record whose names end in pointers: head 12, names 9 + 13, numbers 20.
  @usableFromInline static let soaLength = 54
}
