/// What a client asks, without the transport: method, path, query and body.
struct APIRequest: Sendable {
  let method: String
  /// The path's parts, percent-decoded; none for `/`.
  let path: [String]
  /// What the path names; `nil` for nothing.
  let route: APIRoute?
  /// The query's parameters, percent-decoded; of one that comes twice the first counts.
  let query: [String: String]
  /// What the client would like, as its header Accept says; empty for anything.
  let accept: String
  /// The media type of the body, as the header Content-Type says, without parameters and in lower case; empty for not said.
  let mediaType: String
  /// The program that asks, as the header User-Agent says; empty for not said.
  let userAgent: String
  /// The body, at most ``RequestBounds/body`` octets.
  let body: [UInt8]
  /// Who asks.
  let access: Access

  /// - Parameter target: the request target of HTTP (RFC 9112 §3.2): path and query.
  /// - Returns: `nil` when the target is not in origin form, or has a broken percent-encoding.
  init?(
    method: String, target: String, accept: String = "", contentType: String = "", userAgent: String = "",
    body: [UInt8] = [], access: Access = .local
  ) {
    let parts = target.utf8.split(separator: UInt8(ascii: "?"), maxSplits: 1, omittingEmptySubsequences: false)
    guard let path = parts.first, path.first == UInt8(ascii: "/") else { return nil }
    var segments: [String] = []
    for segment in path.split(separator: UInt8(ascii: "/")) {
      guard let decoded = PercentEncoding.decode(Substring(segment), plusIsSpace: false) else { return nil }
      segments.append(decoded)
    }
    guard let query = PercentEncoding.query(parts.count > 1 ? Substring(parts[1]) : "") else { return nil }
    self.method = method
    self.path = segments
    route = APIRoute(segments)
    self.query = query
    self.accept = accept
    let type = contentType.utf8.prefix { $0 != UInt8(ascii: ";") }.filter { $0 > UInt8(ascii: " ") }
    mediaType = String(decoding: type, as: UTF8.self).lowercased()
    self.userAgent = userAgent
    self.body = body
    self.access = access
  }
}

extension APIRequest {
  /// Whether it is answered in no time: one object, in the notation that objects are written in, or whether the server is well.
  var isQuick: Bool {
    guard method == "GET" else { return false }
    switch route {
    case .health: return true
    case .object: return accept.isEmpty || accept == "application/json"
    default: return false
    }
  }
}

/// The percent-encoding of URIs (RFC 3986 §2.1) and of queries.
enum PercentEncoding {
  /// The text with its `%XX` as octets; `nil` when one is broken, or the octets are not UTF-8.
  static func decode(_ text: some StringProtocol, plusIsSpace: Bool) -> String? {
    guard text.utf8.contains(where: { $0 == UInt8(ascii: "%") || $0 == UInt8(ascii: "+") }) else { return String(text) }
    var octets: [UInt8] = []
    var rest = text.utf8[...]
    while let octet = rest.popFirst() {
      if octet == UInt8(ascii: "%") {
        guard let high = rest.popFirst()?.hexDigit, let low = rest.popFirst()?.hexDigit else { return nil }
        octets.append(high << 4 | low)
      } else {
        octets.append(plusIsSpace && octet == UInt8(ascii: "+") ? UInt8(ascii: " ") : octet)
      }
    }
    return String(validating: octets, as: UTF8.self)
  }

  /// The parameters of a query: `a=b&c=d`.
  static func query(_ text: some StringProtocol) -> [String: String]? {
    var parameters: [String: String] = [:]
    for pair in text.split(separator: "&") {
      let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard let name = parts.first.flatMap({ decode($0, plusIsSpace: true) }),
        let value = decode(parts.count > 1 ? parts[1] : "", plusIsSpace: true)
      else { return nil }
      if parameters[name] == nil { parameters[name] = value }
    }
    return parameters
  }
}

extension UInt8 {
  fileprivate var hexDigit: UInt8? {
    switch self {
    case UInt8(ascii: "0")...UInt8(ascii: "9"): self - UInt8(ascii: "0")
    case UInt8(ascii: "a")...UInt8(ascii: "f"): self - UInt8(ascii: "a") + 10
    case UInt8(ascii: "A")...UInt8(ascii: "F"): self - UInt8(ascii: "A") + 10
    default: nil
    }
  }
}
