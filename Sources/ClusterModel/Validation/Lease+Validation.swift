extension Lease {
  /// What Kubernetes would refuse in a new lease, in its words and order.
  public func validate() -> [FieldError] {
    var validator = Validator()
    validator.metadata(metadata, of: .lease, NameSyntax.dns1123Subdomain)
    if let duration = spec.leaseDurationSeconds, duration <= 0 {
      validator.invalid("spec.leaseDurationSeconds", String(duration), "must be greater than 0")
    }
    if let transitions = spec.leaseTransitions, transitions < 0 {
      validator.invalid("spec.leaseTransitions", String(transitions), "must be greater than or equal to 0")
    }
    validator.election(spec)
    return validator.errors
  }

  /// What Kubernetes would refuse in a change from `old` to this lease.
  public func validateUpdate(from old: Lease) -> [FieldError] { validateMetadataUpdate(from: old) + validate() }
}

extension Validator {
  /// The fields of coordinated elections (KEP-4355).
  fileprivate mutating func election(_ spec: LeaseSpec) {
    let strategy = spec.strategy ?? ""
    if !strategy.isEmpty { check(strategy, "spec.strategy", NameSyntax.qualifiedName) }
    if let preferred = spec.preferredHolder, !preferred.isEmpty, strategy.isEmpty {
      forbidden("spec.preferredHolder", "may only be specified if `strategy` is defined")
    }
  }
}
