/// What every object has: its name, its identity, its version and its labels (Kubernetes' ObjectMeta). 96 octets.
public struct ObjectMeta: Sendable, Hashable {
  /// A DNS label or subdomain, by the object's kind.
  public var name: String
  /// The namespace; empty for kinds that have none.
  public var namespace: String
  /// The identity; `none` until the object is stored.
  public var uid: UID
  /// The store's version at the last change; 0 until the object is stored.
  public var resourceVersion: UInt64
  /// How often the desired state has changed; 0 where the kind does not count it.
  public var generation: Int64
  /// When the object was made, in seconds since 1970; 0 for never.
  public var creationTimestamp: Int64
  /// What selectors look at.
  public var labels: StringMap
  /// Notes for tools; selectors do not see them.
  public var annotations: StringMap
  var rare: Rare<RareMetadata>

  /// From its parts; what is left out has its default.
  public init(name: String, namespace: String = "", labels: StringMap = [:], annotations: StringMap = [:]) {
    self.name = name
    self.namespace = namespace
    self.labels = labels
    self.annotations = annotations
    uid = .none
    resourceVersion = 0
    generation = 0
    creationTimestamp = 0
    rare = Rare()
  }
}

extension ObjectMeta {
  /// When the object was asked to go, in seconds since 1970; `nil` while nobody has.
  public var deletionTimestamp: Int64? {
    get { rare.value.deletionTimestamp }
    set { rare.value.deletionTimestamp = newValue }
  }

  /// How long the object may take to go, in seconds.
  public var deletionGracePeriodSeconds: Int64? {
    get { rare.value.deletionGracePeriodSeconds }
    set { rare.value.deletionGracePeriodSeconds = newValue }
  }

  /// The beginning of a name that the registry completes; empty for none.
  public var generateName: String {
    get { rare.value.generateName }
    set { rare.value.generateName = newValue }
  }

  /// Who must agree before the object goes.
  public var finalizers: [String] {
    get { rare.value.finalizers }
    set { rare.value.finalizers = newValue }
  }

  /// The objects whose going takes this one with it.
  public var ownerReferences: [OwnerReference] {
    get { rare.value.ownerReferences }
    set { rare.value.ownerReferences = newValue }
  }

  /// Who set which fields, for server-side apply.
  public var managedFields: [ManagedFieldsEntry] {
    get { rare.value.managedFields }
    set { rare.value.managedFields = newValue }
  }
}

/// The metadata that few objects have.
struct RareMetadata: RareFields {
  var deletionTimestamp: Int64?
  var deletionGracePeriodSeconds: Int64?
  var generateName = ""
  var finalizers: [String] = []
  var ownerReferences: [OwnerReference] = []
  var managedFields: [ManagedFieldsEntry] = []
}

/// An object that another one belongs to.
public struct OwnerReference: Sendable, Hashable {
  /// The owner's group and version.
  public var apiVersion: String
  /// The owner's kind.
  public var kind: String
  /// The owner's name.
  public var name: String
  /// The owner's identity.
  public var uid: UID
  /// Whether the owner is the one that manages the object; at most one is.
  public var controller: Bool?
  /// Whether the owner's going waits for the object to go first.
  public var blockOwnerDeletion: Bool?

  /// From its parts; what is left out has its default.
  public init(
    apiVersion: String = "", kind: String = "", name: String = "", uid: UID = .none, controller: Bool? = nil,
    blockOwnerDeletion: Bool? = nil
  ) {
    self.apiVersion = apiVersion
    self.kind = kind
    self.name = name
    self.uid = uid
    self.controller = controller
    self.blockOwnerDeletion = blockOwnerDeletion
  }
}

/// The fields of an object that one writer set (server-side apply).
public struct ManagedFieldsEntry: Sendable, Hashable {
  /// Who wrote: the request's `fieldManager`.
  public var manager: String
  /// `Apply` or `Update`.
  public var operation: String
  /// The version that `fieldsV1` is written in.
  public var apiVersion: String
  /// When the fields were last written, in seconds since 1970; 0 for unknown.
  public var time: Int64
  /// Always `FieldsV1`.
  public var fieldsType: String
  /// The set of fields as compact JSON text.
  public var fieldsV1: String
  /// The subresource that was written through, `status` for one; empty for the object itself.
  public var subresource: String

  /// From its parts; what is left out has its default.
  public init(
    manager: String = "", operation: String = "", apiVersion: String = "", time: Int64 = 0,
    fieldsType: String = "FieldsV1", fieldsV1: String = "", subresource: String = ""
  ) {
    self.manager = manager
    self.operation = operation
    self.apiVersion = apiVersion
    self.time = time
    self.fieldsType = fieldsType
    self.fieldsV1 = fieldsV1
    self.subresource = subresource
  }
}
