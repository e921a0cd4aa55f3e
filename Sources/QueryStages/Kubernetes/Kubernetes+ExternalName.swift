import ClusterZone
import DNSWire
import QueryEngine

// ExternalName Services: an alias comes first, then what its target says.

extension Kubernetes {
  /// Answers for an alias: it is followed inside the zone, and outside through all stages.
  ///
  /// A target inside the zone that says nothing, or leads back, is as if there were no records of the type; one outside that says
  /// nothing leaves the alias alone.
  func follow(_ query: Query, key: [UInt8], zone: Int, next: NextStage) async -> Response {
    var chain = AliasChain(query, zone: zone, key: key)
    let type = query.question.type
    guard type == .a || type == .aaaa || type == .cname else { return finish(chain, query, found: false) }
    while let target = cluster.alias(of: chain.key) {
      guard chain.append(target, ttl: cluster.configuration.ttl) else { return finish(chain, query, found: false) }
      if type == .cname { return finish(chain, query, found: true) }
      guard cluster.zone(of: target) == zone else { return await leave(chain, to: target, query, next) }
      chain.key = cluster.key(of: target, in: zone)
    }
    let records = cluster.records(of: chain.key, type: type, in: zone)
    chain.append(records.map { ResourceRecord(name: chain.last, ttl: cluster.configuration.ttl, data: $0) })
    return finish(chain, query, found: !records.isEmpty)
  }

  /// The target lies outside of the zone: all stages are asked for it.
  private func leave(_ chain: AliasChain, to target: DomainName, _ query: Query, _ next: NextStage) async -> Response {
    guard query.depth < NextStage.deepest else { return finish(chain, query, found: true) }
    var question = query
    question.question.name = target
    guard let answer = await next.fromStart(question) else { return finish(chain, query, found: true) }
    var whole = chain
    whole.append(answer.message.answers)
    return finish(whole, query, found: true, isTruncated: answer.message.truncated, other: answer.freshness)
  }

  private func finish(
    _ chain: AliasChain, _ query: Query, found: Bool, isTruncated: Bool = false, other: (any Freshness)? = nil
  ) -> Response {
    var message = noData(query, zone: chain.zone)
    if found {
      message.authorities = []
      message.answers = chain.records
    }
    message.truncated = isTruncated
    var response = Response(message)
    response.freshness = NameFreshness(cluster, zone: chain.zone, keys: Array(chain.keys), other: other)
    return response
  }
}

/// The aliases that led from a question to where it stands now.
private struct AliasChain {
  let zone: Int
  private(set) var records: [ResourceRecord] = []
  /// The name that the last alias points to: the owner of the next record.
  private(set) var last: DomainName
  /// All names of the zone that had a part in it.
  private(set) var keys: Set<[UInt8]>
  /// The name that is looked at now, below the zone.
  var key: [UInt8] { didSet { keys.insert(key) } }

  init(_ query: Query, zone: Int, key: [UInt8]) {
    self.zone = zone
    self.key = key
    last = query.question.name
    keys = [key]
  }

  /// Adds an alias; false when it leads back, or the chain is too long.
  mutating func append(_ target: DomainName, ttl: UInt32) -> Bool {
    guard records.count < NextStage.deepest, target != last, !records.contains(where: { $0.name == target }) else {
      return false
    }
    records.append(ResourceRecord(name: last, ttl: ttl, data: .cname(target)))
    last = target
    return true
  }

  mutating func append(_ more: [ResourceRecord]) { records += more }
}
