import ClusterModel

/// Keeps one copy of lists of ports that many objects have: most Services have one port, and few names and numbers are in use.
struct SharedPorts: Sendable {
  private var ofServices: Set<[ServicePort]> = []
  private var ofSlices: Set<[EndpointPort]> = []
  /// How many lists of each are kept: then it begins anew, so that lists that nobody has any more go.
  private static let capacity = 1024

  /// The object with the kept copy of its ports, if it is like another one's.
  mutating func share(_ object: ClusterObject) -> ClusterObject {
    switch object {
    case .service(var service) where service.spec.ports.allSatisfy { $0.nodePort == 0 }:
      Self.share(&service.spec.ports, &ofServices)
      return .service(service)
    case .endpointSlice(var slice):
      Self.share(&slice.ports, &ofSlices)
      return .endpointSlice(slice)
    default: return object
    }
  }

  private static func share<Port: Hashable>(_ ports: inout [Port], _ known: inout Set<[Port]>) {
    guard !ports.isEmpty else { return }
    if known.count >= capacity { known = [] }
    ports = known.insert(ports).memberAfterInsert
  }
}
