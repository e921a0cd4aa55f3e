extension ClusterObject {
  /// The object as a document, without who has its fields.
  var fieldDocument: DocumentNode {
    var writer = JSONWriter()
    withoutManagedFields.write(to: &writer)
    return DocumentNode(written: writer)
  }

  /// The object and an older state of it as documents, without the fields that are the same in both: most writes change one of them,
  /// and reading documents is what takes long in comparing them.
  func fieldDocuments(differingFrom old: ClusterObject) -> (old: DocumentNode, new: DocumentNode) {
    func differences<Object: KubernetesObject>(
      _ old: Object, _ new: Object, _ table: FieldTable<Object>
    ) -> (old: DocumentNode, new: DocumentNode) {
      var (before, after) = (JSONWriter(), JSONWriter())
      before.object { writer in after.object { other in writer.differences(old, new, table, &other) } }
      return (DocumentNode(written: before), DocumentNode(written: after))
    }
    return switch (old.withoutManagedFields, withoutManagedFields) {
    case (.namespace(let old), .namespace(let new)): differences(old, new, Namespace.fieldTable)
    case (.node(let old), .node(let new)): differences(old, new, Node.fieldTable)
    case (.service(let old), .service(let new)): differences(old, new, Service.fieldTable)
    case (.endpoints(let old), .endpoints(let new)): differences(old, new, Endpoints.fieldTable)
    case (.endpointSlice(let old), .endpointSlice(let new)): differences(old, new, EndpointSlice.fieldTable)
    case (.pod(let old), .pod(let new)): differences(old, new, Pod.fieldTable)
    case (.lease(let old), .lease(let new)): differences(old, new, Lease.fieldTable)
    case (.event(let old), .event(let new)): differences(old, new, Event.fieldTable)
    default: (old.fieldDocument, fieldDocument)
    }
  }

  private var withoutManagedFields: ClusterObject {
    guard !metadata.managedFields.isEmpty else { return self }
    var object = self
    object.metadata.managedFields = []
    return object
  }
}

extension JSONWriter {
  /// Writes the fields of two values that are not the same, those of the newer one to another text.
  fileprivate mutating func differences<Value>(
    _ old: Value, _ new: Value, _ table: FieldTable<Value>, _ other: inout JSONWriter
  ) {
    for encode in table.encoders {
      let (start, otherStart) = (bytes.count, other.bytes.count)
      let (comma, otherComma) = (needsComma, other.needsComma)
      encode(old, &self)
      encode(new, &other)
      guard bytes[start...] == other.bytes[otherStart...] else { continue }
      takeBack(to: start, needsComma: comma)
      other.takeBack(to: otherStart, needsComma: otherComma)
    }
  }
}

extension DocumentNode {
  /// What a writer has written, which is JSON.
  fileprivate init(written writer: JSONWriter) {
    var reader = JSONReader(partsOf: writer.bytes)
    do {
      try reader.select(0..<writer.bytes.count, firstLine: 1)
      if let node = try reader.next() {
        self = node
        return
      }
    } catch {}
    self.init(.mapping([]), at: .start)
  }
}
