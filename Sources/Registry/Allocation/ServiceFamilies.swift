import ClusterModel
import NetworkAddresses

/// Which address families a Service has: from what it says, what it has, and what the cluster has.
///
/// Source: KEP-563 (dual-stack), as kube-apiserver does it.
struct ServiceFamilies {
  /// The cluster's families, the main one first.
  let cluster: [AddressFamily]
  /// Whether the Service is part of a picture of a cluster: families that it has addresses of are then as they are.
  let isPicture: Bool

  /// Fills in `ipFamilies` and `ipFamilyPolicy`.
  func resolve(_ spec: inout ServiceSpec) -> [FieldError] {
    if spec.type == .externalName {
      spec.ipFamilies = []
      spec.ipFamilyPolicy = nil
      return []
    }
    takeFromAddresses(&spec)
    if spec.isHeadless && spec.selector.isEmpty {
      resolveWithoutSelector(&spec)
      return []
    }
    inferPolicy(&spec)
    let errors = problems(spec)
    if errors.isEmpty { fill(&spec) }
    return errors
  }

  /// Families that are not named follow from the addresses that are.
  private func takeFromAddresses(_ spec: inout ServiceSpec) {
    let known = spec.ipFamilies
    guard known.count < spec.clusterIPs.count else { return }
    spec.ipFamilies = known + spec.clusterIPs.dropFirst(known.count).map(\.family)
  }

  /// Nobody knows which addresses a headless Service without a selector gets: both, unless it says so.
  private func resolveWithoutSelector(_ spec: inout ServiceSpec) {
    let policy = spec.ipFamilyPolicy ?? .requireDualStack
    spec.ipFamilyPolicy = policy
    if spec.ipFamilies.isEmpty, let main = cluster.first { spec.ipFamilies = [main] }
    if policy != .singleStack { addSecond(to: &spec, among: AddressFamily.allCases) }
  }

  private func inferPolicy(_ spec: inout ServiceSpec) {
    guard spec.ipFamilyPolicy == nil else { return }
    spec.ipFamilyPolicy = spec.ipFamilies.count > 1 ? .requireDualStack : .singleStack
  }

  private func problems(_ spec: ServiceSpec) -> [FieldError] {
    guard let policy = spec.ipFamilyPolicy else { return [] }
    let settled = isPicture && (spec.isHeadless || spec.clusterIPs.count > 1)
    if policy == .requireDualStack, cluster.count < 2, !settled {
      let detail = "this cluster is not configured for dual-stack services"
      return [FieldError("spec.ipFamilyPolicy", .invalid, badValue: policy.rawValue.quoted, detail)]
    }
    if policy == .singleStack, spec.ipFamilies.count > 1 {
      let what = spec.clusterIPs.count > 1 ? "clusterIPs" : "ipFamilies"
      let detail = "must be RequireDualStack or PreferDualStack when multiple '\(what)' are specified"
      return [FieldError("spec.ipFamilyPolicy", .invalid, badValue: policy.rawValue.quoted, detail)]
    }
    return spec.ipFamilies.enumerated().compactMap { index, family in
      let isKept = isPicture && (spec.isHeadless || index < spec.clusterIPs.count)
      guard !cluster.contains(family), !isKept else { return nil }
      let value = AddressType(family).rawValue.quoted
      return FieldError("spec.ipFamilies[\(index)]", .invalid, badValue: value, "not configured on this cluster")
    }
  }

  private func fill(_ spec: inout ServiceSpec) {
    if spec.ipFamilies.isEmpty, let main = cluster.first { spec.ipFamilies = [main] }
    guard spec.ipFamilyPolicy != .singleStack else { return }
    let settled = isPicture && spec.isHeadless && spec.ipFamilyPolicy == .requireDualStack
    addSecond(to: &spec, among: settled ? AddressFamily.allCases : cluster)
  }

  private func addSecond(to spec: inout ServiceSpec, among families: [AddressFamily]) {
    let known = spec.ipFamilies
    guard known.count == 1, let other = families.first(where: { $0 != known[0] }) else { return }
    spec.ipFamilies = known + [other]
  }
}
