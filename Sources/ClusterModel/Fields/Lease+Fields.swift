extension Lease {
  static let fieldTable = FieldTable<Lease>(
    "Lease",
    [
      .apiVersion, .kind,
      .object("metadata", \.metadata, ObjectMeta.fieldTable),
      .object("spec", \.spec, LeaseSpec.fieldTable),
    ])
}

extension LeaseSpec {
  static let fieldTable = FieldTable<LeaseSpec>(
    "LeaseSpec",
    [
      .optionalString("holderIdentity", \.holderIdentity, shared: true),
      .optionalInt32("leaseDurationSeconds", \.leaseDurationSeconds),
      .microTime("acquireTime", \.acquireTime),
      .microTime("renewTime", \.renewTime),
      .optionalInt32("leaseTransitions", \.leaseTransitions),
      .optionalString("strategy", \.strategy, shared: true),
      .optionalString("preferredHolder", \.preferredHolder, shared: true),
    ])
}
