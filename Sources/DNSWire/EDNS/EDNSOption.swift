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
  /// Any other option: its code and its octets, at most 65,535.
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
    let start = cursor.offset
    let (code, length) = (try cursor.readUInt16(), Int(try cursor.readUInt16()))
    guard length <= cursor.remaining else { throw .truncated(at: cursor.offset) }
    var content = WireCursor(
      bytes: cursor.bytes, offset: cursor.offset, end: cursor.offset + length, isMessage: cursor.isMessage)
    cursor.offset += length
    guard let option = Self(code: code, reading: &content), content.isAtEnd else {
      throw .badOption(code: code, at: start)
    }
    self = option
  }

  /// `nil` when the content is not as the option's document says.
  private init?(code: UInt16, reading content: inout WireCursor) {
    switch code {
    case Self.nsidCode: self = .nsid(content.readRest())
    case Self.clientSubnetCode:
      guard let option = Self.clientSubnet(reading: &content) else { return nil }
      self = option
    case Self.cookieCode:
      guard let cookie = Cookie(content.readRest()) else { return nil }
      self = .cookie(cookie)
    case Self.keepaliveCode:
      self = .keepalive(content.isAtEnd ? nil : try? content.readUInt16())
    case Self.paddingCode: self = .padding(count: UInt16(clamping: content.readRest().count))
    case Self.extendedErrorCode:
      guard let error = ExtendedError(reading: &content) else { return nil }
      self = .extendedError(error)
    default: self = .unknown(code: code, bytes: content.readRest())
    }
  }

  /// A subnet of a family other than IPv4 and IPv6 stays as it is.
  private static func clientSubnet(reading content: inout WireCursor) -> EDNSOption? {
    guard content.remaining >= 4 else { return nil }
    guard (1...2).contains(content.bytes.uint16(at: content.offset)) else {
      return .unknown(code: clientSubnetCode, bytes: content.readRest())
    }
    return ClientSubnet(reading: &content).map(EDNSOption.clientSubnet)
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
