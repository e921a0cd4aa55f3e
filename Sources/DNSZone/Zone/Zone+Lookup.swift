public import DNSWire

extension Zone {
  /// Answers a question from the zone alone, by the steps of RFC 1034 §4.3.2 as RFC 4592 and RFC 6672 amend them.
  ///
  /// Names in the answer are in the case of the question, or of the record that led to them. Complexity: linear in the
  /// number of labels and of records in the answer.
  public func lookup(_ name: DomainName, _ type: RecordType) -> ZoneAnswer {
    guard name.isSubdomain(of: apex) else { return ZoneAnswer(rcode: .refused, authoritative: false) }
    var lookup = ZoneLookup(zone: self, type: type)
    lookup.run(name)
    return lookup.answer
  }

  /// What the zone has for a name, seen from the apex downwards.
  enum Match {
    /// The name itself, or the wildcard that stands for it.
    case node(ZoneNode)
    /// A name at or above this one is delegated.
    case delegation(ZoneNode)
    /// A name above this one has a DNAME.
    case redirection(ZoneNode)
    /// Neither the name nor a wildcard for it.
    case nothing
  }

  /// RFC 1034 §4.3.2, step 3: goes down label by label, and stops at the first cut.
  func match(_ name: DomainName, _ type: RecordType) -> Match {
    let depth = name.labelCount
    var encloser = apexNode
    for labels in apex.labelCount...depth {
      guard let node = node(name.suffix(labels: labels)) else { return wildcard(below: encloser) }
      let isCut = labels > apex.labelCount && node.has(.ns)
      // The parent answers for DS (RFC 4035 §3.1.4.1).
      if isCut && !(labels == depth && type == .ds) { return .delegation(node) }
      if labels < depth && node.has(.dname) { return .redirection(node) }
      encloser = node
    }
    return .node(encloser)
  }

  /// RFC 4592 §3.3.1: the wildcard right below the closest encloser, and no other one.
  private func wildcard(below encloser: ZoneNode) -> Match {
    guard let name = try? encloser.name.prepending(label: "*"), let node = node(name) else { return .nothing }
    return .node(node)
  }
}

/// One question on its way through a zone.
private struct ZoneLookup {
  /// How many CNAMEs and DNAMEs are followed. Longer chains, and those that lead back to themselves, end here.
  private static let longestChain = 16

  let zone: Zone
  let type: RecordType
  var answer = ZoneAnswer(rcode: .noError, authoritative: true)

  init(zone: Zone, type: RecordType) {
    self.zone = zone
    self.type = type
  }

  /// Follows a name to its end, and completes the answer there.
  mutating func run(_ name: DomainName) {
    var followed: Set<DomainName> = []
    var next: DomainName? = name
    while let name = next {
      guard name.isSubdomain(of: zone.apex) else {
        answer.externalTarget = name
        return succeed()
      }
      guard followed.count <= Self.longestChain, followed.insert(name).inserted else { return succeed() }
      next = step(name)
    }
  }

  /// Does what is to be done for one name; answers the name to go on with.
  private mutating func step(_ name: DomainName) -> DomainName? {
    switch zone.match(name, type) {
    case .node(let node): return answerFrom(node, as: name)
    case .redirection(let node): return redirect(name, by: node)
    case .delegation(let node): refer(to: node)
    case .nothing: deny(.nxDomain)
    }
    return nil
  }

  /// Step 3a: the data of the type, or the CNAME that leads on.
  private mutating func answerFrom(_ node: ZoneNode, as name: DomainName) -> DomainName? {
    let sets = type == .any ? node.rrsets : node[type].map { [$0] } ?? []
    if sets.isEmpty, let alias = node[.cname], case .cname(let target)? = alias.data.first {
      answer.answers += alias.records(at: name)
      return target
    }
    guard !sets.isEmpty else {
      deny(.noError)
      return nil
    }
    for set in sets { answer.answers += set.records(at: name) }
    succeed()
    return nil
  }

  /// RFC 6672 §3.2, step 3c: the DNAME, and the CNAME that it means for this name.
  private mutating func redirect(_ name: DomainName, by node: ZoneNode) -> DomainName? {
    guard let set = node[.dname], case .dname(let target)? = set.data.first else { return nil }
    answer.answers += set.records(at: node.name)
    guard let newName = try? name.replacingSuffix(node.name, with: target) else {
      answer.rcode = .yxDomain
      return nil
    }
    answer.answers.append(ResourceRecord(name: name, ttl: set.ttl, data: .cname(newName)))
    guard type != .cname else {
      succeed()
      return nil
    }
    return newName
  }

  /// Step 3b: the name servers of the zone below, and their addresses as far as this zone has them.
  private mutating func refer(to node: ZoneNode) {
    // AA is about the first owner in the answer (RFC 1035 §4.1.1).
    answer.authoritative = !answer.answers.isEmpty
    answer.authorities = node[.ns]?.records(at: node.name) ?? []
    answer.authorities += node[.ds]?.records(at: node.name) ?? []
    addAddresses(of: answer.answers + answer.authorities)
  }

  /// RFC 2308 §2, §5: the SOA, with the TTL for which a denial may be kept.
  private mutating func deny(_ rcode: ResponseCode) {
    answer.rcode = rcode
    var soa = zone.soaRecord
    soa.ttl = min(soa.ttl, zone.soa.minimum)
    answer.authorities = [soa]
    addAddresses(of: answer.answers)
  }

  /// Completes a positive answer: with the zone's name servers, unless they are the answer.
  private mutating func succeed() {
    let servers = zone.nameServers
    if !answer.answers.contains(where: { $0.type == .ns && $0.name == zone.apex }) { answer.authorities = servers }
    addAddresses(of: answer.answers)
  }

  /// RFC 1034 §4.3.2, step 6: addresses of the hosts that records name, each once, and none that the answer has already.
  private mutating func addAddresses(of records: [ResourceRecord]) {
    var done = Set(answer.answers.filter { $0.type == .a || $0.type == .aaaa }.map(\.name))
    for record in records {
      guard let host = host(in: record), done.insert(host).inserted, let node = zone.node(host) else { continue }
      for type in [RecordType.a, .aaaa] { answer.additionals += node[type]?.records(at: host) ?? [] }
    }
  }

  /// The host that a record leads to by its address.
  private func host(in record: ResourceRecord) -> DomainName? {
    switch record.data {
    case .ns(let host), .mx(_, let host): host
    case .srv(let service): service.target
    // The root stands for the owner itself (RFC 9460 §2.5).
    case .svcb(let service), .https(let service): service.target.isRoot ? record.name : service.target
    default: nil
    }
  }
}
