/// The kinds of objects that we know.
public enum ObjectKind: UInt8, Sendable, Hashable, CaseIterable {
  case namespace
  case node
  case service
  case endpoints
  case endpointSlice
  case pod
  case lease
  case event

  /// The kind as manifests spell it: `EndpointSlice`.
  public var name: String {
    switch self {
    case .namespace: "Namespace"
    case .node: "Node"
    case .service: "Service"
    case .endpoints: "Endpoints"
    case .endpointSlice: "EndpointSlice"
    case .pod: "Pod"
    case .lease: "Lease"
    case .event: "Event"
    }
  }

  /// The API group; empty for the core.
  public var group: String {
    switch self {
    case .endpointSlice: "discovery.k8s.io"
    case .lease: "coordination.k8s.io"
    case .namespace, .node, .service, .endpoints, .pod, .event: ""
    }
  }

  /// The group's version that we speak.
  public var version: String { "v1" }

  /// Group and version as manifests spell them: `v1`, `discovery.k8s.io/v1`.
  public var apiVersion: String {
    switch self {
    case .endpointSlice: "discovery.k8s.io/v1"
    case .lease: "coordination.k8s.io/v1"
    case .namespace, .node, .service, .endpoints, .pod, .event: "v1"
    }
  }

  /// The resource in the API's paths: `endpointslices`.
  public var resource: String {
    switch self {
    case .namespace: "namespaces"
    case .node: "nodes"
    case .service: "services"
    case .endpoints: "endpoints"
    case .endpointSlice: "endpointslices"
    case .pod: "pods"
    case .lease: "leases"
    case .event: "events"
    }
  }

  /// The kind of a list of such objects: `ServiceList`, `EndpointsList`.
  public var listName: String { name + "List" }

  /// What kubectl takes for short: `svc`; none for some.
  public var shortNames: [String] {
    switch self {
    case .namespace: ["ns"]
    case .node: ["no"]
    case .service: ["svc"]
    case .endpoints: ["ep"]
    case .endpointSlice, .lease: []
    case .pod: ["po"]
    case .event: ["ev"]
    }
  }

  /// Whether such objects live in a namespace.
  public var isNamespaced: Bool { self != .namespace && self != .node }

  /// The kind with that name, as `Service`; case counts, as in Kubernetes.
  public init?(name: some StringProtocol) {
    guard let kind = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = kind
  }

  /// The kind's name with its group, as error messages name it: `EndpointSlice.discovery.k8s.io`.
  public var qualifiedName: String { group.isEmpty ? name : "\(name).\(group)" }
}

extension ObjectKind: CustomStringConvertible {
  /// The name.
  public var description: String { name }
}

/// What makes an object unique in the registry.
public struct ObjectKey: Sendable, Hashable {
  /// The kind of the object.
  public var kind: ObjectKind
  /// Empty for kinds without a namespace.
  public var namespace: String
  /// The name, once in its namespace.
  public var name: String

  /// From its parts.
  public init(_ kind: ObjectKind, namespace: String = "", name: String) {
    self.kind = kind
    self.namespace = namespace
    self.name = name
  }
}

extension ObjectKey: CustomStringConvertible, Comparable {
  /// `Service shop/web`, `Namespace shop`.
  public var description: String {
    namespace.isEmpty ? "\(kind) \(name)" : "\(kind) \(namespace)/\(name)"
  }

  /// By kind, then namespace, then name.
  public static func < (a: ObjectKey, b: ObjectKey) -> Bool {
    (a.kind.rawValue, a.namespace, a.name) < (b.kind.rawValue, b.namespace, b.name)
  }
}
