import ClusterModel

/// Keeps one copy of lists that many objects have: most Services have one port, and few names and numbers are in use; the
/// Pods of a Service have the same containers.
struct SharedLists: Sendable {
  private var servicePorts: Set<[ServicePort]> = []
  private var slicePorts: Set<[EndpointPort]> = []
  private var containers: Set<[Container]> = []
  private var conditions: Set<[Condition]> = []
  private var keptFields: Set<StringMap> = []
  /// How many lists of each are kept: then it begins anew, so that lists that nobody has any more go.
  private static let capacity = 1024

  /// The object with the kept copies of its lists, if they are like another one's.
  mutating func share(_ object: ClusterObject) -> ClusterObject {
    switch object {
    case .service(var service) where service.spec.ports.allSatisfy { $0.nodePort == 0 }:
      Self.share(&service.spec.ports, &servicePorts)
      return .service(service)
    case .endpointSlice(var slice):
      Self.share(&slice.ports, &slicePorts)
      return .endpointSlice(slice)
    case .pod(var pod):
      Self.share(&pod.spec.containers, &containers)
      Self.share(&pod.spec.kept, &keptFields)
      Self.share(&pod.status.conditions, &conditions)
      return .pod(pod)
    default: return object
    }
  }

  private static func share<List: Collection & Hashable>(_ list: inout List, _ known: inout Set<List>) {
    guard !list.isEmpty else { return }
    if known.count >= capacity { known = [] }
    list = known.insert(list).memberAfterInsert
  }
}
