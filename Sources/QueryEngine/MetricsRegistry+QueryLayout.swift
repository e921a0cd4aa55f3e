import DNSWire

/// Where each counter of ``QueryCounters`` lies, with CoreDNS's buckets and its list of types.
enum Layout {
  /// The query types with a label of their own, by label; all others are `other`.
  static let typeNames: [(number: UInt16, label: String)] = [
    (1, "A"), (28, "AAAA"), (5, "CNAME"), (48, "DNSKEY"), (43, "DS"), (15, "MX"), (50, "NSEC3"), (47, "NSEC"),
    (2, "NS"),
    (12, "PTR"), (46, "RRSIG"), (6, "SOA"), (33, "SRV"), (16, "TXT"), (65, "HTTPS"), (251, "IXFR"), (252, "AXFR"),
    (255, "ANY"),
  ]
  /// The types of ``typeNames`` and `other`.
  static let types = 19
  /// Upper bounds of message sizes, in octets.
  static let sizeBounds: [Int] = [0, 100, 200, 300, 400, 511, 1023, 2047, 4095, 8291, 16_000, 32_000, 48_000, 64_000]
  /// The buckets of a size, with the one above all bounds.
  static let sizes = 15
  /// A size's buckets and their sum.
  static let sizeRow = sizes + 1
  /// 0.25 ms, doubled fifteen times: to 8.192 s. In seconds.
  static let durationBounds: [Double] = (0..<16).map { 0.000_25 * Double(1 << $0) }
  /// Response codes 0 to 23 (IANA's list, BADCOOKIE is the last), and one place for all others.
  static let codes = 25

  static let requests = 0
  static let dnssecOK = requests + 4 * types
  static let durations = dnssecOK + 1
  static let durationSum = durations + 17
  static let requestSizes = durationSum + 1
  static let responseSizes = requestSizes + 2 * sizeRow
  static let responses = responseSizes + 2 * sizeRow

  @inline(__always)
  static func typeIndex(_ type: UInt16) -> Int {
    switch type {
    case 1: 0
    case 28: 1
    case 33: 12
    case 12: 9
    default: typeNames.firstIndex { $0.number == type } ?? typeNames.count
    }
  }

  /// The bucket of a duration: 0 up to 250 µs, then one more for each doubling.
  @inline(__always)
  static func durationIndex(_ nanoseconds: UInt64) -> Int {
    guard nanoseconds > 0 else { return 0 }
    return min(16, UInt64.bitWidth - ((nanoseconds - 1) / 250_000).leadingZeroBitCount)
  }

  @inline(__always)
  static func sizeIndex(_ size: Int) -> Int {
    // Up to 511 the buckets are hundreds wide.
    if size <= 511 { return size == 0 ? 0 : min(5, (size + 99) / 100) }
    var index = 6
    while index < sizes - 1 && size > sizeBounds[index] { index += 1 }
    return index
  }

  /// A response code's name.
  static func codeName(_ code: Int) -> String {
    code < codes - 1 ? ResponseCode(rawValue: UInt16(code)).description : "other"
  }
}

extension QueryCounters {
  /// The counters as families; a counter that is zero is left out, as Prometheus clients do with label sets never seen.
  func families() -> [MetricFamily] {
    let common = [
      MetricLabel("server", labels.server), MetricLabel("zone", labels.zone), MetricLabel("view", labels.view),
    ]
    return [
      MetricFamily(
        name: "coredns_dns_requests_total", help: "Queries, by protocol, address family and type.", kind: .counter,
        samples: requests(common)),
      MetricFamily(
        name: "coredns_dns_do_requests_total", help: "Queries that ask for DNSSEC records (DO).", kind: .counter,
        samples: number(at: Layout.dnssecOK, common)),
      MetricFamily(
        name: "coredns_dns_request_duration_seconds", help: "How long queries took to answer.", kind: .histogram,
        samples: durations(common)),
      MetricFamily(
        name: "coredns_dns_request_size_bytes", help: "Sizes of queries.", kind: .histogram,
        samples: sizes(at: Layout.requestSizes, common)),
      MetricFamily(
        name: "coredns_dns_response_size_bytes", help: "Sizes of answers.", kind: .histogram,
        samples: sizes(at: Layout.responseSizes, common)),
      MetricFamily(
        name: "coredns_dns_responses_total", help: "Answers, by response code and the stage that gave them.",
        kind: .counter,
        samples: responses(common)),
    ]
  }

  private func number(at index: Int, _ labels: [MetricLabel]) -> [MetricFamily.Sample] {
    row[index] == 0 ? [] : [MetricFamily.Sample(labels: labels, value: .number(Double(row[index])))]
  }

  private func requests(_ common: [MetricLabel]) -> [MetricFamily.Sample] {
    var samples: [MetricFamily.Sample] = []
    for (transport, name) in ["udp", "tcp"].enumerated() {
      for family in 0..<2 {
        for type in 0..<Layout.types {
          let label = type < Layout.typeNames.count ? Layout.typeNames[type].label : "other"
          let own = [MetricLabel("proto", name), MetricLabel("family", "\(family + 1)"), MetricLabel("type", label)]
          samples += number(at: Layout.requests + (transport * 2 + family) * Layout.types + type, common + own)
        }
      }
    }
    return samples
  }

  private func durations(_ common: [MetricLabel]) -> [MetricFamily.Sample] {
    let counts = row.values(Layout.durations..<Layout.durationSum)
    guard counts.contains(where: { $0 > 0 }) else { return [] }
    let sum = Double(row[Layout.durationSum]) / 1e9
    let value = HistogramValue(bounds: Layout.durationBounds, counts: counts, sum: sum)
    return [MetricFamily.Sample(labels: common, value: .histogram(value))]
  }

  private func sizes(at start: Int, _ common: [MetricLabel]) -> [MetricFamily.Sample] {
    ["udp", "tcp"].enumerated().compactMap { transport, name in
      let from = start + transport * Layout.sizeRow
      let counts = row.values(from..<from + Layout.sizes)
      guard counts.contains(where: { $0 > 0 }) else { return nil }
      let sum = Double(row[from + Layout.sizes])
      let value = HistogramValue(bounds: Layout.sizeBounds.map(Double.init), counts: counts, sum: sum)
      return MetricFamily.Sample(labels: common + [MetricLabel("proto", name)], value: .histogram(value))
    }
  }

  private func responses(_ common: [MetricLabel]) -> [MetricFamily.Sample] {
    var samples: [MetricFamily.Sample] = []
    for (position, plugin) in plugins.enumerated() {
      for code in 0..<Layout.codes {
        let own = [MetricLabel("rcode", Layout.codeName(code)), MetricLabel("plugin", plugin)]
        samples += number(at: Layout.responses + position * Layout.codes + code, common + own)
      }
    }
    return samples
  }
}
