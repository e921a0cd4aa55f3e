/// A record: what is known of one type at one name (RFC 1035 §3.2.1). OPT is none of them: see `EDNS`.
public struct ResourceRecord: Sendable, Hashable {
  /// The owner.
  public var name: DomainName
  /// The class.
  public var `class`: RecordClass
  /// How long it may be kept, in seconds. As it came: above 2^31-1 it is to be capped (RFC 8767 §4).
  public var ttl: UInt32
  /// Type and fields.
  public var data: RecordData

  /// A record, of class IN unless another is given.
  public init(name: DomainName, class: RecordClass = .in, ttl: UInt32, data: RecordData) {
    self.name = name
    self.class = `class`
    self.ttl = ttl
    self.data = data
  }

  /// The type, which the data determines.
  public var type: RecordType { data.type }
}

extension ResourceRecord: CustomStringConvertible {
  /// A line of a master file: `web.shop.svc.cluster.local. 5 IN A 10.96.0.10`.
  public var description: String { "\(name) \(ttl) \(`class`) \(type) \(data.presentation)" }
}
