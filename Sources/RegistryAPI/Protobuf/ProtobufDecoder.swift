import ClusterModel

/// Makes documents of messages, by the tables of the kinds' fields.
///
/// Kubernetes' Go types write fields that are not set as empty ones; an empty text or time is therefore none.
struct ProtobufDecoder {
  private var nodes = 0

  /// The text of octets.
  static func text(_ octets: ArraySlice<UInt8>) throws(ProtobufError) -> String {
    guard let text = String(validating: octets, as: UTF8.self) else {
      throw ProtobufError("proto: a text is not UTF-8")
    }
    return text
  }

  /// The fields of a message that have a number in the table; others are passed over.
  ///
  /// - Parameter outer: the type that the message lies in; empty for none.
  mutating func members(
    of message: ArraySlice<UInt8>, _ schema: ObjectSchema, in outer: String
  ) throws(ProtobufError) -> [DocumentNode.Member] {
    var reader = ProtobufReader(message)
    var fields = FieldCollection()
    while let (number, value) = try reader.next() {
      guard let field = FieldNumbers.field(number, of: schema, in: outer) else { continue }
      try count()
      switch (field.type, value) {
      case (.list(let element), _):
        if let node = try node(value, element, in: schema.typeName) { fields.append(node, to: field.name) }
      case (.stringMap, .octets(let entry)):
        let pair = try entryOfMap(entry)
        fields.set(pair.value, for: pair.key, in: field.name)
      default:
        if let node = try node(value, field.type, in: schema.typeName) { fields[field.name] = node }
      }
    }
    return fields.members
  }

  private mutating func count() throws(ProtobufError) {
    nodes += 1
    guard nodes <= BodyDocument.limits.nodes else {
      throw ProtobufError("more than \(BodyDocument.limits.nodes) values")
    }
  }

  /// One value; `nil` for one that says nothing.
  private mutating func node(
    _ value: ProtobufReader.Value, _ type: FieldType, in outer: String
  ) throws(ProtobufError) -> DocumentNode? {
    switch (type, value) {
    case (.string, .octets(let octets)):
      let text = try Self.text(octets)
      return text.isEmpty ? nil : .text(text)
    case (.boolean, .varint(let number)):
      return DocumentNode(.scalar(number == 0 ? "false" : "true", .boolean), at: .start)
    case (.int32, .varint(let number)), (.int64, .varint(let number)): return .number(Int64(bitPattern: number))
    case (.intOrString, .octets(let octets)): return try intOrString(octets)
    case (.time, .octets(let octets)): return try time(octets).map { .text(Timestamp.text($0.seconds)) }
    case (.microTime, .octets(let octets)):
      return try time(octets).map { .text(Timestamp.text(microseconds: $0.seconds * 1_000_000 + $0.microseconds)) }
    case (.object(let schema), .octets(let octets)):
      return DocumentNode(.mapping(try members(of: octets, schema(), in: outer)), at: .start)
    case (.any, .octets(let octets)): return try json(octets)
    default: throw ProtobufError("proto: wrong wireType for a field of type \(type.goName)")
    }
  }

  /// `intstr.IntOrString`: which of the two, the number, the text.
  private func intOrString(_ octets: ArraySlice<UInt8>) throws(ProtobufError) -> DocumentNode {
    var reader = ProtobufReader(octets)
    var (isText, number, text) = (false, Int64(0), "")
    while let (field, value) = try reader.next() {
      switch (field, value) {
      case (1, .varint(let type)): isText = type != 0
      case (2, .varint(let value)): number = Int64(bitPattern: value)
      case (3, .octets(let octets)): text = try Self.text(octets)
      default: break
      }
    }
    return isText ? .text(text) : .number(number)
  }

  /// A `Timestamp`, in the years that RFC 3339 can write; `nil` for none.
  private func time(_ octets: ArraySlice<UInt8>) throws(ProtobufError) -> (seconds: Int64, microseconds: Int64)? {
    var reader = ProtobufReader(octets)
    var (seconds, nanoseconds) = (Int64(0), Int64(0))
    while let (field, value) = try reader.next() {
      guard case .varint(let number) = value else { continue }
      if field == 1 { seconds = Int64(bitPattern: number) }
      if field == 2 { nanoseconds = Int64(bitPattern: number) }
    }
    guard (-62_135_596_800...253_402_300_799).contains(seconds), (0..<1_000_000_000).contains(nanoseconds) else {
      throw ProtobufError("proto: a time is out of range")
    }
    return seconds == 0 && nanoseconds == 0 ? nil : (seconds, nanoseconds / 1000)
  }

  /// One entry of a map of strings.
  private func entryOfMap(_ octets: ArraySlice<UInt8>) throws(ProtobufError) -> (key: String, value: DocumentNode) {
    var reader = ProtobufReader(octets)
    var (key, value) = ("", "")
    while let (field, octets) = try reader.next() {
      guard case .octets(let text) = octets else { continue }
      if field == 1 { key = try Self.text(text) }
      if field == 2 { value = try Self.text(text) }
    }
    return (key, .text(value))
  }

  /// `FieldsV1`: JSON in a message of its own.
  private func json(_ octets: ArraySlice<UInt8>) throws(ProtobufError) -> DocumentNode? {
    var reader = ProtobufReader(octets)
    while let (field, value) = try reader.next() {
      guard field == 1, case .octets(let text) = value else { continue }
      do { return try BodyDocument.json(Array(text)) } catch { throw ProtobufError("proto: \(error)") }
    }
    return nil
  }
}

/// The members of a document in the order in which they came first.
private struct FieldCollection {
  private(set) var members: [DocumentNode.Member] = []
  private var places: [String: Int] = [:]

  /// A field; of one that comes again the last value counts.
  subscript(name: String) -> DocumentNode? {
    get { places[name].map { members[$0].value } }
    set {
      guard let newValue else { return }
      if let place = places[name] {
        members[place].value = newValue
      } else {
        places[name] = members.count
        members.append(DocumentNode.Member(name, at: .start, newValue))
      }
    }
  }

  /// Adds an element to a list. Amortised O(1).
  mutating func append(_ element: DocumentNode, to name: String) {
    guard let place = places[name], case .sequence(var elements) = members[place].value.content else {
      self[name] = DocumentNode(.sequence([element]), at: .start)
      return
    }
    members[place].value.content = .sequence([])
    elements.append(element)
    members[place].value.content = .sequence(elements)
  }

  /// Adds an entry to a map. Amortised O(1).
  mutating func set(_ value: DocumentNode, for key: String, in name: String) {
    let entry = DocumentNode.Member(key, at: .start, value)
    guard let place = places[name], case .mapping(var entries) = members[place].value.content else {
      self[name] = DocumentNode(.mapping([entry]), at: .start)
      return
    }
    members[place].value.content = .mapping([])
    entries.append(entry)
    members[place].value.content = .mapping(entries)
  }
}

extension DocumentNode {
  fileprivate static func text(_ text: String) -> DocumentNode { DocumentNode(.scalar(text, .string), at: .start) }

  fileprivate static func number(_ number: Int64) -> DocumentNode {
    DocumentNode(.scalar(String(number), .integer), at: .start)
  }
}
