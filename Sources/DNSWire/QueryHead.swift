// The in-place reader of queries for the fast path: one pass over the datagram, no allocation, nothing copied but the lower-cased name.

/// What a datagram turns out to be when its header, question and EDNS record are read in place.
public enum QueryVerdict: UInt8, Sendable {
  /// A plain question: QUERY, one question, at most an OPT record.
  case question
  /// To be dropped in silence: shorter than a header, or a response (RFC 8906 §3.1).
  case ignore
  /// The header can be read, the rest cannot: FORMERR.
  case malformed
  /// An opcode that is not served: NOTIMP.
  case notImplemented
  /// EDNS of a version that is not known: BADVERS (RFC 6891 §6.1.3).
  case badVersion
  /// Well-formed so far, with records that only the full reader understands.
  case unusual
}

/// The parts of a query that the fast path needs, as offsets into the datagram.
public struct QueryHead {
  /// The length of the name in octets with its root octet: 1–255; 0 when there is no readable question.
  public var nameLength = 0
  /// The question's type (QTYPE).
  public var type: UInt16 = 0
  /// The question's class (QCLASS).
  public var `class`: UInt16 = 0
  /// Whether any letter of the name is a capital one.
  public var hasCapitals = false
  /// Whether there is an OPT record.
  public var hasEDNS = false
  /// The flag DO: the client wants DNSSEC records.
  public var dnssecOK = false
  /// The client's UDP payload size of its OPT record (0–65535); 0 without one.
  public var payloadSize: UInt16 = 0

  /// A reader that has not read anything yet.
  public init() {}

  /// The length of a message's header.
  public static let headerLength = 12
  /// The longest name (RFC 1035 §2.3.4).
  public static let longestName = 255
  /// How many octets behind the datagram must be readable, and behind the name writable: words are handled whole.
  public static let slack = 8

  /// The offset behind the question.
  public var questionEnd: Int { Self.headerLength + nameLength + 4 }
}

extension QueryHead {
  /// Reads a datagram, and writes the question's name in lower case to `name`.
  ///
  /// - Parameters:
  ///   - packet: the datagram. ``slack`` octets behind it must be readable.
  ///   - count: its length.
  ///   - name: room for ``longestName`` + ``slack`` octets.
  ///
  /// Safety: every read is below `count` (checked before it) or within the slack; every write to `name` is below 255 + slack.
  /// Complexity: O(`count`).
  @inlinable
  public mutating func read(
    _ packet: UnsafePointer<UInt8>, count: Int, name: UnsafeMutablePointer<UInt8>
  ) -> QueryVerdict {
    guard count >= Self.headerLength else { return .ignore }
    let flags = unsafe packet[2]
    guard flags & 0x80 == 0 else { return .ignore }
    guard unsafe readQuestion(packet, count: count, name: name) else {
      return flags & 0x78 == 0 ? .malformed : .notImplemented
    }
    let rest = unsafe readRecords(packet, count: count)
    return flags & 0x78 == 0 ? rest : .notImplemented
  }

  /// Reads the one question; false when there is not exactly one, or it cannot be read.
  @inlinable
  mutating func readQuestion(
    _ packet: UnsafePointer<UInt8>, count: Int, name: UnsafeMutablePointer<UInt8>
  ) -> Bool {
    guard unsafe packet[4] == 0 && packet[5] == 1 else { return false }
    let start = Self.headerLength
    var end = start
    while true {
      guard end < count else { return false }
      let length = unsafe Int(packet[end])
      end += 1
      if length == 0 { break }
      // The first name of a message has nothing before it to point to.
      guard length < 64 else { return false }
      end += length
    }
    guard end - start <= Self.longestName, end + 4 <= count else { return false }
    nameLength = end - start
    type = unsafe UInt16(packet[end]) << 8 | UInt16(packet[end + 1])
    `class` = unsafe UInt16(packet[end + 2]) << 8 | UInt16(packet[end + 3])
    hasCapitals = unsafe copyLowercased(packet + start, count: nameLength, to: name)
    return true
  }

  /// Reads what follows the question: nothing, or one OPT record.
  @inlinable
  mutating func readRecords(_ packet: UnsafePointer<UInt8>, count: Int) -> QueryVerdict {
    let end = questionEnd
    let others = unsafe packet[6] | packet[7] | packet[8] | packet[9] | packet[10]
    let additional = unsafe packet[11]
    guard others == 0, additional <= 1 else { return .unusual }
    if additional == 0 { return end == count ? .question : .malformed }
    return unsafe readOPT(packet + end, count: count - end)
  }

  /// Reads the one additional record: an OPT record that fills the rest of the message, or something unusual.
  @inlinable
  mutating func readOPT(_ record: UnsafePointer<UInt8>, count: Int) -> QueryVerdict {
    guard count >= 11 else { return .malformed }
    guard unsafe record[0] == 0, unsafe record[1] == 0, unsafe record[2] == 41 else { return .unusual }
    let dataLength = unsafe Int(record[9]) << 8 | Int(record[10])
    guard dataLength == count - 11, unsafe optionsFit(record + 11, count: dataLength) else { return .malformed }
    hasEDNS = true
    payloadSize = unsafe UInt16(record[3]) << 8 | UInt16(record[4])
    dnssecOK = unsafe record[7] & 0x80 != 0
    return unsafe record[6] == 0 ? .question : .badVersion
  }

  /// Whether the options fill their room exactly (RFC 6891 §6.1.2).
  @inlinable
  func optionsFit(_ options: UnsafePointer<UInt8>, count: Int) -> Bool {
    var offset = 0
    while offset + 4 <= count {
      offset += unsafe 4 + (Int(options[offset + 2]) << 8 | Int(options[offset + 3]))
    }
    return offset == count
  }
}

/// Copies a name in lower case, eight octets at a time; up to seven octets more than `count` are read and written.
///
/// Length octets (below 64) are no letters, so the name is handled as one run of octets.
/// - Returns: whether there was a capital letter.
@inlinable
func copyLowercased(_ source: UnsafePointer<UInt8>, count: Int, to target: UnsafeMutablePointer<UInt8>) -> Bool {
  var changed: UInt64 = 0
  var offset = 0
  while offset < count {
    let word = unsafe UnsafeRawPointer(source + offset).loadUnaligned(as: UInt64.self)
    var capitals = capitalLetters(word)
    let left = count - offset
    if left < 8 { capitals &= (1 << UInt64(8 * left)) - 1 }
    changed |= capitals
    unsafe UnsafeMutableRawPointer(target + offset).storeBytes(of: word | capitals >> 2, as: UInt64.self)
    offset += 8
  }
  return changed != 0
}

/// The octets of a word that are ASCII capitals, each marked by its highest bit.
@inlinable
func capitalLetters(_ word: UInt64) -> UInt64 {
  let ones: UInt64 = 0x0101_0101_0101_0101
  let low = word & (0x7F * ones)
  let fromA = low + (0x80 - 0x41) * ones
  let beyondZ = low + (0x7F - 0x5A) * ones
  return (fromA ^ beyondZ) & ~word & (0x80 * ones)
}
