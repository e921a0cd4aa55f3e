/// How server-side apply takes the values of a field: as a whole, or by what is in them.
///
/// Made once from the kinds' field tables, for apply asks for it at every step.
final class FieldShape: Sendable {
  /// The forms.
  enum Form: Sendable {
    /// One value, whatever is in it: scalars, atomic lists and mappings.
    case whole
    /// An object with named fields.
    case fields
    /// A mapping with names of any kind.
    case entries
    /// A list whose elements are told apart by keys.
    case elements(keys: [Key])
    /// A list of scalars in which each comes once.
    case set
  }

  /// A key of a list's elements.
  struct Key: Sendable {
    let name: String
    /// What it is where an element leaves it out.
    let standard: FieldScalar?
  }

  let form: Form
  /// What the values are, for messages.
  let type: FieldType
  /// The fields of an object.
  let members: [String: FieldShape]
  /// What is in a list, or in a mapping.
  private let inner: FieldShape?
  /// Whether the object may have other fields.
  let isOpen: Bool
  /// Whether every object has the field, be it empty.
  let isAlwaysThere: Bool

  private init(
    _ form: Form, _ type: FieldType, members: [String: FieldShape] = [:], inner: FieldShape? = nil,
    isOpen: Bool = false, isAlwaysThere: Bool = false
  ) {
    self.form = form
    self.type = type
    self.members = members
    self.inner = inner
    self.isOpen = isOpen
    self.isAlwaysThere = isAlwaysThere
  }

  /// What is below a step.
  func below(_ step: FieldStep) -> FieldShape {
    if case .field(let name) = step, let member = members[name] { return member }
    return inner ?? .untyped
  }

  /// Values of which nothing is known.
  static let untyped = FieldShape(.entries, .any)
  private static let scalar = FieldShape(.whole, .any)
}

extension FieldShape {
  /// The shape of objects of a kind.
  static func of(_ kind: ObjectKind) -> FieldShape { shapes[Int(kind.rawValue)] }

  private static let shapes: [FieldShape] = ObjectKind.allCases.map { kind in
    of(kind.schema, .object { kind.schema }, isAlwaysThere: true)
  }

  private static func of(_ schema: ObjectSchema, _ type: FieldType, isAlwaysThere: Bool) -> FieldShape {
    let members = Dictionary(schema.fields.map { ($0.name, of($0)) }) { $1 }
    return FieldShape(
      schema.isAtomic ? .whole : .fields, type, members: members, isOpen: schema.isOpen, isAlwaysThere: isAlwaysThere)
  }

  private static func of(_ field: FieldInfo) -> FieldShape {
    switch field.type {
    case .object(let schema) where !field.isAtomic:
      return of(schema(), field.type, isAlwaysThere: field.isAlwaysThere)
    case .stringMap where !field.isAtomic: return FieldShape(.entries, field.type, inner: scalar)
    case .any where !field.isAtomic: return FieldShape(.entries, field.type)
    case .map(let value) where !field.isAtomic:
      return FieldShape(.entries, field.type, inner: of(FieldInfo(field.name, value)))
    case .list(let element): return list(field, element)
    default: return FieldShape(.whole, field.type)
    }
  }

  private static func list(_ field: FieldInfo, _ element: FieldType) -> FieldShape {
    if field.isSet { return FieldShape(.set, field.type, inner: scalar) }
    guard !field.mergeKeys.isEmpty, let schema = element.schema else {
      return FieldShape(.whole, field.type, isAlwaysThere: field.isRequired)
    }
    let keys = field.mergeKeys.sorted().map {
      Key(name: $0, standard: schema[$0]?.defaultValue.map { FieldScalar($0) })
    }
    return FieldShape(
      .elements(keys: keys), field.type, inner: of(schema, element, isAlwaysThere: true),
      isAlwaysThere: field.isRequired)
  }
}

extension FieldShape {
  /// What tells an element of the list from the others; `nil` for one that lacks a key, or is no scalar in a set.
  func step(to element: DocumentNode) -> FieldStep? {
    switch form {
    case .set: return FieldScalar(element).map { .value($0) }
    case .elements(let keys):
      var values: [FieldKey] = []
      for key in keys {
        guard let value = element[key.name].flatMap({ FieldScalar($0) }) ?? key.standard else { return nil }
        values.append(FieldKey(key.name, value))
      }
      return .element(values)
    case .whole, .fields, .entries: return nil
    }
  }

  /// The elements of a list by their steps, in order; elements of one step in one group, those without a step left out.
  func elements(of node: DocumentNode?) -> [(step: FieldStep, nodes: [DocumentNode])] {
    guard case .sequence(let list)? = node?.content else { return [] }
    var places: [FieldStep: Int] = [:]
    var groups: [(step: FieldStep, nodes: [DocumentNode])] = []
    for element in list {
      guard let step = step(to: element) else { continue }
      if let place = places[step] {
        groups[place].nodes.append(element)
      } else {
        places[step] = groups.count
        groups.append((step, [element]))
      }
    }
    return groups
  }

  /// What every object of the kind has before anybody gave it anything, as Go writes it.
  var empty: DocumentNode {
    switch form {
    case .fields:
      let always = members.filter { $0.value.isAlwaysThere }
      let list = always.map { DocumentNode.Member($0.key, at: .start, $0.value.empty) }
      return DocumentNode(.mapping(list), at: .start)
    case .whole, .entries, .elements, .set: return DocumentNode(.scalar("null", .null), at: .start)
    }
  }
}
