import ClusterModel

extension Namespace {
  static let columns: [TableColumn<Namespace>] = [
    .name,
    .init("Status", "Active, or Terminating while what is in the namespace goes.") { $0.phase.rawValue },
    .age,
  ]
}

extension Lease {
  static let columns: [TableColumn<Lease>] = [
    .name,
    .init("Holder", "Who holds the Lease.") { $0.spec.holderIdentity ?? "" },
    .age,
  ]
}
