/// Why an answer is as it is, for people who look for the cause (RFC 8914).
public struct ExtendedError: Sendable, Hashable {
  /// The reason's number (IANA: Extended DNS Error Codes).
  public var code: UInt16
  /// More words, for people alone. What is no UTF-8 in them is replaced when it is read.
  public var text: String

  /// A reason, with words or without.
  public init(code: UInt16, text: String = "") {
    self.code = code
    self.text = text
  }

  /// The answer is older than its TTL.
  public static let staleAnswer: UInt16 = 3
  /// The server is not ready to answer yet.
  public static let notReady: UInt16 = 14
  /// The operator forbids the name.
  public static let blocked: UInt16 = 15
  /// The client may not ask this.
  public static let prohibited: UInt16 = 18
  /// The denial is older than its TTL.
  public static let staleNXDomainAnswer: UInt16 = 19
  /// The server has no authority for the name.
  public static let notAuthoritative: UInt16 = 20
  /// The server does not do this.
  public static let notSupported: UInt16 = 21
  /// No upstream could be reached.
  public static let noReachableAuthority: UInt16 = 22
  /// An upstream's answer did not come or made no sense.
  public static let networkError: UInt16 = 23

  init?(_ content: [UInt8]) {
    guard content.count >= 2 else { return nil }
    self.init(code: content.uint16(at: 0), text: String(decoding: content[2...], as: UTF8.self))
  }

  func write(to writer: inout MessageWriter) {
    writer.append(code)
    writer.append([UInt8](text.utf8))
  }
}
