import ClusterDiscovery
import ClusterModel

/// Which port of the endpoints a target means.
enum WantedPort {
  /// The one with the name and protocol of that port of the Service.
  case ofService(ServicePort)
  /// This one, of a headless Service that names none.
  case number(UInt16)

  /// - Throws: ``DiscoveryError/Reason/notFound`` when the Service has no such port, with those that it has.
  init(_ target: Target, of service: Service) throws(DiscoveryError) {
    let ports = service.spec.ports
    if ports.isEmpty, case .number(let number)? = target.port {
      self = .number(number)
      return
    }
    let transport = target.transport.protocol
    guard let port = ports.first(where: { $0.protocol == transport && $0.isMeant(by: target.port) }) else {
      throw DiscoveryError(.notFound, Self.problem(target, ports))
    }
    self = .ofService(port)
  }

  /// The port's number in a slice; `nil` when the slice does not have it.
  func number(in slice: EndpointSlice) -> UInt16? {
    switch self {
    case .number(let number): return number
    case .ofService(let wanted):
      let found = slice.ports.first { $0.name == wanted.name && $0.protocol == wanted.protocol }
      guard let found, let number = UInt16(exactly: found.port ?? wanted.port), number > 0 else { return nil }
      return number
    }
  }

  private static func problem(_ target: Target, _ ports: [ServicePort]) -> String {
    let name = "\(target.service).\(target.namespace)"
    guard !ports.isEmpty else { return "\(name) names no ports: say which is meant, \(name):8080 for one" }
    let wanted = target.port.map { "the port \($0)" } ?? "a port"
    let spelled = ports.map { "\($0.name.isEmpty ? "" : "\($0.name) ")\($0.port)/\($0.protocol.rawValue)" }
    return "\(name) does not have \(wanted) over \(target.transport.protocol.rawValue); it has "
      + "\(spelled.joined(separator: ", ")) (a port over UDP is written _NAME._udp.\(name))"
  }
}

extension ServicePort {
  fileprivate func isMeant(by target: TargetPort?) -> Bool {
    switch target {
    case nil: true
    case .name(let name): self.name == name
    case .number(let number): port == Int32(number)
    }
  }
}

extension TargetTransport {
  fileprivate var `protocol`: TransportProtocol {
    switch self {
    case .tcp: .tcp
    case .udp: .udp
    case .sctp: .sctp
    }
  }
}
