// propagation [SERVICES…]: how fast a change in the registry reaches the wire, whether 10,000 changes a second are kept up with, and
// whether a million of them leave anything behind. One line of JSON a figure; progress goes to standard error.

import CLinux
import Glibc
import Registry

func say(_ text: String) { put("propagation: \(text)", to: 2) }

func put(_ text: String, to descriptor: CInt) {
  let line = text + "\n"
  _ = write(descriptor, line, line.utf8.count)
}

/// One figure.
func report(_ what: String, _ value: Double, _ unit: String, services: Int) {
  let rounded = (value * 1000).rounded() / 1000
  put("{\"what\": \"\(what)\", \"value\": \(rounded), \"unit\": \"\(unit)\", \"services\": \(services)}", to: 1)
}

/// The times from each change's commit until an answer shows it, and those from before its transaction. The client asks over and over.
func measureLatency(_ stand: Stand, changes: Int) throws {
  let client = Client(port: stand.listener.address.port)
  var times = (committed: [Double](), begun: [Double](), asked: [Double]())
  for number in 0..<changes {
    let index = stand.headless(number * 7919)
    let query = try stand.cluster.headlessQuery(index)
    // The name has just been asked for: a cache would hold it.
    let asked = now()
    _ = client.ask(query)
    let start = now()
    times.asked.append(Double(start - asked) / 1000)
    try stand.change(index)
    try awaitLastChange(of: index, stand, client, query)
    let seen = now()
    times.committed.append(Double(seen - stand.committed) / 1000)
    times.begun.append(Double(seen - start) / 1000)
  }
  report(times.committed, "propagation", stand)
  report(times.begun, "with the transaction", stand)
  report(times.asked, "round trip", stand)
}

/// Percentiles of times in microseconds.
func report(_ times: [Double], _ what: String, _ stand: Stand) {
  let times = times.sorted()
  for percentile in [10.0, 25, 50, 75, 90, 95, 99, 99.9] {
    let value = times[min(times.count - 1, Int(Double(times.count) * percentile / 100))]
    let name = percentile.rounded() == percentile ? "\(Int(percentile))" : "\(percentile)"
    report("\(what) p\(name)", value, "µs", services: stand.cluster.services)
  }
}

/// Asks until an answer shows a Service's last change.
func awaitLastChange(of index: Int, _ stand: Stand, _ client: Client, _ query: [UInt8]) throws {
  let wanted = stand.expected(index)
  for _ in 0..<10_000 where client.ask(query).contains(wanted) { return }
  throw Unseen(service: index)
}

/// A change that no answer ever showed.
struct Unseen: Error, CustomStringConvertible {
  let service: Int
  var description: String { "the change of svc\(service) was never seen" }
}

/// Changes at a steady pace, each its own transaction, for some seconds.
///
/// - Returns: how many a second were made, the last one seen on the wire included.
func change(_ stand: Stand, perSecond rate: Int, seconds: Int) throws -> Double {
  let start = now()
  var made = 0
  while made < rate * seconds {
    let due = Int((now() - start) * UInt64(rate) / 1_000_000_000)
    while made < min(due, rate * seconds) {
      try stand.change(stand.headless(made * 31))
      made += 1
    }
    usleep(500)
  }
  let last = stand.headless((made - 1) * 31)
  let client = Client(port: stand.listener.address.port)
  let query = try stand.cluster.headlessQuery(last)
  try awaitLastChange(of: last, stand, client, query)
  return Double(made) / (Double(now() - start) / 1_000_000_000)
}

/// The pace of queries while changes are made: three threads share what may be two processors, so that none is kept busy all the time.
let queriesPerSecond = 100_000

/// What answers cost and what changes cost, in some seconds.
struct Spent {
  var answers = 0.0
  /// Nanoseconds by the clock.
  var time = 0.0
  /// Nanoseconds of CPU of the worker's thread, which answers.
  var worker = 0.0
  /// Nanoseconds of CPU of this thread, which makes the changes.
  var changer = 0.0

  /// Adds what the body takes.
  mutating func add(_ load: Load, _ body: () throws -> Void) rethrows {
    let before = (load.count, now(), ThreadTime.worker, ThreadTime.own)
    try body()
    answers += Double(load.count - before.0)
    time += Double(now() - before.1)
    worker += Double(ThreadTime.worker - before.2)
    changer += Double(ThreadTime.own - before.3)
  }
}

/// Answers without and with changes, in turns, and the changes that were kept up with.
///
/// - Parameter queries: how many a second; `nil` for as many as are answered.
func measureThroughput(_ stand: Stand, queries: Int?, changes: Int, seconds: Int, rounds: Int) throws {
  let load = try Load(stand.cluster, port: stand.listener.address.port, rate: queries)
  var (quiet, busy) = (Spent(), Spent())
  var kept: [Double] = []
  for _ in 0..<rounds {
    quiet.add(load) { sleep(UInt32(seconds)) }
    try busy.add(load) { kept.append(try change(stand, perSecond: changes, seconds: seconds)) }
  }
  load.stop()
  let prefix = queries == nil ? "saturated: " : ""
  func line(_ what: String, _ value: Double, _ unit: String) {
    report(prefix + what, value, unit, services: stand.cluster.services)
  }
  line("changes per second", kept.min() ?? 0, "/s")
  line("query rate ratio", busy.answers / busy.time / (quiet.answers / quiet.time), "×")
  line("query rate ratio by the worker's time", busy.answers / busy.worker / (quiet.answers / quiet.worker), "×")
  line("worker's share of a CPU, quiet", quiet.worker / quiet.time, "×")
  line("worker's share of a CPU", busy.worker / busy.time, "×")
  line("CPU time of a change", busy.changer / 1000 / Double(changes * seconds * rounds), "µs")
}

/// A million changes: what the allocator has given out, and what the process has of the system, after a tenth of them and at the end.
func measureGrowth(_ stand: Stand, changes: Int) throws {
  func memory() -> (inUse: Double, anonymous: Double) { (Double(cl_heap_in_use()) / 1_048_576, anonymousMemory()) }
  var first = memory()
  for number in 0..<changes {
    if number == changes / 10 { first = memory() }
    try stand.change(stand.headless(number * 7919))
  }
  let last = memory()
  report("growth", last.inUse - first.inUse, "MiB", services: stand.cluster.services)
  report("growth of RssAnon", last.anonymous - first.anonymous, "MiB", services: stand.cluster.services)
}

/// RssAnon of this process, in MiB.
func anonymousMemory() -> Double {
  var text = [UInt8](repeating: 0, count: 4096)
  let file = open("/proc/self/status", O_RDONLY)
  let count = read(file, &text, text.count)
  close(file)
  let lines = String(decoding: text.prefix(max(0, count)), as: UTF8.self).split(separator: "\n")
  let line = lines.first { $0.hasPrefix("RssAnon:") } ?? ""
  return (Double(line.filter(\.isNumber)) ?? 0) / 1024
}

func run() throws {
  let sizes = CommandLine.arguments.dropFirst().compactMap { Int($0) }
  guard sizes.count == CommandLine.arguments.count - 1, sizes.allSatisfy({ (10...170_000).contains($0) }) else {
    say("usage: propagation [SERVICES…], each 10–170,000; 10,000 and 100,000 without one")
    exit(2)
  }
  for services in sizes.isEmpty ? [10_000, 100_000] : sizes {
    say("filling a registry with \(services) services")
    let stand = try Stand(ChangingCluster(services: services))
    defer { stand.stop() }
    say("5,000 changes, one by one")
    try measureLatency(stand, changes: 5000)
    say("10,000 changes a second under load")
    try measureThroughput(stand, queries: queriesPerSecond, changes: 10_000, seconds: 3, rounds: 3)
    say("the same under all the load that is answered")
    try measureThroughput(stand, queries: nil, changes: 10_000, seconds: 3, rounds: 3)
    if services == sizes.first ?? 10_000 {
      say("a million changes")
      try measureGrowth(stand, changes: 1_000_000)
      say("100,000 Leases, each renewed once")
      try measureRenewals(leases: 100_000)
    }
  }
}

do {
  try run()
} catch {
  say("\(error)")
  exit(1)
}
