// ClusterDiscoveryObjects: what a Service and its EndpointSlices mean to a client. Nothing here does I/O.

public import ClusterDiscovery
public import ClusterModel

/// The Service that a target names and its EndpointSlices, as a source last saw them.
///
/// What becomes of them:
///
/// | the Service | the target's endpoints |
/// |---|---|
/// | has a selector, or slices by other hands | those of its slices |
/// | is headless | the same; without ports of its own it takes any port number |
/// | is an ExternalName | `notFound`: it stands for a name, and has no endpoints |
/// | has slices of names only (`addressType: FQDN`) | `notFound`: names are no addresses |
/// | is not there | `notFound`, whatever slices there are |
public struct ServiceObjects: Sendable {
  /// Whose endpoints are meant.
  public let target: Target
  /// Which addresses count.
  public let families: EndpointFamilies
  private(set) var service: Service?
  private var slices: [String: EndpointSlice] = [:]
  /// What the slices come to for the target's port, as far as it was worked out: a change costs what changed.
  private var known: [String: SliceEndpoints] = [:]

  /// Nothing seen yet.
  public init(_ target: Target, families: EndpointFamilies = .first) {
    self.target = target
    self.families = families
  }

  /// Takes over an object as it is now; objects of other Services are not looked at.
  public mutating func put(_ object: ClusterObject) {
    let metadata = object.metadata
    guard metadata.namespace == target.namespace else { return }
    switch object {
    case .service(let service) where metadata.name == target.service:
      if service.spec.ports != self.service?.spec.ports { known = [:] }
      self.service = service
    case .endpointSlice(let slice):
      slices[metadata.name] = slice.serviceName == target.service ? slice : nil
      known[metadata.name] = nil
    default: break
    }
  }

  /// An object is no more.
  public mutating func remove(_ key: ObjectKey) {
    guard key.namespace == target.namespace else { return }
    switch key.kind {
    case .service where key.name == target.service: service = nil
    case .endpointSlice: (slices[key.name], known[key.name]) = (nil, nil)
    default: break
    }
  }

  /// Forgets the objects of a kind, before all of them are seen anew.
  public mutating func removeAll(of kind: ObjectKind) {
    if kind == .service { service = nil }
    if kind == .endpointSlice { (slices, known) = ([:], [:]) }
  }

  /// The slices in the order of their names.
  var orderedSlices: [EndpointSlice] { slices.sorted { $0.key < $1.key }.map(\.value) }

  /// The endpoints of a slice.
  mutating func endpoints(of slice: EndpointSlice, _ port: WantedPort) -> SliceEndpoints {
    let name = slice.metadata.name
    if let endpoints = known[name] { return endpoints }
    let endpoints = SliceEndpoints(slice, port)
    known[name] = endpoints
    return endpoints
  }
}
