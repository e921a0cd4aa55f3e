/// Which instances are asked for: a service, the namespace that it is in, and one of its ports.
///
/// | text | means |
/// |---|---|
/// | `web` | the service web of the namespace default, its first port |
/// | `web.shop` | the service web of the namespace shop |
/// | `web.shop:http`, `web.shop:8080` | its port of that name or number |
/// | `web.shop.svc`, `web.shop.svc.cluster.local` | the same, as names are written in the cluster's DNS |
/// | `_http._tcp.web.shop.svc.cluster.local` | the port http over TCP, as SRV records are asked for (RFC 2782) |
public struct Target: Sendable, Hashable {
  /// The Service's name: an RFC 1035 label.
  public let service: String
  /// The namespace: an RFC 1123 label.
  public let namespace: String
  /// Which port; `nil`: the first.
  public let port: TargetPort?
  /// What the port is spoken with.
  public let transport: TargetTransport
  /// The domain of the cluster, without dots at its ends.
  public let clusterDomain: String

  /// A target of its parts.
  ///
  /// - Parameters:
  ///   - service: the Service's name.
  ///   - namespace: the namespace that the Service is in.
  ///   - port: which port; `nil`: the first.
  ///   - transport: what the port is spoken with.
  ///   - clusterDomain: the domain of the cluster.
  /// - Throws: ``TargetError`` when a name is no label, or the port's name or number is none.
  public init(
    service: String, namespace: String = "default", port: TargetPort? = nil, transport: TargetTransport = .tcp,
    clusterDomain: String = "cluster.local"
  ) throws(TargetError) {
    let text = "\(service).\(namespace)"
    guard isLabel(service) else { throw TargetError(text, "the service's name \"\(service)\" is no DNS label") }
    guard isLabel(namespace) else { throw TargetError(text, "the namespace \"\(namespace)\" is no DNS label") }
    guard !clusterDomain.isEmpty,
      clusterDomain.split(separator: ".", omittingEmptySubsequences: false).allSatisfy(isLabel)
    else { throw TargetError(text, "the cluster domain \"\(clusterDomain)\" is no DNS name") }
    if let port, let problem = port.problem { throw TargetError(text, problem) }
    self.service = service.lowercased()
    self.namespace = namespace.lowercased()
    self.port = port
    self.transport = transport
    self.clusterDomain = clusterDomain.lowercased()
  }

  /// Reads a target in one of the forms of the table above.
  ///
  /// - Parameters:
  ///   - text: the target.
  ///   - defaultNamespace: the namespace of a target that names none: where the program runs.
  ///   - clusterDomain: the domain that names of the DNS forms end in.
  /// - Throws: ``TargetError``, which says what would be right.
  public init(
    _ text: String, defaultNamespace: String = "default", clusterDomain: String = "cluster.local"
  ) throws(TargetError) {
    let name = try TargetText(text, clusterDomain: clusterDomain)
    do throws(TargetError) {
      try self.init(
        service: name.service, namespace: name.namespace ?? defaultNamespace, port: name.port,
        transport: name.transport, clusterDomain: clusterDomain)
    } catch {
      throw TargetError(text, error.problem)
    }
  }

  /// The service's name in the cluster's DNS, without a final dot: `web.shop.svc.cluster.local`.
  public var domainName: String { "\(service).\(namespace).svc.\(clusterDomain)" }
}

extension Target: CustomStringConvertible {
  /// The short form: `web.shop:http`.
  public var description: String { "\(service).\(namespace)\(port.map { ":\($0)" } ?? "")" }
}

/// One port of a Service.
public enum TargetPort: Sendable, Hashable {
  /// By its name in the Service: a DNS label with a letter.
  case name(String)
  /// By the Service's port number, 1 to 65535.
  case number(UInt16)

  /// A port as it is written after a colon.
  public init(_ text: some StringProtocol) {
    self = UInt16(text).map(Self.number) ?? .name(text.lowercased())
  }

  fileprivate var problem: String? {
    switch self {
    case .number(0): "the port 0 is none; ports are 1 to 65535, or a name"
    case .number: nil
    case .name(let name):
      isLabel(name) && name.utf8.contains { $0 | 0x20 >= UInt8(ascii: "a") && $0 | 0x20 <= UInt8(ascii: "z") }
        ? nil : "\"\(name)\" is no port: a port is 1 to 65535, or a name of letters, digits and hyphens"
    }
  }
}

extension TargetPort: CustomStringConvertible {
  /// As it is written after a colon.
  public var description: String {
    switch self {
    case .name(let name): name
    case .number(let number): "\(number)"
    }
  }
}

/// What a port is spoken with.
public enum TargetTransport: String, Sendable, Hashable, CaseIterable {
  case tcp, udp, sctp
}

/// Why a text is no target.
public struct TargetError: Error, Hashable, CustomStringConvertible {
  /// The text.
  public let text: String
  /// What is wrong with it, and what would be right.
  public let problem: String

  init(_ text: String, _ problem: String) { (self.text, self.problem) = (text, problem) }

  /// One line for a person.
  public var description: String { "the target \"\(text)\": \(problem)" }
}

/// Whether a text is 1 to 63 letters, digits and hyphens, with no hyphen at its ends (RFC 1123 §2.1).
private func isLabel(_ text: some StringProtocol) -> Bool {
  let octets = Array(text.utf8)
  guard (1...63).contains(octets.count), octets.first != UInt8(ascii: "-"), octets.last != UInt8(ascii: "-") else {
    return false
  }
  return octets.allSatisfy {
    switch $0 {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"):
      true
    default: false
    }
  }
}
