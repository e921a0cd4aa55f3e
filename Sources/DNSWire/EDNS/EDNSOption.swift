/// An option of an OPT record (RFC 6891 §6.1.2).
public enum EDNSOption: Sendable, Hashable {
  /// The server's identifier; empty to ask for it (RFC 5001).
  case nsid([UInt8])
  /// The network that the client is in (RFC 7871).
  case clientSubnet(ClientSubnet)
  /// The client's cookie, and the server's once it is known (RFC 7873).
  case cookie(Cookie)
  /// How long an idle TCP connection stays open, in units of 100 ms; `nil` to ask for it (RFC 7828).
  case keepalive(UInt16?)
  /// Octets that only make the message longer (RFC 7830); they are written as zeros.
  case padding(count: UInt16)
  /// Why the answer is as it is (RFC 8914).
  case extendedError(ExtendedError)
  /// Any other option: its code and its octets, at most 65,535. Also one of the above whose content is not as its document
  /// says: who acts upon that option then answers FORMERR, and to everybody else it is no matter (RFC 6891 §6.1.2).
  case unknown(code: UInt16, bytes: [UInt8])

  private static let nsidCode: UInt16 = 3
  private static let clientSubnetCode: UInt16 = 8
  private static let cookieCode: UInt16 = 10
  private static let keepaliveCode: UInt16 = 11
  private static let paddingCode: UInt16 = 12
  private static let extendedErrorCode: UInt16 = 15

  /// The option's number.
  public var code: UInt16 {
    switch self {
    case .nsid: Self.nsidCode
    case .clientSubnet: Self.clientSubnetCode
    case .cookie: Self.cookieCode
    case .keepalive: Self.keepaliveCode
    case .padding: Self.paddingCode
    case .extendedError: Self.extendedErrorCode
    case .unknown(let code, _): code
    }
  }
}

extension EDNSOption {
  init(reading cursor: inout WireCursor) throws(WireError) {
    let (code, length) = (try cursor.readUInt16(), Int(try cursor.readUInt16()))
    let bytes = try cursor.readBytes(length)
    self = Self(code: code, content: bytes) ?? .unknown(code: code, bytes: bytes)
  }

  /// `nil` when the option is unknown, or the content not as its document says.
  private init?(code: UInt16, content: [UInt8]) {
    switch code {
    case Self.nsidCode: self = .nsid(content)
    case Self.clientSubnetCode: self.init(ClientSubnet(content), EDNSOption.clientSubnet)
    case Self.cookieCode: self.init(Cookie(content), EDNSOption.cookie)
    case Self.keepaliveCode where content.isEmpty: self = .keepalive(nil)
    case Self.keepaliveCode where content.count == 2: self = .keepalive(content.uint16(at: 0))
    case Self.paddingCode: self = .padding(count: UInt16(clamping: content.count))
    case Self.extendedErrorCode: self.init(ExtendedError(content), EDNSOption.extendedError)
    default: return nil
    }
  }

  private init?<Content>(_ content: Content?, _ option: (Content) -> EDNSOption) {
    guard let content else { return nil }
    self = option(content)
  }

  func write(to writer: inout MessageWriter) {
    writer.append(code)
    writer.appendCounted { writer in
      switch self {
      case .nsid(let bytes), .unknown(_, let bytes): writer.append(bytes)
      case .clientSubnet(let subnet): subnet.write(to: &writer)
      case .cookie(let cookie): writer.append(cookie.octets)
      case .keepalive(let timeout): if let timeout { writer.append(timeout) }
      case .padding(let count): writer.append([UInt8](repeating: 0, count: Int(count)))
      case .extendedError(let error): error.write(to: &writer)
      }
    }
  }
}
