/// What is asked: the records of a type and class at a name (RFC 1035 §4.1.2).
public struct Question: Sendable, Hashable {
  /// The name, in the case that the asker wrote.
  public var name: DomainName
  /// The type, also one of those that only questions have (ANY, AXFR).
  public var type: RecordType
  /// The class.
  public var `class`: RecordClass

  /// A question, of class IN unless another is given.
  public init(name: DomainName, type: RecordType, class: RecordClass = .in) {
    self.name = name
    self.type = type
    self.class = `class`
  }
}

extension Question: CustomStringConvertible {
  /// `web.shop.svc.cluster.local. IN A`.
  public var description: String { "\(name) \(`class`) \(type)" }
}
