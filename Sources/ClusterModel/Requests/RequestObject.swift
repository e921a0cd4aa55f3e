/// What clients send to the API that is no object of the registry: options, and questions about the client itself.
public protocol RequestObject: Sendable {
  /// The kind: `DeleteOptions`.
  static var kindName: String { get }
  /// Group and version: `authorization.k8s.io/v1`.
  static var apiVersion: String { get }
  /// The fields of such requests.
  static var schema: ObjectSchema { get }
  /// What a document says, with what in it does not fit.
  static func decode(_ node: DocumentNode) -> (value: Self, problems: [DocumentProblem])
  /// Writes the request, answered or not, as compact JSON.
  func write(to writer: inout JSONWriter)
}

/// A request whose fields are in a table.
protocol TabledRequest: RequestObject {
  static var fieldTable: FieldTable<Self> { get }
  init()
}

extension TabledRequest {
  /// The fields of such requests.
  public static var schema: ObjectSchema { fieldTable.schema }

  /// What a document says, with what in it does not fit.
  public static func decode(_ node: DocumentNode) -> (value: Self, problems: [DocumentProblem]) {
    var decoder = DocumentDecoder(interner: StringInterner())
    var value = Self()
    decoder.decode(node, into: &value, fieldTable)
    return (value, decoder.problems)
  }

  /// Writes the request, answered or not, as compact JSON.
  public func write(to writer: inout JSONWriter) { writer.object(self, Self.fieldTable) }
}

extension Field where Root: RequestObject {
  /// The version of the kind; a document's own was looked at before.
  static var requestVersion: Field {
    Field(
      info: FieldInfo("apiVersion", .string), decode: { _, _, _ in },
      encode: { _, writer in
        writer.key("apiVersion")
        writer.string(Root.apiVersion)
      })
  }

  /// The kind.
  static var requestKind: Field {
    Field(
      info: FieldInfo("kind", .string), decode: { _, _, _ in },
      encode: { _, writer in
        writer.key("kind")
        writer.string(Root.kindName)
      })
  }

  /// Metadata, which such requests may have and which say nothing.
  static var requestMetadata: Field {
    Field(
      info: FieldInfo("metadata", .object { ObjectMeta.fieldTable.schema }), decode: { _, _, _ in },
      encode: { _, writer in
        writer.key("metadata")
        writer.object { _ in }
      })
  }
}
