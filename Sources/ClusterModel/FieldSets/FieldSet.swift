// Field sets: who set which fields of an object, by Kubernetes' rules of structured merges (KEP-555). A set is a tree of
// steps, as its written form FieldsV1 is; everything here is linear in the sets, the objects, or both.

/// A set of an object's fields.
public struct FieldSet: Sendable, Hashable {
  /// Whether the place that the tree stands for is in the set itself.
  var isMember = false
  /// The steps from here on that lead to members; none of them is empty.
  private(set) var children: [FieldStep: FieldSet] = [:]

  /// The empty set.
  public init() {}

  /// A set with one place, which has nothing below it.
  static let leaf: FieldSet = {
    var set = FieldSet()
    set.isMember = true
    return set
  }()

  /// Whether no field is in the set.
  public var isEmpty: Bool { !isMember && children.isEmpty }

  /// The set below a step; setting an empty one takes the step out.
  subscript(step: FieldStep) -> FieldSet {
    get { children[step] ?? FieldSet() }
    set { children[step] = newValue.isEmpty ? nil : newValue }
  }

  /// The set below fields in each other.
  subscript(path: [String]) -> FieldSet {
    get { path.reduce(self) { $0[.field($1)] } }
    set {
      guard let first = path.first else {
        self = newValue
        return
      }
      self[.field(first)][Array(path.dropFirst())] = newValue
    }
  }

  /// Whether a path is in the set.
  public func contains(_ path: [FieldStep]) -> Bool { path.reduce(self) { $0[$1] }.isMember }
}

extension FieldSet {
  /// The fields that are in one of the sets.
  public func union(_ other: FieldSet) -> FieldSet {
    if isEmpty { return other }
    var result = self
    result.isMember = isMember || other.isMember
    result.children.merge(other.children) { $0.union($1) }
    return result
  }

  /// The fields that are in both sets.
  public func intersection(_ other: FieldSet) -> FieldSet {
    var result = FieldSet()
    result.isMember = isMember && other.isMember
    for (step, child) in children {
      if let same = other.children[step] { result[step] = child.intersection(same) }
    }
    return result
  }

  /// The fields that are not in the other set.
  public func subtracting(_ other: FieldSet) -> FieldSet {
    if other.isEmpty { return self }
    var result = self
    if other.isMember { result.isMember = false }
    for (step, gone) in other.children where children[step] != nil { result[step] = self[step].subtracting(gone) }
    return result
  }

  /// Visits every path in the set, in order.
  public func forEach(_ visit: ([FieldStep]) -> Void) { forEach(below: [], visit) }

  private func forEach(below path: [FieldStep], _ visit: ([FieldStep]) -> Void) {
    if isMember { visit(path) }
    for step in children.keys.sorted() { self[step].forEach(below: path + [step], visit) }
  }

  /// The set with the fields of objects that lead to members as members, so that they go and stay with what is in them.
  func withParents(_ shape: FieldShape) -> FieldSet {
    var result = self
    for (step, child) in children {
      guard case .field(let name) = step, let inner = shape.members[name] else {
        result[step] = child.withParents(shape.below(step))
        continue
      }
      var below = child.withParents(inner)
      below.isMember = true
      result[step] = below
    }
    return result
  }
}

// MARK: - FieldsV1

extension FieldSet {
  /// The set that a FieldsV1 document stands for; steps of unknown kinds are passed over.
  public init(fieldsV1 node: DocumentNode) throws(FieldSetError) {
    guard case .mapping(let members) = node.content else { throw FieldSetError("a set of fields must be an object") }
    for member in members {
      if member.key == "." {
        isMember = true
        continue
      }
      guard let step = try FieldStep.named(member.key) else { continue }
      var child = try FieldSet(fieldsV1: member.value)
      if case .mapping(let inner) = member.value.content, inner.isEmpty { child.isMember = true }
      self[step] = self[step].union(child)
    }
  }

  /// The set that a text in FieldsV1 stands for.
  public init(fieldsV1 text: String) throws(FieldSetError) {
    let node: DocumentNode?
    do {
      var reader = try JSONReader(Array(text.utf8))
      node = try reader.next()
    } catch {
      throw FieldSetError("a set of fields is no JSON: \(error)")
    }
    guard let node else { throw FieldSetError("a set of fields is missing") }
    try self.init(fieldsV1: node)
    isMember = false
  }

  /// The set as FieldsV1, in compact JSON and in order.
  public var fieldsV1: String {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.text
  }

  private func write(to writer: inout JSONWriter) {
    writer.object { writer in
      if isMember, !children.isEmpty {
        writer.key(".")
        writer.object { _ in }
      }
      for step in children.keys.sorted() {
        writer.key(step.fieldsV1Name)
        self[step].write(to: &writer)
      }
    }
  }
}
