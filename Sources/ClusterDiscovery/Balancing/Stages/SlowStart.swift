import Glibc

/// How new endpoints are spared: their weight rises over a window of time (Envoy's slow start), so that caches and compilers warm up.
///
/// Those that are there with the first set are not new. One that comes back, from an ejection or after it had left, is. Ring hash and Maglev
/// do without: their keys would move with each step.
public struct SlowStart: Sendable, Hashable {
  /// How long an endpoint counts as new.
  public var window: Duration
  /// How the weight rises: 1 evenly, above 1 fast at first.
  public var aggression: Double
  /// The share of its weight that an endpoint begins with, 0.01 to 1.
  public var minimumShare: Double

  /// A slow start; Envoy's minimum is a tenth.
  public init(window: Duration = .seconds(30), aggression: Double = 1, minimumShare: Double = 0.1) {
    self.window = max(window, .milliseconds(1))
    self.aggression = aggression.isFinite && aggression > 0 ? aggression : 1
    self.minimumShare = minimumShare.isNaN ? 0.1 : min(max(minimumShare, 0.01), 1)
  }

  /// How often weights are looked at while one rises.
  static let steps = 20

  /// The share of its weight that an endpoint of this age has.
  func share(at age: Duration) -> Double {
    guard age < window else { return 1 }
    return max(minimumShare, pow(max(age, .zero) / window, 1 / aggression))
  }

  /// How long until weights are to be looked at again; `nil` when none rises.
  func nextStep(_ view: StageView) -> Duration? {
    view.since.contains { $0.map { view.now - $0 < window } ?? false } ? window / Self.steps : nil
  }
}

extension SlowStart: BalancingStage {
  func apply(to candidates: inout [Candidate], _ view: StageView) {
    guard !view.since.isEmpty else { return }
    for index in candidates.indices {
      if let since = view.since[candidates[index].place] {
        candidates[index].weight *= share(at: view.now - since)
      }
    }
  }
}
