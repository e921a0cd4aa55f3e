/// Who writes to an object, as its `managedFields` will say.
public struct FieldWriter: Sendable, Hashable {
  /// The client's name for itself: the request's `fieldManager`, or the beginning of its user agent.
  public var name: String
  /// The subresource that is written through; empty for the object itself.
  public var subresource: String
  /// When, in seconds since 1970.
  public var time: Int64

  /// From its parts; an empty name is `unknown`.
  public init(_ name: String, subresource: String = "", time: Int64) {
    self.name = name.isEmpty ? "unknown" : name
    self.subresource = subresource
    self.time = time
  }
}

/// Who has which fields of one object: its `metadata.managedFields`, read.
struct FieldOwnership: Sendable, Hashable {
  /// One owner's fields.
  struct Share: Sendable, Hashable {
    var owner: FieldOwner
    /// When it last changed, in seconds since 1970; 0 for unknown.
    var time: Int64
    var fields: FieldSet
  }

  /// The owners with their fields; no owner comes twice.
  private(set) var shares: [Share] = []

  /// Nobody has anything.
  init() {}

  /// What an object's entries say.
  ///
  /// - Throws: what is wrong with one of them.
  init(_ entries: [ManagedFieldsEntry]) throws(FieldSetError) {
    for entry in entries {
      let owner = try FieldOwner(entry)
      let fields = try FieldSet(fieldsV1: entry.fieldsV1.isEmpty ? "{}" : entry.fieldsV1)
      self[owner] = Share(owner: owner, time: entry.time, fields: fields)
    }
  }

  /// The share of an owner; setting `nil`, or one without fields, takes it out.
  subscript(owner: FieldOwner) -> Share? {
    get { shares.first { $0.owner.isSame(as: owner) } }
    set {
      let value = newValue.flatMap { $0.fields.isEmpty ? nil : $0 }
      let index = shares.firstIndex { $0.owner.isSame(as: owner) }
      switch (index, value) {
      case (let index?, let value?): shares[index] = value
      case (let index?, nil): shares.remove(at: index)
      case (nil, let value?): shares.append(value)
      case (nil, nil): break
      }
    }
  }

  /// Takes fields from everybody, or from everybody but one.
  mutating func release(_ fields: FieldSet, except owner: FieldOwner? = nil) {
    for index in shares.indices where !(owner.map { shares[index].owner.isSame(as: $0) } ?? false) {
      shares[index].fields = shares[index].fields.subtracting(fields)
    }
    shares.removeAll { $0.fields.isEmpty }
  }

  /// The entries that say so: those who apply first, then by time and name.
  var entries: [ManagedFieldsEntry] {
    shares.map { share in
      ManagedFieldsEntry(
        manager: share.owner.name, operation: share.owner.operation.rawValue, apiVersion: share.owner.apiVersion,
        time: share.time, fieldsV1: share.fields.fieldsV1, subresource: share.owner.subresource)
    }.sorted { a, b in
      (a.operation, a.time, a.manager, a.apiVersion, a.subresource)
        < (b.operation, b.time, b.manager, b.apiVersion, b.subresource)
    }
  }
}

/// Somebody who has fields: the same name may own some by applying and others by other writes.
struct FieldOwner: Sendable, Hashable {
  /// How fields came to the owner.
  enum Operation: String, Sendable {
    case apply = "Apply"
    case update = "Update"
  }

  var name: String
  var operation: Operation
  var apiVersion: String
  var subresource: String

  init(_ name: String, _ operation: Operation, apiVersion: String, subresource: String = "") {
    self.name = name
    self.operation = operation
    self.apiVersion = apiVersion
    self.subresource = subresource
  }

  init(_ entry: ManagedFieldsEntry) throws(FieldSetError) {
    guard let operation = Operation(rawValue: entry.operation) else {
      throw FieldSetError("operation must be `Apply` or `Update`")
    }
    guard !entry.apiVersion.isEmpty else { throw FieldSetError("apiVersion must not be empty") }
    guard entry.fieldsType == "FieldsV1" else { throw FieldSetError("fieldsType must be FieldsV1") }
    self.init(entry.manager, operation, apiVersion: entry.apiVersion, subresource: entry.subresource)
  }

  /// Whether both are one; who applies stays the same in every version.
  func isSame(as other: FieldOwner) -> Bool {
    name == other.name && operation == other.operation && subresource == other.subresource
      && (operation == .apply || apiVersion == other.apiVersion)
  }
}

extension FieldOwner: CustomStringConvertible {
  /// As messages of conflicts name it: `"kubectl-create" using v1`.
  var description: String {
    var text = name.quoted
    if !subresource.isEmpty { text += " with subresource \(subresource.quoted)" }
    return operation == .update ? "\(text) using \(apiVersion)" : text
  }
}
