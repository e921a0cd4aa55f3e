import ClusterDiscovery
import Glibc
import NetworkAddresses

/// Picks in a round.
let picks = 200_000
/// Rounds; a time is their median.
let rounds = 11

/// Nanoseconds of the monotonic clock.
func now() -> UInt64 {
  var time = timespec()
  clock_gettime(CLOCK_MONOTONIC, &time)
  return UInt64(time.tv_sec) * 1_000_000_000 + UInt64(time.tv_nsec)
}

/// The median of some runs' nanoseconds.
func median(_ body: () -> Void) -> Double {
  let times = (0..<rounds).map { _ in
    let start = now()
    body()
    return now() - start
  }
  return Double(times.sorted()[rounds / 2])
}

/// - Parameter least: whether the figure is at least its bound, instead of at most.
func say(_ what: String, _ value: Double, _ unit: String, _ bound: Double?, least: Bool = false) {
  let bound = bound.map { "\($0)" } ?? "null"
  print(
    #"{"what": "\#(what)", "value": \#(value), "unit": "\#(unit)", "bound": \#(bound), "least": \#(least), "part": "picks"}"#
  )
}

/// Endpoints with weights from 1 to 5, or equal ones.
func endpoints(_ count: Int, isWeighted: Bool = false) -> [Endpoint] {
  (0..<count).map { number in
    Endpoint(
      SocketAddress(.v4(IPv4Address(bits: 0x0A00_0000 + UInt32(number))), port: 80),
      weight: isWeighted ? UInt16(1 + number % 5) : 1)
  }
}

/// A cell whose endpoints have all been asked a few times.
func cell(_ policy: BalancingPolicy, _ endpoints: [Endpoint]) -> PickerCell {
  let cell = PickerCell(Balancer(policy), seed: 7)
  cell.update(endpoints)
  for number in 0..<endpoints.count * 3 {
    guard let pick = cell.pick(PickContext(key: UInt64(number))) else { continue }
    cell.begin(pick)
    cell.end(pick, latency: .microseconds(50 + number % 100), succeeded: true)
  }
  return cell
}

/// What is measured: picks of clients that come again and again. One call, so that nothing else is counted.
@inline(never)
func measuredPicks(_ cell: PickerCell) -> Int {
  var sum = 0
  for number in 0..<picks {
    guard let pick = cell.pick(PickContext(key: UInt64(number & 0x3FFF))) else { return 0 }
    sum &+= Int(pick.slot)
  }
  return sum
}

@inline(never)
func measuredReports(_ cell: PickerCell, _ pick: Pick) {
  for _ in 0..<picks {
    cell.begin(pick)
    cell.end(pick, latency: .microseconds(80), succeeded: true)
  }
}

let bounds: [String: Double] = [
  "round-robin": 30, "random": 30, "weighted": 30, "least-requests": 30, "ring-hash": 60, "maglev": 60,
]

/// - Returns: something of all that was picked, so that no pick can be left out.
func measureTimes() throws -> Int {
  var sum = 0
  for name in BalancingPolicy.names {
    let policy = try BalancingPolicy(name)
    for count in [10, 1_000, 10_000] {
      let cell = cell(policy, endpoints(count, isWeighted: true))
      let time = median { sum &+= measuredPicks(cell) }
      say("a pick, \(name), \(count) endpoints", time / Double(picks), "ns", bounds[name])
    }
  }
  for name in BalancingPolicy.names {
    let cell = PickerCell(Balancer(try BalancingPolicy(name)), seed: 7)
    let list = endpoints(10_000, isWeighted: true)
    say("an update of 10,000 endpoints, \(name)", median { cell.update(list) } / 1e6, "ms", 2)
  }
  for name in ["least-requests", "peak-ewma"] {
    let cell = cell(try BalancingPolicy(name), endpoints(10, isWeighted: true))
    if let pick = cell.pick() {
      say("begin and end, \(name)", median { measuredReports(cell, pick) } / Double(picks), "ns", nil)
    }
  }
  return sum
}

/// Counts what picks allocate, if an allocator is there that counts.
///
/// - Parameter isDeliberate: whether one allocation is made that must be seen.
/// - Returns: something of all that was picked.
func countAllocations(isDeliberate: Bool) throws -> Int {
  guard let counter = AllocationCounter() else { return 0 }
  var sum = 0
  let cells = try BalancingPolicy.names.map { cell(try BalancingPolicy($0), endpoints(1_000, isWeighted: true)) }
  let before = counter.soFar
  for cell in cells { sum &+= measuredPicks(cell) }
  let deliberate = isDeliberate ? UnsafeMutableRawPointer.allocate(byteCount: 100, alignment: 8) : nil
  let allocations = counter.soFar - before
  say("allocations in \(cells.count * picks) picks", Double(allocations), "", 0)
  deliberate?.deallocate()
  return sum
}
