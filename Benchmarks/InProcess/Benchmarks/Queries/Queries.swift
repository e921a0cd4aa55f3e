import Benchmark
import ClusterModel
import ClusterZone
import DNSWire
import FinishedAnswers
import NetworkAddresses
import QueryEngine

/// What is timed. Where the name says no number, an iteration is one of a thousand in a row.
let benchmarks: @Sendable () -> Void = {
  Benchmark.defaultConfiguration = Benchmark.Configuration(
    metrics: [.wallClock], warmupIterations: 3, scalingFactor: .kilo, maxDuration: .seconds(1))
  parsing()
  answering()
  cacheHits()
  publishing()
  picking()
}

private func parsing() {
  Benchmark("parse: the fast path's reader") { benchmark in
    let mix = try QueryMix(.mix)
    let name = UnsafeMutablePointer<UInt8>.allocate(capacity: QueryMix.stride)
    defer { name.deallocate() }
    var head = QueryHead()
    benchmark.startMeasurement()
    for index in benchmark.scaledIterations {
      blackHole(head.read(mix.packets + index * QueryMix.stride, count: mix.lengths[index], name: name))
    }
    benchmark.stopMeasurement()
  }
  Benchmark("parse: a whole message") { benchmark in
    let mix = try QueryMix(.mix)
    let octets = Array(UnsafeBufferPointer(start: mix.packets, count: mix.lengths[0]))
    benchmark.startMeasurement()
    for _ in benchmark.scaledIterations { blackHole(try Message(parsing: octets)) }
    benchmark.stopMeasurement()
  }
}

private func answering() {
  for kind in QueryMix.Kind.allCases {
    Benchmark(
      "answer: 1,024 × \(kind)",
      configuration: Benchmark.Configuration(
        metrics: [.wallClock], warmupIterations: 3, scalingFactor: .one, maxDuration: .seconds(1))
    ) { benchmark in
      let cluster = try SampleCluster.shared.get()
      let mix = try QueryMix(kind)
      var worker = Worker(cluster, mix)
      benchmark.startMeasurement()
      worker.answerMeasuredBatches(16, nil)
      benchmark.stopMeasurement()
      blackHole(worker.replies)
    }
  }
}

private func cacheHits() {
  Benchmark(
    "cache hit: 1,024 × address",
    configuration: Benchmark.Configuration(
      metrics: [.wallClock], warmupIterations: 3, scalingFactor: .one, maxDuration: .seconds(1))
  ) { benchmark in
    let kept = try KeptAnswers()
    let mix = try QueryMix(.address)
    var worker = Worker(kept.plan, kept.reclaimer, kept.metrics, mix)
    benchmark.startMeasurement()
    worker.answerMeasuredBatches(16, nil)
    benchmark.stopMeasurement()
    precondition(worker.replies == 1_024, "the cache gave \(worker.replies) answers to 1,024 queries")
  }
}

private func publishing() {
  for endpoints in [3, 100] {
    Benchmark(
      "compile and publish: 2 changes of \(endpoints) endpoints",
      configuration: Benchmark.Configuration(
        metrics: [.wallClock], warmupIterations: 3, scalingFactor: .one, maxDuration: .seconds(1))
    ) { benchmark in
      let zone = try SampleCluster.shared.get().zone
      let changes = (0..<2).map { turn in [ClusterEvent.set(slice(of: endpoints, turn))] }
      benchmark.startMeasurement()
      for change in changes { zone.apply(change) }
      benchmark.stopMeasurement()
    }
  }
}

/// The slice of the headless Service number 9, with other addresses each turn.
private func slice(of endpoints: Int, _ turn: Int) -> ClusterObject {
  .endpointSlice(
    EndpointSlice(
      metadata: ObjectMeta(
        name: "service-9-a", namespace: SampleCluster.namespace(9), labels: [WellKnownLabel.serviceName: "service-9"]),
      addressType: .ipv4,
      endpoints: (0..<endpoints).map { index in
        Endpoint(
          addresses: [.v4(IPv4Address(10, 200, UInt8(turn), UInt8(index)))],
          conditions: EndpointConditions(ready: true))
      },
      ports: [EndpointPort(name: "http", protocol: .tcp, port: 8080)]))
}

extension SampleCluster {
  /// One for all benchmarks.
  static let shared = Result { try SampleCluster() }
}
