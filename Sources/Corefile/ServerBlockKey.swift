import NetworkAddresses

/// The protocol of a server block's port.
public enum Scheme: String, Sendable, Hashable, CaseIterable {
  /// DNS over UDP and TCP.
  case dns
  /// DNS over TLS (RFC 7858).
  case tls
  /// DNS over HTTPS (RFC 8484).
  case https
  /// DNS over HTTP/3.
  case https3
  /// CoreDNS's DNS over gRPC.
  case grpc
  /// DNS over QUIC (RFC 9250).
  case quic

  /// The port of keys that name none; `nil` for plain DNS, whose port the command line may set.
  public var defaultPort: UInt16? {
    switch self {
    case .dns: nil
    case .tls, .quic: 853
    case .https, .https3, .grpc: 443
    }
  }
}

/// A zone that a server block serves, and on which port: `tls://example.org:8853`.
///
/// A key in CIDR notation is expanded to the reverse zones that cover exactly its addresses, each its own key: one
/// for 10.0.0.0/16, 128 of the form `N.0.10.in-addr.arpa.` for 10.0.0.0/17. So a key never holds more than was asked for.
public struct ServerBlockKey: Sendable, Hashable {
  /// The zone's name: absolute, lower case, in presentation form (`cluster.local.`, `.`).
  public var zone: String
  /// The protocol.
  public var scheme: Scheme
  /// The port as it was written; `nil` when it was not.
  public var port: UInt16?
  /// Where the key is written.
  public var location: SourceLocation

  /// A key, for configurations that are built rather than read.
  public init(zone: String, scheme: Scheme = .dns, port: UInt16? = nil, location: SourceLocation) {
    self.zone = zone
    self.scheme = scheme
    self.port = port
    self.location = location
  }

  /// The port that the key stands for.
  public func port(defaultPort: UInt16) -> UInt16 { port ?? scheme.defaultPort ?? defaultPort }
}

extension ServerBlockKey: CustomStringConvertible {
  /// As CoreDNS prints it: `dns://.:53`; without the port when none was written.
  public var description: String { "\(scheme.rawValue)://\(zone)" + (port.map { ":\($0)" } ?? "") }
}

extension Token {
  /// Reads `[SCHEME://]ZONE[:PORT]`, where the zone may be a prefix in CIDR notation and is `.` when it is left out.
  func serverBlockKeys() throws(CorefileError) -> [ServerBlockKey] {
    var rest = Substring(text)
    let scheme = try takeScheme(&rest)
    let port = try takePort(&rest)
    if rest.contains(":") && !rest.contains("/") {
      throw error("\(shown) is no zone", hint: "write ZONE, ZONE:PORT or ADDRESS/LENGTH")
    }
    let zones = try Token(rest.isEmpty ? "." : String(rest), at: location).zones()
    return zones.map { ServerBlockKey(zone: $0, scheme: scheme, port: port, location: location) }
  }

  private func takeScheme(_ rest: inout Substring) throws(CorefileError) -> Scheme {
    let parts = rest.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
    guard parts.count == 2 else { return .dns }
    guard let scheme = Scheme(rawValue: String(parts[0])) else {
      let names = Scheme.allCases.map(\.rawValue)
      throw error("unknown scheme \(quoted(parts[0] + "://"))", hint: nearestNameHint(String(parts[0]), in: names))
    }
    rest = parts[1]
    return scheme
  }

  /// The digits behind the last colon. `2001:db8::/32` has none.
  private func takePort(_ rest: inout Substring) throws(CorefileError) -> UInt16? {
    guard let colon = rest.lastIndex(of: ":") else { return nil }
    let digits = rest[rest.index(after: colon)...]
    guard !digits.isEmpty else { throw error("a port is expected after ':' in \(shown)") }
    guard digits.utf8.allSatisfy({ (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }) else { return nil }
    guard let port = UInt16(decimal: digits) else {
      throw error("the port \(quoted(String(digits))) is out of range", hint: "ports are 0 to 65535")
    }
    rest = rest[..<colon]
    return port
  }
}
