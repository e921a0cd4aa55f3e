extension ObjectKind {
  /// The fields of objects of this kind.
  public var schema: ObjectSchema {
    switch self {
    case .namespace: Namespace.fieldTable.schema
    case .node: Node.fieldTable.schema
    case .service: Service.fieldTable.schema
    case .endpoints: Endpoints.fieldTable.schema
    case .endpointSlice: EndpointSlice.fieldTable.schema
    case .pod: Pod.fieldTable.schema
    case .lease: Lease.fieldTable.schema
    case .event: Event.fieldTable.schema
    }
  }
}

extension ClusterObject {
  /// An object of that kind as a document has it, with what in the document does not fit.
  ///
  /// Nothing is defaulted and no rule of the kind is checked: see `applyDefaults()` and `validate()`. The document's own
  /// `kind` and `apiVersion` are not looked at: see `DocumentKind`. When a problem is not lenient, the object is not what
  /// its author meant.
  public static func decode(
    _ node: DocumentNode, as kind: ObjectKind, interner: StringInterner
  ) -> (object: ClusterObject, problems: [DocumentProblem]) {
    var decoder = DocumentDecoder(interner: interner)
    let metadata = ObjectMeta(name: "")
    func read<Object: KubernetesObject>(_ empty: Object, _ table: FieldTable<Object>) -> ClusterObject {
      var object = empty
      decoder.decode(node, into: &object, table)
      return object.object
    }
    let object =
      switch kind {
      case .namespace: read(Namespace(metadata: metadata), Namespace.fieldTable)
      case .node: read(Node(metadata: metadata), Node.fieldTable)
      case .service: read(Service(metadata: metadata), Service.fieldTable)
      case .endpoints: read(Endpoints(metadata: metadata), Endpoints.fieldTable)
      case .endpointSlice: read(EndpointSlice(metadata: metadata, addressType: .ipv4), EndpointSlice.fieldTable)
      case .pod: read(Pod(metadata: metadata), Pod.fieldTable)
      case .lease: read(Lease(metadata: metadata), Lease.fieldTable)
      case .event: read(Event(metadata: metadata), Event.fieldTable)
      }
    return (object, decoder.problems)
  }

  /// Writes the object as compact JSON, its fields in kubectl's order.
  public func write(to writer: inout JSONWriter) {
    switch self {
    case .namespace(let object): writer.object(object, Namespace.fieldTable)
    case .node(let object): writer.object(object, Node.fieldTable)
    case .service(let object): writer.object(object, Service.fieldTable)
    case .endpoints(let object): writer.object(object, Endpoints.fieldTable)
    case .endpointSlice(let object): writer.object(object, EndpointSlice.fieldTable)
    case .pod(let object): writer.object(object, Pod.fieldTable)
    case .lease(let object): writer.object(object, Lease.fieldTable)
    case .event(let object): writer.object(object, Event.fieldTable)
    }
  }

  /// The object as compact JSON text.
  public var json: String {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.text
  }
}

extension ObjectMeta {
  /// Writes the metadata alone as compact JSON.
  public func write(to writer: inout JSONWriter) { writer.object(self, Self.fieldTable) }
}

extension JSONWriter {
  /// A list as the API gives it: `ServiceList` with the objects, the store's version, and how to go on.
  ///
  /// - Parameters:
  ///   - objects: The elements.
  ///   - resourceVersion: The store's version.
  ///   - continuation: How to go on; empty at the end.
  ///   - kind: The kind of the elements; `nil` for a `List` of any kinds.
  ///   - remaining: How many objects the list leaves out behind `continuation`; `nil` for not said.
  public mutating func list(
    of kind: ObjectKind?, _ objects: some Sequence<ClusterObject>, resourceVersion: UInt64,
    continuation: String = "", remaining: Int? = nil
  ) {
    object { writer in
      writer.key("apiVersion")
      writer.string(kind?.apiVersion ?? "v1")
      writer.key("kind")
      writer.string(kind?.listName ?? "List")
      writer.key("metadata")
      writer.listMetadata(resourceVersion, continuation, remaining)
      writer.key("items")
      writer.array { writer in for object in objects { object.write(to: &writer) } }
    }
  }

  private mutating func listMetadata(_ resourceVersion: UInt64, _ continuation: String, _ remaining: Int?) {
    object { writer in
      writer.key("resourceVersion")
      writer.string(String(resourceVersion))
      if !continuation.isEmpty {
        writer.key("continue")
        writer.string(continuation)
      }
      if let remaining {
        writer.key("remainingItemCount")
        writer.number(remaining)
      }
    }
  }
}
