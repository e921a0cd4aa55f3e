import ClusterDiscovery
import ClusterModel
import NetworkAddresses

/// How many picks are made of a set, and how.
struct PickCount {
  /// The balancer, as it was asked for.
  let balancer: String
  let policy: BalancingPolicy
  let count: Int
  /// What identifies the client; `nil`: each pick is a client of its own.
  let key: String?

  /// How often each address is picked.
  func made(of set: EndpointSet) -> [SocketAddress: Int] {
    let cell = PickerCell(Balancer(policy))
    cell.update(set)
    let hash = key.map { KeyHash.of($0) }
    var made: [SocketAddress: Int] = [:]
    for number in 0..<count {
      guard let pick = cell.pick(PickContext(key: hash ?? KeyHash.of("\(number)"))) else { break }
      made[pick.address, default: 0] += 1
    }
    return made
  }
}

/// A set of endpoints, and how picks are spread over it, as they are printed.
struct ResolvedState {
  private let set: EndpointSet
  private let source: String
  private let balancer: String
  private let picks: [SocketAddress: Int]
  private let total: Int

  init(_ set: EndpointSet, _ picks: PickCount, source: String) {
    (self.set, self.source) = (set, source)
    self.picks = picks.made(of: set)
    balancer = picks.balancer
    total = self.picks.values.reduce(0, +)
  }

  /// What it is, and a row for each endpoint.
  func lines(wide: Bool) -> [String] {
    let noun = set.endpoints.count == 1 ? "endpoint" : "endpoints"
    let head = "\(set.target) from \(source): \(set.endpoints.count) \(noun)"
    guard !set.endpoints.isEmpty else { return [head] }
    let titles =
      ["ADDRESS", "CONDITION", "ZONE", "NODE", "WEIGHT"] + (wide ? ["HOSTNAME", "METADATA"] : []) + ["PICKS", "SHARE"]
    return [head] + PrintedTable.aligned([titles] + set.endpoints.map { row($0, wide: wide) }).map(\.onOneLine)
  }

  private func row(_ endpoint: ClusterDiscovery.Endpoint, wide: Bool) -> [String] {
    let count = picks[endpoint.address] ?? 0
    let more = [
      endpoint.hostname ?? "-",
      endpoint.metadata.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }.joined(separator: ","),
    ]
    return [
      "\(endpoint.address)", endpoint.condition.text, endpoint.zone ?? "-", endpoint.node ?? "-", "\(endpoint.weight)",
    ] + (wide ? more : []) + ["\(count)", share(count)]
  }

  /// A share of all picks, in per cent.
  private func share(_ count: Int) -> String {
    let tenths = total == 0 ? 0 : (count * 1000 + total / 2) / total
    return "\(tenths / 10).\(tenths % 10)%"
  }

  /// One line of JSON.
  var json: String {
    var json = JSONWriter()
    json.object {
      $0.member("target", "\(set.target)")
      $0.member("source", source)
      $0.member("balancer", balancer)
      $0.key("picks")
      $0.number(total)
      $0.key("endpoints")
      $0.array { list in
        for endpoint in set.endpoints { list.object { write(endpoint, to: &$0) } }
      }
    }
    return json.text
  }

  private func write(_ endpoint: ClusterDiscovery.Endpoint, to json: inout JSONWriter) {
    json.member("address", "\(endpoint.address.address)")
    json.key("port")
    json.number(endpoint.address.port)
    for (name, value) in [("hostname", endpoint.hostname), ("zone", endpoint.zone), ("node", endpoint.node)] {
      if let value { json.member(name, value) }
    }
    json.key("weight")
    json.number(endpoint.weight)
    let condition = endpoint.condition
    for (name, value) in [
      ("ready", condition.isReady), ("serving", condition.isServing), ("terminating", condition.isTerminating),
    ] {
      json.key(name)
      json.boolean(value)
    }
    json.key("metadata")
    json.object { for (key, value) in endpoint.metadata.sorted(by: { $0.key < $1.key }) { $0.member(key, value) } }
    json.key("picks")
    json.number(picks[endpoint.address] ?? 0)
  }
}

extension JSONWriter {
  /// A member whose value is a text.
  fileprivate mutating func member(_ name: String, _ value: String) {
    key(name)
    string(value)
  }
}

extension EndpointCondition {
  /// One word.
  fileprivate var text: String {
    if isReady { return "ready" }
    if isTerminating { return isServing ? "draining" : "terminating" }
    return isServing ? "serving" : "unready"
  }
}
