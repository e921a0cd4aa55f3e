import ClusterModel

/// The types that the objects of some resources are made of, each once.
struct ComponentTable: Sendable {
  private var objects: [ComponentName: ObjectSchema] = [:]
  /// The kinds with their lists.
  private var kinds: [ObjectKind] = []

  init(of resources: [ServedResource]) {
    for kind in resources.compactMap(\.object) {
      kinds.append(kind)
      add(kind.schema, ComponentName(kind.name, of: kind.group), of: kind.group)
    }
  }

  private mutating func add(_ schema: ObjectSchema, _ name: ComponentName, of group: String) {
    guard objects.updateValue(schema, forKey: name) == nil else { return }
    for field in schema.fields {
      guard let inner = field.type.objectSchema else { continue }
      add(inner, ComponentName(inner.typeName, of: group), of: group)
    }
  }

  /// Writes the components by name.
  func write(to writer: inout JSONWriter) {
    var members: [(name: String, write: (inout JSONWriter) -> Void)] = []
    for (name, schema) in objects {
      let kind = kinds.first { ComponentName($0.name, of: $0.group) == name }
      let group = name.group ?? ""
      members.append((name.text, { $0.component(schema, name, kind: kind, group: group) }))
    }
    for kind in kinds { members.append((kind.listComponent.text, { $0.listComponent(of: kind) })) }
    for (name, common) in CommonComponent.all { members.append((name.text, { $0.component(common) })) }
    for member in members.sorted(by: { $0.name < $1.name }) {
      writer.key(member.name)
      member.write(&writer)
    }
  }
}

extension ComponentName {
  /// The group that a component of Kubernetes' API belongs to; `nil` for common machinery.
  fileprivate var group: String? {
    OpenAPI.groups.first { text.hasPrefix("io.k8s.api.\(Self.package(of: $0)).") }
  }
}

extension ObjectKind {
  /// The component of a list of such objects.
  var listComponent: ComponentName { ComponentName(listName, of: group) }
  /// The component of such an object.
  var component: ComponentName { ComponentName(name, of: group) }
}

extension FieldType {
  /// The type of the objects that a value is, or has in it.
  fileprivate var objectSchema: ObjectSchema? {
    switch self {
    case .object(let schema): schema()
    case .list(let element), .map(let element): element.objectSchema
    case .string, .boolean, .int32, .int64, .intOrString, .time, .microTime, .quantity, .stringMap, .any: nil
    }
  }
}

// MARK: - Writing

extension JSONWriter {
  fileprivate mutating func component(
    _ schema: ObjectSchema, _ name: ComponentName, kind: ObjectKind?, group: String
  ) {
    object { writer in
      writer.description(FieldDescriptions.of(name.typeName))
      writer.member("type", "object")
      let required = schema.fields.filter(\.isRequired).map(\.name)
      if !required.isEmpty { writer.member("required", required) }
      writer.key("properties")
      writer.object { writer in
        for field in schema.fields {
          writer.key(field.name)
          writer.property(field, of: name.typeName, group)
        }
      }
      if let kind { writer.kinds([(kind.group, kind.name)]) }
      if schema.isOpen { writer.flag("x-kubernetes-preserve-unknown-fields") }
      if schema.isAtomic { writer.member("x-kubernetes-map-type", "atomic") }
    }
  }

  fileprivate mutating func listComponent(of kind: ObjectKind) {
    object { writer in
      writer.description("A list of objects of the kind \(kind.name).")
      writer.member("type", "object")
      writer.member("required", ["items"])
      writer.key("properties")
      writer.object { writer in
        for name in ["apiVersion", "kind"] {
          writer.key(name)
          writer.object { writer in
            writer.description(FieldDescriptions.of(kind.name, name))
            writer.member("type", "string")
          }
        }
        writer.key("items")
        writer.object { writer in
          writer.description("The objects.")
          writer.member("type", "array")
          writer.key("items")
          writer.schema(kind.component)
        }
        writer.key("metadata")
        writer.object { writer in
          writer.description("What the list says of itself.")
          writer.all(of: .listMeta)
        }
      }
      writer.kinds([(kind.group, kind.listName)])
    }
  }

  /// A property with all that patches and people need to know of it.
  private mutating func property(_ field: FieldInfo, of owner: String, _ group: String) {
    object { writer in
      writer.description(FieldDescriptions.of(owner, field.name))
      writer.type(field.type, group)
      writer.defaultValue(of: field)
      if case .string = field.type, !field.allowedValues.isEmpty { writer.member("enum", field.allowedValues.sorted()) }
      writer.merging(field, of: owner)
    }
  }

  /// The members that say what a value is.
  private mutating func type(_ type: FieldType, _ group: String) {
    switch type {
    case .string: member("type", "string")
    case .boolean: member("type", "boolean")
    case .int32: number(format: "int32")
    case .int64: number(format: "int64")
    case .intOrString: all(of: .intOrString)
    case .time: all(of: .time)
    case .microTime: all(of: .microTime)
    case .any: all(of: .fields)
    case .stringMap:
      member("type", "object")
      key("additionalProperties")
      object { $0.member("type", "string") }
    case .map(let value):
      member("type", "object")
      key("additionalProperties")
      object { $0.element(value, group) }
    case .quantity: all(of: .quantity)
    case .object(let schema): all(of: ComponentName(schema().typeName, of: group))
    case .list(let element):
      member("type", "array")
      key("items")
      object { $0.element(element, group) }
    }
  }

  /// The members that say what an element of a list or a mapping is.
  private mutating func element(_ type: FieldType, _ group: String) {
    if case .object(let schema) = type {
      reference(ComponentName(schema().typeName, of: group))
    } else {
      self.type(type, group)
    }
  }

  private mutating func number(format: String) {
    member("type", "integer")
    member("format", format)
  }

  /// What a field is when it is absent, as Go has it.
  private mutating func defaultValue(of field: FieldInfo) {
    if let text = field.defaultValue { return member("default", text) }
    switch field.type {
    case .string where field.isRequired: member("default", "")
    case .int32 where field.isRequired, .int64 where field.isRequired:
      key("default")
      number(0)
    case .object where field.isAlwaysThere:
      key("default")
      object { _ in }
    default: break
    }
  }

  /// How patches treat a list or a mapping.
  private mutating func merging(_ field: FieldInfo, of owner: String) {
    if case .list = field.type {
      if let first = field.mergeKeys.first {
        member("x-kubernetes-list-map-keys", field.mergeKeys)
        member("x-kubernetes-list-type", "map")
        member("x-kubernetes-patch-merge-key", first)
      } else {
        // Appliers see these as a set; patches replace them.
        let isSet = field.isSet || (owner == "Endpoint" && field.name == "addresses")
        member("x-kubernetes-list-type", isSet ? "set" : "atomic")
      }
      if field.isSet || !field.mergeKeys.isEmpty { member("x-kubernetes-patch-strategy", "merge") }
    }
    if field.isAtomic { member("x-kubernetes-map-type", "atomic") }
  }
}

extension JSONWriter {
  /// A description, when there is one.
  mutating func description(_ text: String?) {
    if let text { member("description", text) }
  }

  /// The members of a schema that is a component and has something of its own beside it.
  mutating func all(of name: ComponentName) {
    key("allOf")
    array { $0.schema(name) }
  }

  /// The kinds that a component is the type of, all of version `v1`.
  mutating func kinds(_ kinds: [(group: String, kind: String)]) {
    key("x-kubernetes-group-version-kind")
    array { writer in
      for (group, kind) in kinds { writer.groupVersionKind(group: group, kind: kind) }
    }
  }

  mutating func groupVersionKind(group: String, kind: String) {
    object { writer in
      writer.member("group", group)
      writer.member("version", "v1")
      writer.member("kind", kind)
    }
  }

  mutating func flag(_ name: String) {
    key(name)
    boolean(true)
  }
}
