public import DNSWire

/// All records of one type at one name. They have one TTL (RFC 2181 §5.2).
public struct RRset: Sendable, Hashable {
  /// The type.
  public let type: RecordType
  /// How long they may be kept, in seconds: the least of what the records were written with.
  public internal(set) var ttl: UInt32
  /// What each record says; no two are the same.
  public internal(set) var data: [RecordData]

  /// The records, at an owner.
  func records(at owner: DomainName) -> [ResourceRecord] {
    data.map { ResourceRecord(name: owner, ttl: ttl, data: $0) }
  }
}

/// A name of the zone. It has no RRset when it is there only because names below it are (an empty non-terminal,
/// RFC 4592 §2.2.2).
struct ZoneNode: Sendable {
  /// In the case in which it was first written.
  let name: DomainName
  var rrsets: [RRset] = []

  /// The RRset of a type.
  subscript(type: RecordType) -> RRset? { rrsets.first { $0.type == type } }

  func has(_ type: RecordType) -> Bool { rrsets.contains { $0.type == type } }
}
