import ClusterModel

/// What OpenAPI calls a type: Kubernetes' package and the type's name in it.
struct ComponentName: Sendable, Hashable {
  /// `io.k8s.api.core.v1.ServicePort`
  let text: String
  /// The type's own name: `ServicePort`.
  let typeName: String

  /// A type of Kubernetes' common machinery.
  init(meta typeName: String) {
    self.typeName = typeName
    text = "io.k8s.apimachinery.pkg.apis.meta.v1.\(typeName)"
  }

  /// A type that objects of this group have.
  ///
  /// - Parameter owner: the type that it is a field of; the conditions of some have types of their own.
  init(_ typeName: String, in owner: String = "", of group: String) {
    if let own = Self.ownConditions[owner], typeName == "Condition" {
      self.init(package: Self.package(of: group), own)
    } else if Self.metaTypes.contains(typeName) {
      self.init(meta: typeName)
    } else if typeName == "ObjectReference" {
      self.init(package: "core", typeName)
    } else {
      self.init(package: Self.package(of: group), typeName)
    }
  }

  private init(package: String, _ typeName: String) {
    self.typeName = typeName
    text = "io.k8s.api.\(package).v1.\(typeName)"
  }

  /// `core`, `discovery`, `coordination`.
  static func package(of group: String) -> String { group.isEmpty ? "core" : String(group.prefix { $0 != "." }) }

  private static let metaTypes: Set<String> = ["ObjectMeta", "OwnerReference", "ManagedFieldsEntry", "Condition"]

  private static let ownConditions = [
    "NamespaceStatus": "NamespaceCondition", "NodeStatus": "NodeCondition", "PodStatus": "PodCondition",
  ]

  static let time = ComponentName(meta: "Time")
  static let microTime = ComponentName(meta: "MicroTime")
  static let fields = ComponentName(meta: "FieldsV1")
  static let patch = ComponentName(meta: "Patch")
  static let deleteOptions = ComponentName(meta: "DeleteOptions")
  static let status = ComponentName(meta: "Status")
  static let listMeta = ComponentName(meta: "ListMeta")
  static let intOrString = ComponentName(utility: "intstr.IntOrString")

  private init(utility name: String) {
    typeName = name
    text = "io.k8s.apimachinery.pkg.util.\(name)"
  }
}

extension JSONWriter {
  /// The member that refers to a component.
  mutating func reference(_ name: ComponentName) { member("$ref", "#/components/schemas/\(name.text)") }

  /// A schema that is nothing but a component.
  mutating func schema(_ name: ComponentName) { object { $0.reference(name) } }
}
