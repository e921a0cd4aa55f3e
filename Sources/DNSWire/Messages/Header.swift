/// The first twelve octets of a message (RFC 1035 §4.1.1).
public struct Header: Sendable, Hashable {
  /// Its length in octets.
  public static let length = 12

  /// The number by which the asker knows the answer.
  public var id: UInt16
  /// The second sixteen bits.
  public var flags: HeaderFlags
  /// How many questions follow.
  public var questionCount: UInt16
  /// How many records the answer section has.
  public var answerCount: UInt16
  /// How many records the authority section has.
  public var authorityCount: UInt16
  /// How many records the additional section has, OPT included.
  public var additionalCount: UInt16

  /// A header; without counts, that of an empty message.
  public init(
    id: UInt16, flags: HeaderFlags, questionCount: UInt16 = 0, answerCount: UInt16 = 0, authorityCount: UInt16 = 0,
    additionalCount: UInt16 = 0
  ) {
    self.id = id
    self.flags = flags
    self.questionCount = questionCount
    self.answerCount = answerCount
    self.authorityCount = authorityCount
    self.additionalCount = additionalCount
  }

  /// Reads the first twelve octets; `nil` when there are fewer.
  public init?(_ bytes: [UInt8]) {
    guard bytes.count >= Self.length else { return nil }
    id = bytes.uint16(at: 0)
    flags = HeaderFlags(rawValue: bytes.uint16(at: 2))
    questionCount = bytes.uint16(at: 4)
    answerCount = bytes.uint16(at: 6)
    authorityCount = bytes.uint16(at: 8)
    additionalCount = bytes.uint16(at: 10)
  }
}

/// The sixteen bits behind a message's number: what it is and how it went (RFC 1035 §4.1.1, RFC 4035 §3).
///
/// Bit Z, 0x0040, is in no use: it is read as it comes and left out of what `Message` writes.
public struct HeaderFlags: RawRepresentable, Sendable, Hashable {
  /// All sixteen bits, QR highest.
  public var rawValue: UInt16

  /// Takes the bits as they are.
  @inlinable
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  @inlinable
  subscript(bit: UInt16) -> Bool {
    get { rawValue & bit != 0 }
    set { rawValue = newValue ? rawValue | bit : rawValue & ~bit }
  }

  /// QR: a response, not a query.
  public var isResponse: Bool {
    get { self[0x8000] }
    set { self[0x8000] = newValue }
  }

  /// The kind of message.
  public var opcode: Opcode {
    get { Opcode(rawValue: UInt8(rawValue >> 11 & 15)) }
    set { rawValue = rawValue & ~0x7800 | UInt16(newValue.rawValue) << 11 }
  }

  /// AA: the answer comes from the zone itself.
  public var authoritative: Bool {
    get { self[0x0400] }
    set { self[0x0400] = newValue }
  }

  /// TC: something is missing for want of room.
  public var truncated: Bool {
    get { self[0x0200] }
    set { self[0x0200] = newValue }
  }

  /// RD: please ask on for me.
  public var recursionDesired: Bool {
    get { self[0x0100] }
    set { self[0x0100] = newValue }
  }

  /// RA: the server does ask on.
  public var recursionAvailable: Bool {
    get { self[0x0080] }
    set { self[0x0080] = newValue }
  }

  /// AD: the data is validated.
  public var authenticData: Bool {
    get { self[0x0020] }
    set { self[0x0020] = newValue }
  }

  /// CD: the asker validates for itself.
  public var checkingDisabled: Bool {
    get { self[0x0010] }
    set { self[0x0010] = newValue }
  }

  /// The lower four bits of the response code.
  public var responseCode: ResponseCode {
    get { ResponseCode(rawValue: rawValue & 15) }
    set { rawValue = rawValue & ~15 | newValue.rawValue & 15 }
  }
}
