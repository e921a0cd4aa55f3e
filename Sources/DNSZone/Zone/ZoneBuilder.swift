import Corefile
import DNSWire

/// Records, one by one → a zone. What contradicts the standards is refused where it is written.
struct ZoneBuilder: RecordSink {
  private let apex: DomainName
  private var nodes: [ZoneNode]
  private var indices: [DomainName: Int]
  private var soa: (location: SourceLocation, data: SOA)?
  /// The node that the last record went to: the next one mostly has the same owner.
  private var lastIndex = 0

  init(apex: DomainName) {
    self.apex = apex
    nodes = [ZoneNode(name: apex)]
    indices = [apex: 0]
  }

  /// Takes a record. Complexity: O(1) for the zone's size.
  mutating func add(_ record: ResourceRecord, at location: SourceLocation) throws(MasterFileError) {
    guard record.class == .in else {
      throw MasterFileError(location, "a record of class \(record.class) in a zone of class IN")
    }
    let index = try nodeIndex(of: record.name, at: location)
    if case .soa(let data) = record.data {
      guard try isFirstSOA(data, record.name, at: location) else { return }
    }
    try checkCompany(of: record, in: nodes[index], at: location)
    insert(record, at: index)
  }

  /// The node of an owner, made when it is new, together with those above it that are missing.
  private mutating func nodeIndex(of name: DomainName, at location: SourceLocation) throws(MasterFileError) -> Int {
    if nodes[lastIndex].name == name { return lastIndex }
    if let index = indices[name] {
      lastIndex = index
      return index
    }
    guard name.isSubdomain(of: apex) else {
      throw MasterFileError(
        location, "the owner \(name) lies outside of the zone \(apex)", hint: "a name that ends in a dot is absolute")
    }
    lastIndex = insertNode(name)
    var ancestor = name.parent
    while let name = ancestor, indices[name] == nil {
      _ = insertNode(name)
      ancestor = name.parent
    }
    return lastIndex
  }

  private mutating func insertNode(_ name: DomainName) -> Int {
    nodes.append(ZoneNode(name: name))
    indices[name] = nodes.count - 1
    return nodes.count - 1
  }

  /// A zone has one SOA, at its apex (RFC 1035 §5.2). The same one written twice counts once: `false` then.
  private mutating func isFirstSOA(
    _ data: SOA, _ name: DomainName, at location: SourceLocation
  ) throws(MasterFileError) -> Bool {
    guard name == apex else {
      throw MasterFileError(
        location, "an SOA at \(name) in the zone \(apex)", hint: "a zone's one SOA is at its own name")
    }
    guard let first = soa else {
      soa = (location, data)
      return true
    }
    guard first.data == data else {
      throw MasterFileError(location, "a second SOA; the first one is at \(first.location)")
    }
    return false
  }

  /// A CNAME has no company but its own signatures (RFC 2181 §10.1, RFC 4034 §4), and each name at most one CNAME or DNAME.
  private func checkCompany(
    of record: ResourceRecord, in node: ZoneNode, at location: SourceLocation
  ) throws(MasterFileError) {
    let type = record.type
    if (type == .cname || type == .dname), let other = node[type], other.data != [record.data] {
      throw MasterFileError(location, "\(node.name) has a second \(type) record", hint: "a name has at most one")
    }
    guard !Self.mayAccompanyCNAME(type) else { return }
    let others = node.rrsets.filter { !Self.mayAccompanyCNAME($0.type) && $0.type != type }
    if let other = others.first, type == .cname || other.type == .cname {
      throw MasterFileError(
        location, "\(node.name) has a CNAME and another record, of the type \(type == .cname ? other.type : type)",
        hint: "a name with a CNAME has nothing else")
    }
  }

  private static func mayAccompanyCNAME(_ type: RecordType) -> Bool {
    switch type {
    case .rrsig, .nsec, .sig, .key, .nxt: true
    default: false
    }
  }

  private mutating func insert(_ record: ResourceRecord, at index: Int) {
    if let place = nodes[index].rrsets.firstIndex(where: { $0.type == record.type }) {
      nodes[index].rrsets[place].ttl = min(nodes[index].rrsets[place].ttl, record.ttl)
      nodes[index].rrsets[place].data.append(record.data)
    } else {
      nodes[index].rrsets.append(RRset(type: record.type, ttl: record.ttl, data: [record.data]))
    }
  }

  /// The zone, when all records are in. `file` is what the complaint about a missing SOA points to.
  consuming func finish(files: [String], file: String) throws(MasterFileError) -> Zone {
    guard let soa else {
      throw MasterFileError(
        SourceLocation(file: file), "the zone \(apex) has no SOA record",
        hint: "write '@ SOA PRIMARY MAILBOX SERIAL REFRESH RETRY EXPIRE MINIMUM'")
    }
    removeDuplicates()
    return Zone(apex: apex, soa: soa.data, nodes: nodes, indices: indices, files: files)
  }

  /// RFC 2181 §5: the same record written twice is one record.
  private mutating func removeDuplicates() {
    for node in nodes.indices {
      for place in nodes[node].rrsets.indices where nodes[node].rrsets[place].data.count > 1 {
        var seen = Set<RecordData>()
        nodes[node].rrsets[place].data.removeAll { !seen.insert($0).inserted }
      }
    }
  }
}
