import Benchmark
import ClusterDiscovery
import NetworkAddresses

/// A pick of one of 1,000 endpoints by each policy, for clients that come again; `Benchmarks/picks` has more of them, with bounds.
func picking() {
  for name in BalancingPolicy.names {
    Benchmark("pick: \(name), 1,000 endpoints") { benchmark in
      let cell = PickerCell(Balancer(try BalancingPolicy(name)), seed: 7)
      cell.update(
        (0..<1_000).map { Endpoint(SocketAddress(.v4(IPv4Address(bits: 0x0A00_0000 + UInt32($0))), port: 80)) })
      benchmark.startMeasurement()
      for number in benchmark.scaledIterations { blackHole(cell.pick(PickContext(key: UInt64(number)))) }
      benchmark.stopMeasurement()
    }
  }
}
