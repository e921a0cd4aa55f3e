// DNSZone: static zones. A zone is read from a master file once and never changes; a new version is a new zone.

public import DNSWire

/// A zone: all records at and below a name, except what is delegated.
public struct Zone: Sendable {
  /// The zone's own name.
  public let apex: DomainName
  /// The fields of its SOA record.
  public let soa: SOA
  /// The files that it was read from, the outermost first.
  public let files: [String]
  /// The names in the order in which they were written; the apex is the first.
  let nodes: [ZoneNode]
  /// Where each name is among the nodes.
  let indices: [DomainName: Int]

  init(apex: DomainName, soa: SOA, nodes: [ZoneNode], indices: [DomainName: Int], files: [String]) {
    self.apex = apex
    self.soa = soa
    self.nodes = nodes
    self.indices = indices
    self.files = files
  }

  /// Reads a zone from a master file. Complexity: linear in the file's size.
  public static func load(path: String, origin: DomainName) throws(MasterFileError) -> Zone {
    try parse(MasterFile.contents(of: path), file: path, origin: origin, reader: MasterFile.disk)
  }

  /// Reads a zone from the bytes of a master file. `$INCLUDE` goes through the reader; without one, no file can be included.
  public static func parse(
    _ text: [UInt8], file: String, origin: DomainName, reader: MasterFile.Reader? = nil
  ) throws(MasterFileError) -> Zone {
    var parser = MasterFileParser(into: ZoneBuilder(apex: origin), reader: reader ?? MasterFile.noFiles)
    try parser.parse(text, file: file, origin: origin)
    return try parser.sink.finish(files: parser.files, file: file)
  }

  /// Makes a zone of records. `source` is what the complaint about a missing SOA names as its place.
  public init(apex: DomainName, records: some Sequence<LocatedRecord>, source: String) throws(MasterFileError) {
    var builder = ZoneBuilder(apex: apex)
    for located in records { try builder.add(located.record, at: located.location) }
    self = try builder.finish(files: [], file: source)
  }

  /// The number of RRsets.
  ///
  /// Complexity: linear in the number of names.
  public var rrsetCount: Int { nodes.reduce(0) { $0 + $1.rrsets.count } }

  /// The SOA record, with the TTL of positive answers.
  public var soaRecord: ResourceRecord {
    ResourceRecord(name: apex, ttl: apexNode[.soa]?.ttl ?? soa.minimum, data: .soa(soa))
  }

  /// The name servers; empty when the zone names none, which only the zone above would notice.
  public var nameServers: [ResourceRecord] { apexNode[.ns]?.records(at: apex) ?? [] }

  /// Whether the zone has a name, be it an empty non-terminal.
  public func contains(_ name: DomainName) -> Bool { indices[name] != nil }

  /// The RRset of a type at exactly a name, whether it is authoritative or glue.
  public func rrset(_ name: DomainName, _ type: RecordType) -> RRset? { node(name)?[type] }

  var apexNode: ZoneNode { nodes[0] }

  func node(_ name: DomainName) -> ZoneNode? { indices[name].map { nodes[$0] } }
}
