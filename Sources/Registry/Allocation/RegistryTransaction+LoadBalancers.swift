import ClusterModel
import NetworkAddresses

// The load balancer controller: what Services of type LoadBalancer get from the pool, at the end of the transaction that
// makes them, or when an address becomes free. Without a pool their status is left to others.

extension RegistryTransaction {
  /// The class that stands for the registry's own pool; a Service without a class means it, too.
  static let ownLoadBalancerClass = "clusterdns.io/pool"

  /// Notes which Services may need an address of the pool, and which addresses are in use.
  mutating func trackLoadBalancer(_ key: ObjectKey, _ old: Service?, _ new: Service?) {
    guard !loadBalancers.isEmpty else { return }
    let (before, after) = (old?.ingressAddresses ?? [], new?.ingressAddresses ?? [])
    loadBalancers.release(before)
    loadBalancers.claim(after)
    // Whoever waits may have what somebody gives back.
    if before.contains(where: { !after.contains($0) }) { balancing.formUnion(pendingBalancers) }
    if let new, new.wantsAddress { balancing.insert(key) } else { pendingBalancers.remove(key) }
  }

  /// Gives addresses to the Services that need them, those first whose names come first.
  mutating func reconcileLoadBalancers() {
    guard !balancing.isEmpty else { return }
    let keys = balancing.sorted()
    balancing = []
    for key in keys {
      guard let entry = entry(key), case .service(let service) = entry.object, service.wantsAddress else { continue }
      // What a manifest says of its cluster's load balancer stays.
      if entry.origin.isManifest, !service.status.ingress.isEmpty { continue }
      balance(service, entry)
    }
    balancing = []
  }

  private mutating func balance(_ service: Service, _ entry: ObjectTable.Entry) {
    let own = service.ingressAddresses
    let addresses = service.spec.ipFamilies.compactMap { address(of: service, $0, own) }
    if addresses.isEmpty { pendingBalancers.insert(service.key) } else { pendingBalancers.remove(service.key) }
    if addresses == own { return }
    var balanced = service
    balanced.status.ingress = addresses.map { LoadBalancerIngress(ip: $0.description, ipMode: "VIP") }
    store(balanced.object, from: entry.origin)
  }

  /// The Service's address of the family: the one that it asks for, the one that it has, or a free one.
  private func address(of service: Service, _ family: AddressFamily, _ own: [IPAddress]) -> IPAddress? {
    func isUsable(_ address: IPAddress) -> Bool {
      address.family == family && loadBalancers.contains(address)
        && (own.contains(address) || !loadBalancers.isTaken(address))
    }
    if let wanted = IPAddress(service.spec.loadBalancerIP), wanted.family == family {
      return isUsable(wanted) ? wanted : nil
    }
    if let kept = own.first(where: isUsable) { return kept }
    let key = service.key
    let seed = StableHash(key.namespace, key.name, AddressType(family).rawValue).value
    return loadBalancers.free(family, seed: seed)
  }
}

extension Service {
  /// Whether the Service is to have an address of the registry's pool.
  fileprivate var wantsAddress: Bool {
    spec.type == .loadBalancer
      && (spec.loadBalancerClass == nil || spec.loadBalancerClass == RegistryTransaction.ownLoadBalancerClass)
  }

  /// Where load balancers take traffic for the Service, as far as those are addresses.
  fileprivate var ingressAddresses: [IPAddress] { status.ingress.compactMap { IPAddress($0.ip) } }
}
