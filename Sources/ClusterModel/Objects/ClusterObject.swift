// ClusterModel: the Kubernetes objects that name services, as Swift values, with what decoding, validating, selecting
// and printing them takes. Nothing here does I/O.
//
// Objects are kept by the hundred thousand, so they are compact: addresses are numbers, rare fields live behind one
// word, and an object is one allocation plus one for each list that is not empty.

/// One object of any kind: 8 octets, that refer to one immutable allocation.
public indirect enum ClusterObject: Sendable, Hashable {
  case namespace(Namespace)
  case node(Node)
  case service(Service)
  case endpoints(Endpoints)
  case endpointSlice(EndpointSlice)
  case pod(Pod)
  case lease(Lease)
  case event(Event)
}

/// What all kinds have in common.
public protocol KubernetesObject: Sendable, Hashable {
  /// The kind of such objects.
  static var kind: ObjectKind { get }
  /// The object's name, identity, version and labels.
  var metadata: ObjectMeta { get set }
  /// The object among those of other kinds.
  var object: ClusterObject { get }
  /// The object of this kind in an object of any kind; `nil` when it is of another one.
  init?(_ object: ClusterObject)
}

extension KubernetesObject {
  /// The key under which the registry keeps the object.
  public var key: ObjectKey { ObjectKey(Self.kind, namespace: metadata.namespace, name: metadata.name) }
}

extension ClusterObject {
  /// The kind of the object.
  public var kind: ObjectKind {
    switch self {
    case .namespace: .namespace
    case .node: .node
    case .service: .service
    case .endpoints: .endpoints
    case .endpointSlice: .endpointSlice
    case .pod: .pod
    case .lease: .lease
    case .event: .event
    }
  }

  /// `v1` or `discovery.k8s.io/v1`.
  public var apiVersion: String { kind.apiVersion }

  /// The key under which the registry keeps the object.
  public var key: ObjectKey {
    let metadata = metadata
    return ObjectKey(kind, namespace: metadata.namespace, name: metadata.name)
  }

  /// The object's name, identity, version and labels.
  public var metadata: ObjectMeta {
    get {
      switch self {
      case .namespace(let object): object.metadata
      case .node(let object): object.metadata
      case .service(let object): object.metadata
      case .endpoints(let object): object.metadata
      case .endpointSlice(let object): object.metadata
      case .pod(let object): object.metadata
      case .lease(let object): object.metadata
      case .event(let object): object.metadata
      }
    }
    set { self = with(newValue) }
  }

  /// The object with other metadata.
  private func with(_ metadata: ObjectMeta) -> ClusterObject {
    func replaced<Object: KubernetesObject>(_ object: Object) -> ClusterObject {
      var copy = object
      copy.metadata = metadata
      return copy.object
    }
    return switch self {
    case .namespace(let object): replaced(object)
    case .node(let object): replaced(object)
    case .service(let object): replaced(object)
    case .endpoints(let object): replaced(object)
    case .endpointSlice(let object): replaced(object)
    case .pod(let object): replaced(object)
    case .lease(let object): replaced(object)
    case .event(let object): replaced(object)
    }
  }
}

extension ClusterObject: CustomStringConvertible {
  /// `Service shop/web`.
  public var description: String { key.description }
}
