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
  init(_ typeName: String, of group: String) {
    if Self.metaTypes.contains(typeName) {
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

  static let time = ComponentName(meta: "Time")
  static let microTime = ComponentName(meta: "MicroTime")
  static let fields = ComponentName(meta: "FieldsV1")
  static let patch = ComponentName(meta: "Patch")
  static let deleteOptions = ComponentName(meta: "DeleteOptions")
  static let status = ComponentName(meta: "Status")
  static let listMeta = ComponentName(meta: "ListMeta")
  static let intOrString = ComponentName(machinery: "util.intstr", "IntOrString")
  static let quantity = ComponentName(machinery: "api.resource", "Quantity")

  private init(machinery package: String, _ typeName: String) {
    self.typeName = typeName
    text = "io.k8s.apimachinery.pkg.\(package).\(typeName)"
  }
}

extension JSONWriter {
  /// The member that refers to a component.
  mutating func reference(_ name: ComponentName) { member("$ref", "#/components/schemas/\(name.text)") }

  /// A schema that is nothing but a component.
  mutating func schema(_ name: ComponentName) { object { $0.reference(name) } }
}
