import ClusterModel

// Objects in the form that the client asked for: whole, as metadata, or as tables.

/// What a list says of itself.
struct ListHeader: Sendable {
  var version: UInt64
  /// How to go on; empty at the end.
  var continuation = ""
  /// How many objects are behind the last one; `nil` for not said.
  var remaining: Int?
}

extension JSONWriter {
  /// One object as the reply to a request.
  ///
  /// - Parameter now: the time in seconds since 1970, which ages are counted to.
  mutating func object(_ object: ClusterObject, as form: ObjectForm, now: Int64) {
    switch form {
    case .whole: object.write(to: &self)
    case .metadata(let version): partialMetadata(object.metadata, version)
    case .table(let version, let included):
      let header = ListHeader(version: object.metadata.resourceVersion)
      table(of: object.kind, CollectionOfOne(object), header, version, included, now: now)
    }
  }

  /// A list as the reply to a request.
  mutating func list(
    of kind: ObjectKind, _ objects: [ClusterObject], _ header: ListHeader, as form: ObjectForm, now: Int64
  ) {
    switch form {
    case .whole:
      list(
        of: kind, objects, resourceVersion: header.version, continuation: header.continuation,
        remaining: header.remaining)
    case .metadata(let version): metadataList(objects, header, version)
    case .table(let version, let included): table(of: kind, objects, header, version, included, now: now)
    }
  }

  private mutating func metadataList(_ objects: [ClusterObject], _ header: ListHeader, _ version: MetaVersion) {
    object { writer in
      writer.member("kind", "PartialObjectMetadataList")
      writer.member("apiVersion", version.apiVersion)
      writer.key("metadata")
      writer.write(header)
      writer.key("items")
      writer.array { writer in for object in objects { writer.partialMetadata(object.metadata, version) } }
    }
  }

  private mutating func partialMetadata(_ metadata: ObjectMeta, _ version: MetaVersion) {
    object { writer in
      writer.member("kind", "PartialObjectMetadata")
      writer.member("apiVersion", version.apiVersion)
      writer.key("metadata")
      metadata.write(to: &writer)
    }
  }

  private mutating func write(_ header: ListHeader) {
    object { writer in
      writer.member("resourceVersion", String(header.version))
      if !header.continuation.isEmpty { writer.member("continue", header.continuation) }
      if let remaining = header.remaining {
        writer.key("remainingItemCount")
        writer.number(remaining)
      }
    }
  }
}

// MARK: - Tables

extension JSONWriter {
  private mutating func table(
    of kind: ObjectKind, _ objects: some Sequence<ClusterObject>, _ header: ListHeader, _ version: MetaVersion,
    _ included: IncludedObject, now: Int64
  ) {
    object { writer in
      writer.member("kind", "Table")
      writer.member("apiVersion", version.apiVersion)
      writer.key("metadata")
      writer.write(header)
      writer.key("columnDefinitions")
      writer.array { writer in for head in kind.columnHeads { writer.write(head) } }
      writer.key("rows")
      writer.array { writer in for object in objects { writer.row(object, version, included, now: now) } }
    }
  }

  private mutating func write(_ head: TableColumnHead) {
    object { writer in
      writer.member("name", head.name)
      writer.member("type", "string")
      writer.member("format", head.format)
      writer.member("description", head.description)
      writer.key("priority")
      writer.number(head.isWide ? 1 : 0)
    }
  }

  private mutating func row(_ object: ClusterObject, _ version: MetaVersion, _ included: IncludedObject, now: Int64) {
    self.object { writer in
      writer.key("cells")
      writer.array { writer in for cell in object.cells(now: now) { writer.write(cell) } }
      if case .pod(let pod) = object, pod.isFinished { writer.completion(of: pod) }
      writer.key("object")
      switch included {
      case .none: writer.null()
      case .metadata: writer.partialMetadata(object.metadata, version)
      case .object: object.write(to: &writer)
      }
    }
  }

  private mutating func write(_ cell: TableCell) {
    switch cell {
    case .text(let text): string(text)
    case .number(let number): self.number(number)
    }
  }

  /// A Pod that has ended is marked, so that clients may show it otherwise.
  private mutating func completion(of pod: Pod) {
    let succeeded = pod.status.phase == .succeeded
    key("conditions")
    array { writer in
      writer.object { writer in
        writer.member("type", "Completed")
        writer.member("status", "True")
        writer.member("reason", succeeded ? "Succeeded" : "Failed")
        writer.member("message", succeeded ? "The pod has completed successfully." : "The pod failed.")
      }
    }
  }
}

// MARK: - The kinds

extension ObjectKind {
  /// The columns of the kind's table.
  var columnHeads: [TableColumnHead] {
    switch self {
    case .namespace: Namespace.columns.map(\.head)
    case .node: Node.columns.map(\.head)
    case .service: Service.columns.map(\.head)
    case .endpoints: Endpoints.columns.map(\.head)
    case .endpointSlice: EndpointSlice.columns.map(\.head)
    case .pod: Pod.columns.map(\.head)
    case .lease: Lease.columns.map(\.head)
    case .event: Event.columns.map(\.head)
    }
  }
}

extension ClusterObject {
  /// What the columns of the kind's table show of the object.
  func cells(now: Int64) -> [TableCell] {
    func row<Object>(_ object: Object, _ columns: [TableColumn<Object>]) -> [TableCell] {
      columns.map { $0.cell(object, now) }
    }
    return switch self {
    case .namespace(let object): row(object, Namespace.columns)
    case .node(let object): row(object, Node.columns)
    case .service(let object): row(object, Service.columns)
    case .endpoints(let object): row(object, Endpoints.columns)
    case .endpointSlice(let object): row(object, EndpointSlice.columns)
    case .pod(let object): row(object, Pod.columns)
    case .lease(let object): row(object, Lease.columns)
    case .event(let object): row(object, Event.columns)
    }
  }
}
