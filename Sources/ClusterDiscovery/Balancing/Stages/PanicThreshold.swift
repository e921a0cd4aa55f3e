/// When ejections are ignored (Envoy's panic threshold): when most endpoints look sick, it is rather the judge that is, or what
/// is left could not bear the load.
public struct PanicThreshold: Sendable, Hashable {
  /// The share of endpoints that must not be ejected, 0 to 1; with fewer all are used. 0: ejections always count.
  public var share: Double

  /// A threshold; Envoy's is a half.
  public init(_ share: Double = 0.5) { self.share = share.isNaN ? 0.5 : min(max(share, 0), 1) }
}

extension PanicThreshold: BalancingStage {
  func apply(to candidates: inout [Candidate], _ view: StageView) {
    guard !view.isEjected.isEmpty else { return }
    let healthy = candidates.filter { !view.isEjected[$0.place] }
    if Double(healthy.count) >= share * Double(candidates.count) { candidates = healthy }
  }
}
