extension Service {
  /// What Kubernetes would refuse in a change from `old` to this Service: what may not change, then the Service itself.
  public func validateUpdate(from old: Service) -> [FieldError] {
    var validator = Validator()
    validator.metadataUpdate(metadata, from: old.metadata)
    if spec.type != .externalName, old.spec.type != .externalName {
      if !(spec.isHeadless && old.spec.isHeadless) { validator.clusterIPs(spec, from: old.spec) }
      validator.families(spec, from: old.spec)
    }
    if spec.type == .loadBalancer, old.spec.type == .loadBalancer,
      spec.loadBalancerClass != old.spec.loadBalancerClass
    {
      let value = spec.loadBalancerClass.map(\.quoted) ?? "null"
      validator.invalid("spec.loadBalancerClass", value, "may not change once set")
    }
    return validator.errors + validate()
  }
}

extension Validator {
  /// Addresses stay; a second one may come, and go when the policy becomes SingleStack.
  fileprivate mutating func clusterIPs(_ new: ServiceSpec, from old: ServiceSpec) {
    let (before, after) = (old.clusterIPTexts, new.clusterIPTexts)
    guard let first = before.first else { return }
    if after.isEmpty {
      return invalid("spec.clusterIPs[0]", new.clusterIPsJSON, "primary clusterIP can not be unset")
    }
    if after[0] != first { invalid("spec.clusterIPs[0]", new.clusterIPsJSON, "may not change once set") }
    if before.count == 2, after.count == 2, before[1] != after[1] {
      invalid("spec.clusterIPs[1]", new.clusterIPsJSON, "may not change once set")
    }
    if before.count > after.count, new.ipFamilyPolicy != .singleStack {
      let detail = "`ipFamilyPolicy` must be set to 'SingleStack' when releasing the secondary clusterIP"
      invalid("spec.clusterIPs[1]", new.clusterIPsJSON, detail)
    }
  }

  /// Families likewise.
  fileprivate mutating func families(_ new: ServiceSpec, from old: ServiceSpec) {
    let (before, after) = (old.ipFamilies, new.ipFamilies)
    guard let first = before.first else { return }
    if after.isEmpty {
      return invalid("spec.ipFamilies[0]", new.ipFamiliesJSON, "primary ipFamily can not be unset")
    }
    if after[0] != first { invalid("spec.ipFamilies[0]", new.ipFamiliesJSON, "may not change once set") }
    if before.count == 2, after.count == 2, before[1] != after[1] {
      invalid("spec.ipFamilies[1]", new.ipFamiliesJSON, "may not change once set")
    }
    if before.count > after.count, new.ipFamilyPolicy != .singleStack {
      let detail = "`ipFamilyPolicy` must be set to 'SingleStack' when releasing the secondary ipFamily"
      invalid("spec.ipFamilies[1]", new.ipFamiliesJSON, detail)
    }
  }
}
