/// One port of a Service. 56 octets.
public struct ServicePort: Sendable, Hashable {
  /// A DNS label; may be empty when the Service has one port only.
  public var name: String
  /// What is spoken on the port: `http`, `kubernetes.io/h2c`.
  public var appProtocol: String? {
    get { rare.value.appProtocol }
    set { rare.value.appProtocol = newValue }
  }
  /// The endpoints' port, by number or by its name there.
  public var targetPort: PortReference
  /// What the port speaks.
  public var `protocol`: TransportProtocol
  /// 1–65535 once validated.
  public var port: Int32
  /// The port on every node; 0 for none.
  public var nodePort: Int32
  private var rare: Rare<RarePortFields>

  /// From its parts; what is left out has its default.
  public init(
    name: String = "", protocol: TransportProtocol = .tcp, port: Int32, targetPort: PortReference? = nil,
    nodePort: Int32 = 0, appProtocol: String? = nil
  ) {
    self.name = name
    self.protocol = `protocol`
    rare = Rare(RarePortFields(appProtocol: appProtocol))
    self.port = port
    self.targetPort = targetPort ?? .number(port)
    self.nodePort = nodePort
  }
}

/// What few ports say.
struct RarePortFields: RareFields {
  var appProtocol: String?
}

/// The transport protocols that ports have.
public enum TransportProtocol: String, Sendable, Hashable, CaseIterable {
  case sctp = "SCTP"
  case tcp = "TCP"
  case udp = "UDP"
}

/// A port by its number, or by its name in the Pod.
public enum PortReference: Sendable, Hashable {
  /// 1–65535 once validated.
  case number(Int32)
  case name(String)
}

extension PortReference: CustomStringConvertible {
  /// The number or the name.
  public var description: String {
    switch self {
    case .number(let number): String(number)
    case .name(let name): name
    }
  }
}

/// What is observed of a Service.
public struct ServiceStatus: Sendable, Hashable {
  /// `loadBalancer.ingress`: where a load balancer takes traffic for the Service.
  public var ingress: [LoadBalancerIngress]
  /// The conditions.
  public var conditions: [Condition]

  /// From its parts; what is left out has its default.
  public init(ingress: [LoadBalancerIngress] = [], conditions: [Condition] = []) {
    self.ingress = ingress
    self.conditions = conditions
  }
}

extension ServiceStatus: RareFields {
  /// Nothing observed.
  public init() { self.init(ingress: []) }
}

/// One place where a load balancer takes traffic: an address or a name.
public struct LoadBalancerIngress: Sendable, Hashable {
  /// The address as it was written; empty for none.
  public var ip: String
  /// The name; empty for none.
  public var hostname: String
  /// `VIP` or `Proxy`.
  public var ipMode: String?
  /// How each port fares.
  public var ports: [LoadBalancerPort]

  /// From its parts; what is left out has its default.
  public init(ip: String = "", hostname: String = "", ipMode: String? = nil, ports: [LoadBalancerPort] = []) {
    self.ip = ip
    self.hostname = hostname
    self.ipMode = ipMode
    self.ports = ports
  }
}

/// How one port of a load balancer fares.
public struct LoadBalancerPort: Sendable, Hashable {
  /// 1–65535.
  public var port: Int32
  /// What the port speaks.
  public var `protocol`: TransportProtocol
  /// What is wrong with the port; `nil` for nothing.
  public var error: String?

  /// From its parts; what is left out has its default.
  public init(port: Int32 = 0, protocol: TransportProtocol = .tcp, error: String? = nil) {
    self.port = port
    self.protocol = `protocol`
    self.error = error
  }
}
