/// The fields in which an object differs from an older state of it.
struct FieldChanges: Sendable, Hashable {
  /// What the older state did not have.
  var added = FieldSet()
  /// What has another value.
  var modified = FieldSet()
  /// What the older state had.
  var removed = FieldSet()

  /// The fields that have a value that they did not have.
  var assigned: FieldSet { added.union(modified) }
  /// Everything that differs.
  var all: FieldSet { assigned.union(removed) }
  /// Whether both states are the same.
  var isEmpty: Bool { added.isEmpty && modified.isEmpty && removed.isEmpty }

  /// No difference.
  init() {}

  /// The differences of two values; `nil` where there is none.
  init(from old: DocumentNode?, to new: DocumentNode?, _ shape: FieldShape) {
    if old == nil && new == nil { return }
    switch shape.form {
    case .whole: note(old, new)
    case .fields, .entries: compareMembers(old, new, shape)
    case .elements, .set: compareElements(old, new, shape)
    }
  }

  /// A value that counts as a whole.
  private mutating func note(_ old: DocumentNode?, _ new: DocumentNode?) {
    guard let old else { return added.isMember = true }
    guard let new else { return removed.isMember = true }
    if !old.isSame(as: new) { modified.isMember = true }
  }

  /// A value that counts by what is in it, when it came or went itself.
  private mutating func noteContainer(_ old: DocumentNode?, _ new: DocumentNode?) {
    if old == nil { added.isMember = true }
    if new == nil { removed.isMember = true }
  }

  private mutating func compareMembers(_ old: DocumentNode?, _ new: DocumentNode?, _ shape: FieldShape) {
    let (before, after) = (old?.memberList, new?.memberList)
    // What is no mapping on either side is taken as a whole, and so are two empty ones.
    guard before?.isEmpty == false || after?.isEmpty == false else { return note(old, new) }
    let (former, latter) = (MemberTable(old), MemberTable(new))
    for member in after ?? [] { attach(.field(member.key), former[member.key], member.value, shape) }
    for member in before ?? [] where latter[member.key] == nil { attach(.field(member.key), member.value, nil, shape) }
    noteContainer(old, new)
  }

  private mutating func compareElements(_ old: DocumentNode?, _ new: DocumentNode?, _ shape: FieldShape) {
    let (before, after) = (shape.elements(of: old), shape.elements(of: new))
    guard !before.isEmpty || !after.isEmpty else { return note(old, new) }
    let former = Dictionary(before.map { ($0.step, $0.nodes) }) { $1 }
    let latter = Set(after.map(\.step))
    for group in after { attach(group.step, former[group.step] ?? [], group.nodes, shape) }
    for group in before where !latter.contains(group.step) { attach(group.step, group.nodes, [], shape) }
    noteContainer(old, new)
  }

  /// Elements with one step: several of them count as a whole.
  private mutating func attach(
    _ step: FieldStep, _ old: [DocumentNode], _ new: [DocumentNode], _ shape: FieldShape
  ) {
    if old.count <= 1, new.count <= 1 { return attach(step, old.first, new.first, shape) }
    var changes = FieldChanges()
    func whole(_ nodes: [DocumentNode]) -> DocumentNode? {
      nodes.isEmpty ? nil : DocumentNode(.sequence(nodes), at: .start)
    }
    changes.note(whole(old), whole(new))
    attach(step, changes)
  }

  private mutating func attach(
    _ step: FieldStep, _ old: DocumentNode?, _ new: DocumentNode?, _ shape: FieldShape
  ) {
    attach(step, FieldChanges(from: old, to: new, shape.below(step)))
  }

  private mutating func attach(_ step: FieldStep, _ changes: FieldChanges) {
    if !changes.added.isEmpty { added[step] = changes.added }
    if !changes.modified.isEmpty { modified[step] = changes.modified }
    if !changes.removed.isEmpty { removed[step] = changes.removed }
  }

  /// The differences without those below fields that do not count.
  func ignoring(_ paths: [[String]]) -> FieldChanges {
    var changes = self
    for path in paths {
      changes.added[path] = FieldSet()
      changes.modified[path] = FieldSet()
      changes.removed[path] = FieldSet()
    }
    return changes
  }
}

extension DocumentNode {
  /// The members of a mapping; `nil` for every other value.
  var memberList: [Member]? {
    guard case .mapping(let members) = content else { return nil }
    return members
  }
}
