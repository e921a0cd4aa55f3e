/// How to reach a service: the data of SVCB and HTTPS records (RFC 9460 §2).
public struct SVCB: Sendable, Hashable {
  /// 0: the target is another name for the owner; else the lowest is tried first.
  public var priority: UInt16
  /// The host; the root stands for the owner itself, or, at priority 0, for no such service.
  public var target: DomainName
  /// The parameters, in ascending order of keys, each key once.
  public var parameters: [ServiceParameter]

  /// All fields; the parameters in any order, of which the last one of a key is kept.
  public init(priority: UInt16, target: DomainName, parameters: [ServiceParameter] = []) {
    self.priority = priority
    self.target = target
    let byKey = Dictionary(parameters.map { ($0.key, $0) }) { _, last in last }
    self.parameters = byKey.values.sorted { $0.key < $1.key }
  }
}

extension SVCB {
  init(type: RecordType, reading cursor: inout WireCursor) throws(WireError) {
    priority = try cursor.readUInt16()
    target = try cursor.readUncompressedName()
    parameters = []
    while !cursor.isAtEnd {
      let start = cursor.offset
      let key = try cursor.readUInt16()
      if let last = parameters.last, last.key >= key { throw .badField(type: type, at: start) }
      parameters.append(ServiceParameter(key: key, value: try cursor.readBytes(Int(try cursor.readUInt16()))))
    }
  }

  func write(to writer: inout MessageWriter) {
    writer.append(priority)
    writer.append(target, compressed: false)
    for parameter in parameters {
      writer.append(parameter.key)
      writer.append(UInt16(clamping: parameter.value.count))
      writer.append(parameter.value)
    }
  }
}

extension SVCB: CustomStringConvertible {
  /// The fields as a master file has them.
  public var description: String { "\(priority) \(target)" + parameters.map { " \($0)" }.joined() }
}
