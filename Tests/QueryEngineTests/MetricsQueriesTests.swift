import Testing

@testable import QueryEngine

@Suite("Counters of queries")
struct MetricsQueriesTests {
  let registry = MetricsRegistry()
  let labels = QueryLabels(server: "dns://:53", zone: ".")

  func query(
    _ transport: Transport = .udp, isIPv6: Bool = false, type: UInt16 = 1, dnssecOK: Bool = false, code: UInt16? = 0,
    plugin: Int = 0,
    nanoseconds: UInt64 = 100_000
  ) -> QueryObservation {
    QueryObservation(
      transport: transport, isIPv6: isIPv6, type: type, dnssecOK: dnssecOK, responseCode: code, plugin: plugin,
      requestSize: 40,
      responseSize: 120, nanoseconds: nanoseconds)
  }

  @Test("One query moves each family once")
  func one() {
    let counters = registry.queries.counters(labels, plugins: ["kubernetes", ""])
    counters.writer.count(query(dnssecOK: true, nanoseconds: 500_000))
    let text = registry.exposition()
    let common = "server=\"dns://:53\",zone=\".\",view=\"\""
    #expect(text.contains("coredns_dns_requests_total{\(common),proto=\"udp\",family=\"1\",type=\"A\"} 1\n"))
    #expect(text.contains("coredns_dns_do_requests_total{\(common)} 1\n"))
    #expect(text.contains("coredns_dns_request_duration_seconds_bucket{\(common),le=\"0.00025\"} 0\n"))
    #expect(text.contains("coredns_dns_request_duration_seconds_bucket{\(common),le=\"0.0005\"} 1\n"))
    #expect(text.contains("coredns_dns_request_duration_seconds_bucket{\(common),le=\"8.192\"} 1\n"))
    #expect(text.contains("coredns_dns_request_duration_seconds_sum{\(common)} 0.0005\n"))
    #expect(text.contains("coredns_dns_request_size_bytes_bucket{\(common),proto=\"udp\",le=\"0\"} 0\n"))
    #expect(text.contains("coredns_dns_request_size_bytes_bucket{\(common),proto=\"udp\",le=\"100\"} 1\n"))
    #expect(text.contains("coredns_dns_response_size_bytes_sum{\(common),proto=\"udp\"} 120\n"))
    #expect(text.contains("coredns_dns_responses_total{\(common),rcode=\"NOERROR\",plugin=\"kubernetes\"} 1\n"))
    #expect(!text.contains("proto=\"tcp\""))
  }

  @Test(
    "Types have labels of their own or are `other`",
    arguments: [
      (1, "A"), (28, "AAAA"), (5, "CNAME"), (48, "DNSKEY"), (43, "DS"), (15, "MX"), (50, "NSEC3"), (47, "NSEC"),
      (2, "NS"),
      (12, "PTR"), (46, "RRSIG"), (6, "SOA"), (33, "SRV"), (16, "TXT"), (65, "HTTPS"), (251, "IXFR"), (252, "AXFR"),
      (255, "ANY"),
      (64, "other"), (257, "other"), (0, "other"), (65_535, "other"),
    ] as [(UInt16, String)])
  func types(type: UInt16, label: String) {
    registry.queries.counters(labels, plugins: []).writer.count(query(.tcp, isIPv6: true, type: type))
    #expect(registry.exposition().contains("proto=\"tcp\",family=\"2\",type=\"\(label)\"} 1\n"))
  }

  @Test(
    "Response codes are spelt as CoreDNS spells them",
    arguments: [
      (0, "NOERROR"), (2, "SERVFAIL"), (3, "NXDOMAIN"), (5, "REFUSED"), (16, "BADVERS"), (23, "BADCOOKIE"),
      (4000, "other"),
    ]
      as [(UInt16, String)])
  func codes(code: UInt16, label: String) {
    registry.queries.counters(labels, plugins: []).writer.count(query(code: code))
    #expect(registry.exposition().contains("rcode=\"\(label)\",plugin=\"\"} 1\n"))
  }

  @Test("A dropped query has no response")
  func dropped() {
    registry.queries.counters(labels, plugins: ["acl"]).writer.count(query(code: nil))
    #expect(!registry.exposition().contains("coredns_dns_responses_total"))
  }

  @Test(
    "Durations fall in the bucket whose bound they do not exceed",
    arguments: [
      (0, 0), (1, 0), (250_000, 0), (250_001, 1), (500_000, 1), (500_001, 2), (1_000_000, 2), (1_000_001, 3),
      (8_192_000_000, 15),
      (8_192_000_001, 16), (.max, 16),
    ] as [(UInt64, Int)])
  func durations(nanoseconds: UInt64, bucket: Int) {
    #expect(Layout.durationIndex(nanoseconds) == bucket)
    if bucket < 16 { #expect(Double(nanoseconds) / 1e9 <= Layout.durationBounds[bucket]) }
  }

  @Test("All owners' counters add up, and stay when an owner goes")
  func sums() {
    let worker = registry.queries.counters(labels, plugins: ["kubernetes"])
    let shared = registry.queries.counters(labels, plugins: ["forward", "kubernetes"])
    worker.writer.count(query())
    worker.writer.count(query())
    shared.countShared(query(plugin: 1))
    shared.countShared(query(plugin: 0))
    let before = registry.exposition()
    #expect(before.contains("rcode=\"NOERROR\",plugin=\"kubernetes\"} 3\n"))
    #expect(before.contains("rcode=\"NOERROR\",plugin=\"forward\"} 1\n"))
    registry.queries.retire(worker)
    registry.queries.retire(worker)
    #expect(registry.exposition() == before)
  }

  @Test("Sizes and positions out of range are counted, not trapped on")
  func ranges() {
    let counters = registry.queries.counters(labels, plugins: ["a"])
    var wild = query(plugin: 99)
    wild.requestSize = -1
    wild.responseSize = .max
    counters.countShared(wild)
    #expect(registry.exposition().contains("plugin=\"a\"} 1\n"))
    #expect(
      registry.exposition().contains(
        "coredns_dns_request_size_bytes_sum{server=\"dns://:53\",zone=\".\",view=\"\",proto=\"udp\"} 0\n"))
  }
}

@Suite("Where queries are counted") struct QueryLayoutTests {
  @Test("Each type with a label has the place of its label")
  func types() {
    for (index, type) in Layout.typeNames.enumerated() { #expect(Layout.typeIndex(type.number) == index) }
    #expect(Layout.typeIndex(999) == Layout.types - 1)
  }

  @Test("A size goes to the first bucket whose bound it does not pass")
  func sizes() {
    for size in 0...70_000 {
      let index = Layout.sizeBounds.firstIndex { size <= $0 } ?? Layout.sizeBounds.count
      #expect(Layout.sizeIndex(size) == index, "\(size)")
    }
  }
}
