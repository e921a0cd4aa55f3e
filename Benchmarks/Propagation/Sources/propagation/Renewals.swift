import ClusterModel
import Glibc
import Registry

/// What renewing Leases costs in the registry, without HTTP: each is a transaction of its own, by the one who has the Lease's fields.
///
/// - Parameter leases: how many are renewed every 10 s.
func measureRenewals(leases: Int) throws {
  let registry = Registry()
  try registry.transaction { (registry) throws(RegistryError) in registry.bootstrap() }
  let held = try (0..<leases).map { number in try make(lease(number), in: registry) }
  let before = ThreadTime.own
  for (number, lease) in held.enumerated() {
    var renewed = lease
    renewed.spec.renewTime = Int64(1_700_000_000_000_000 + number)
    _ = try registry.transaction { (registry) throws(RegistryError) in
      try registry.update(renewed.object, manager: "provider")
    }
  }
  let nanoseconds = Double(ThreadTime.own - before)
  report("CPU time of a renewal in the registry", nanoseconds / 1_000 / Double(leases), "µs", services: 0)
  report("renewals in the registry, of a core", nanoseconds / 10_000_000_000 * 100, "%", services: 0)
}

private func make(_ lease: Lease, in registry: Registry) throws -> Lease {
  let stored = try registry.transaction { (registry) throws(RegistryError) in
    try registry.create(lease.object, manager: "provider")
  }
  var made = Lease(stored) ?? lease
  made.metadata.resourceVersion = 0
  return made
}

private func lease(_ number: Int) -> Lease {
  Lease(
    metadata: ObjectMeta(name: "web-\(number)", namespace: "default"),
    spec: LeaseSpec(holderIdentity: "web-\(number)", leaseDurationSeconds: 40, renewTime: 1_600_000_000_000_000))
}
