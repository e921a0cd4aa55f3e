import Testing

@testable import QueryEngine

@Suite("Prometheus text exposition 0.0.4")
struct MetricsRegistryTests {
  let registry = MetricsRegistry()

  @Test("Families come by name, samples by label, each with help and type")
  func text() {
    let requests = registry.counter("b_total", help: "Bees.", labels: ["kind", "hive"])
    requests.with("worker", "2").add(3)
    requests.with("drone", "1").add()
    registry.gauge("a_ratio", help: "A ratio.").with().set(0.25)
    #expect(
      registry.exposition() == """
        # HELP a_ratio A ratio.
        # TYPE a_ratio gauge
        a_ratio 0.25
        # HELP b_total Bees.
        # TYPE b_total counter
        b_total{kind="drone",hive="1"} 1
        b_total{kind="worker",hive="2"} 3

        """)
  }

  @Test("A histogram's buckets sum up and end with +Inf")
  func histogram() {
    let handle = registry.histogram("h", help: "H.", labels: ["x"], buckets: [0.5, 2]).with("1")
    for value in [0.25, 0.5, 1, 7.25] { handle.observe(value) }
    #expect(
      registry.exposition() == """
        # HELP h H.
        # TYPE h histogram
        h_bucket{x="1",le="0.5"} 2
        h_bucket{x="1",le="2"} 3
        h_bucket{x="1",le="+Inf"} 4
        h_sum{x="1"} 9
        h_count{x="1"} 4

        """)
  }

  @Test("Values and help are escaped")
  func escapes() {
    registry.counter("e_total", help: "One \\ two\nthree \"four\"", labels: ["v"]).with("a\"b\\c\nd").add()
    #expect(
      registry.exposition() == #"""
        # HELP e_total One \\ two\nthree "four"
        # TYPE e_total counter
        e_total{v="a\"b\\c\nd"} 1

        """#)
  }

  @Test(
    "Numbers are written as Prometheus reads them",
    arguments: [
      (0, "0"), (16_000, "16000"), (0.000_25, "0.00025"), (-1.5, "-1.5"), (.infinity, "+Inf"), (-.infinity, "-Inf"),
      (.nan, "NaN"),
      (1_732_427_751, "1732427751"),
    ] as [(Double, String)])
  func numbers(value: Double, text: String) {
    #expect(MetricFamily.text(value) == text)
  }

  @Test("The same name is the same family, the same labels the same handle")
  func identity() {
    let one = registry.counter("c_total", help: "C.", labels: ["l"])
    #expect(one === registry.counter("c_total", help: "C.", labels: ["l"]))
    #expect(one.with("x") === one.with("x"))
    #expect(one.with("x") !== one.with("y"))
  }

  @Test("A family's label sets are bounded: later ones share `other`")
  func cardinality() {
    let family = registry.counter("many_total", help: "Many.", labels: ["n"])
    for number in 0..<MetricsRegistry.mostSeries { family.with("\(number)").add() }
    family.with("one more").add()
    #expect(family.with("another") === family.with("other"))
    #expect(family.with("other").total == 1)
    #expect(family.with("7").total == 1)
  }

  @Test("A collector's values show, add up with the registry's own, and go with its token")
  func collectors() {
    registry.counter("c_total", help: "C.", labels: ["l"]).with("x").add(2)
    let token = registry.collect {
      let samples = ["x", "y"].map { MetricFamily.Sample(labels: [MetricLabel("l", $0)], value: .number(5)) }
      return [MetricFamily(name: "c_total", help: "C.", kind: .counter, samples: samples)]
    }
    #expect(registry.exposition().contains("c_total{l=\"x\"} 7\nc_total{l=\"y\"} 5\n"))
    token.cancel()
    #expect(registry.exposition().contains("c_total{l=\"x\"} 2\n"))
    #expect(!registry.exposition().contains("\"y\""))
  }

  @Test("Adding from many tasks loses nothing")
  func concurrency() async {
    let counter = registry.counter("c_total", help: "C.").with()
    let gauge = registry.gauge("g", help: "G.").with()
    await withTaskGroup(of: Void.self) { group in
      for _ in 0..<8 {
        group.addTask {
          for _ in 0..<1000 {
            counter.add()
            gauge.add(0.5)
          }
        }
      }
    }
    #expect(registry.exposition().contains("c_total 8000\n"))
    #expect(registry.exposition().contains("g 4000\n"))
  }

  @Test("A process shows its build, its panics, processor time, memory and files")
  func process() throws {
    let token = registry.addProcessMetrics(version: "1.2.3", revision: "abc")
    let text = registry.exposition()
    token.cancel()
    #expect(text.contains("coredns_build_info{version=\"1.2.3\",revision=\"abc\",goversion=\"\"} 1\n"))
    #expect(text.contains("coredns_panics_total 0\n"))
    let status = try #require(ProcessStatus.current())
    #expect(status.residentBytes > 1_000_000)
    #expect(status.startSeconds > 1_600_000_000)
    #expect(status.openFiles >= 3)
    #expect(text.contains("# TYPE process_cpu_seconds_total counter\n"))
  }

  @Test("A process's name may hold spaces and parentheses (proc(5))")
  func processName() throws {
    let fields = (3...52).map { "\($0 == 3 ? "S" : "\($0)")" }.joined(separator: " ")
    let status = try #require(
      ProcessStatus(
        stat: "1 (a) b (c) \(fields)", bootSeconds: 1000, ticks: 100, page: 4096, openFiles: 3, openFilesLimit: 9))
    #expect(status.cpuSeconds == 0.29)
    #expect(status.startSeconds == 1000.22)
    #expect(status.virtualBytes == 23)
    #expect(status.residentBytes == 98_304)
  }
}
