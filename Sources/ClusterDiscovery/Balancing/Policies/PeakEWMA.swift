import Glibc
import Synchronization

/// Options of ``BalancingPolicy/peakEWMA(_:)``: Finagle's peak EWMA (exponentially weighted moving average of latencies).
///
/// A latency above the average replaces it at once; lower ones pull it down by time: after ``decay`` an old average counts for 1/e. What an
/// endpoint costs is that average times the requests under way, plus one. It decays while nobody asks, too, so that an endpoint that was slow
/// is tried again.
public struct PeakEWMA: Sendable, Hashable {
  /// How long an old average takes to count for 1/e.
  public var decay: Duration
  /// What a failed request counts as at least: one that fails fast must not look good.
  public var failurePenalty: Duration

  /// Options; Finagle's time constant is 10 s.
  public init(decay: Duration = .seconds(10), failurePenalty: Duration = .seconds(1)) {
    self.decay = decay
    self.failurePenalty = failurePenalty
  }

  /// The arithmetic of these options.
  var average: PeakAverage {
    PeakAverage(
      decayUnits: max(Double(decay.nanosecondsClamped) / Double(1 << PeakAverage.unitLog), 1),
      penalty: failurePenalty.nanosecondsClamped)
  }
}

/// An average packed into a word, so that it changes as a whole: the latency in nanoseconds as a Float above, when it was noted below,
/// in units of 65.5 µs, which begin anew after 78 hours.
struct PeakAverage {
  /// The binary logarithm of the unit of time, in nanoseconds.
  static let unitLog: UInt64 = 16

  /// The time constant in units.
  let decayUnits: Double
  /// What a failure counts as at least, in nanoseconds.
  let penalty: UInt64

  /// The average at a time, in nanoseconds; 0 when nothing is known.
  @inline(__always)
  func value(_ word: UInt64, at now: UInt64) -> Double {
    word == 0 ? 0 : Double(Float(bitPattern: UInt32(truncatingIfNeeded: word >> 32))) * remaining(word, at: now)
  }

  /// The average after one more latency, in nanoseconds.
  func noting(_ latency: UInt64, in word: UInt64, at now: UInt64) -> UInt64 {
    let old = Double(Float(bitPattern: UInt32(truncatingIfNeeded: word >> 32)))
    let share = remaining(word, at: now)
    let latency = Double(latency)
    let new = latency >= old ? latency : old * share + latency * (1 - share)
    return UInt64(Float(new).bitPattern) << 32 | UInt64(UInt32(truncatingIfNeeded: now >> Self.unitLog))
  }

  /// What counts of an average that was noted in the word's time.
  @inline(__always)
  private func remaining(_ word: UInt64, at now: UInt64) -> Double {
    let passed = Int32(
      bitPattern: UInt32(truncatingIfNeeded: now >> Self.unitLog) &- UInt32(truncatingIfNeeded: word))
    // Threads read their clocks before they come here: one may come late.
    return passed <= 0 ? 1 : exp(-Double(passed) / decayUnits)
  }

  /// What one more request would cost. An endpoint that nobody knows, and that has not answered its first requests, costs those.
  @inline(__always)
  func cost(_ load: borrowing EndpointLoad, at now: UInt64) -> Double {
    let requests = load.requests
    let value = value(load.latency.load(ordering: .relaxed), at: now)
    if value == 0 && requests > 0 { return Double(penalty) * Double(requests) }
    return value * (Double(requests) + 1)
  }
}

extension Duration {
  /// In nanoseconds, from 0 to 2⁶³ - 1.
  var nanosecondsClamped: UInt64 {
    let (seconds, attoseconds) = components
    guard seconds >= 0, attoseconds >= 0 else { return 0 }
    let (product, overflow) = UInt64(seconds).multipliedReportingOverflow(by: 1_000_000_000)
    let limit = UInt64(Int64.max)
    guard !overflow, product < limit - 1_000_000_000 else { return limit }
    return product + UInt64(attoseconds / 1_000_000_000)
  }
}

/// Nanoseconds of the machine's monotonic clock, at the last tick of the kernel: a few nanoseconds' work.
@inline(__always)
func coarseNow() -> UInt64 {
  var time = timespec()
  unsafe clock_gettime(CLOCK_MONOTONIC_COARSE, &time)
  return UInt64(truncatingIfNeeded: time.tv_sec) &* 1_000_000_000 &+ UInt64(truncatingIfNeeded: time.tv_nsec)
}
