import ClusterModel
import Manifests
import Registry

/// The forms in which a body may say an object.
enum BodyFormat: String, Sendable, CaseIterable {
  case json = "application/json"
  case yaml = "application/yaml"
  case protobuf = "application/vnd.kubernetes.protobuf"

  /// - Throws: `UnsupportedMediaType` with those that are known.
  init(_ request: APIRequest) throws(RegistryError) {
    let type = request.mediaType
    guard let format = BodyFormat(rawValue: type.isEmpty ? BodyFormat.json.rawValue : type) else {
      throw .unsupportedMediaType(Self.allCases.map(\.rawValue))
    }
    self = format
  }
}

/// A body that was read, and not yet understood.
struct BodyDocument: Sendable {
  /// What clients may send instead of something of a kind.
  struct Expectation: Sendable {
    let kind: String
    let apiVersion: String
    let schema: ObjectSchema
  }

  /// How large a body's document may be: as deep as Kubernetes takes it, and in values what 3 MiB of objects can hold.
  static let limits = DocumentLimits(depth: 100, nodes: 250_000)

  /// Reads a body as a document of what is expected; `kind` and `apiVersion` may be left out.
  ///
  /// - Throws: `UnsupportedMediaType`, or `BadRequest` for what cannot be read, or is something else.
  static func document(
    of request: APIRequest, expecting expected: Expectation
  ) throws(RegistryError) -> DocumentNode {
    let node: DocumentNode
    switch try BodyFormat(request) {
    case .json: node = try read(request, expected) { body throws(DocumentError) in try json(body) }
    case .yaml:
      node = try read(request, expected) { body throws(DocumentError) in
        try SingleDocument.read(body, limits: limits)
      }
    case .protobuf:
      do throws(ProtobufError) {
        node = try ProtobufEnvelope(request.body).document(expected)
      } catch {
        throw .unrecognized(expected.kind, error.message, request.body)
      }
    }
    try check(node, expected, request.body)
    return node
  }

  /// One JSON value, and nothing behind it.
  static func json(_ body: [UInt8]) throws(DocumentError) -> DocumentNode? {
    var reader = try JSONReader(body, limits: limits)
    guard let node = try reader.next() else { return nil }
    if let second = try reader.next() {
      throw DocumentError("one value is expected, and here begins a second one", at: second.position)
    }
    return node
  }

  private static func read(
    _ request: APIRequest, _ expected: Expectation,
    _ parse: ([UInt8]) throws(DocumentError) -> DocumentNode?
  ) throws(RegistryError) -> DocumentNode {
    do throws(DocumentError) {
      if let node = try parse(request.body) { return node }
    } catch {
      throw .unrecognized(
        expected.kind, "couldn't get version/kind; json parse error: \(error)", request.body)
    }
    throw .unrecognized(
      expected.kind, "couldn't get version/kind; json parse error: unexpected end of JSON input", request.body)
  }

  /// Whether the document is what is expected, by its `kind` and `apiVersion`.
  private static func check(
    _ node: DocumentNode, _ expected: Expectation, _ body: [UInt8]
  ) throws(RegistryError) {
    guard case .mapping = node.content, isText(node["kind"]), isText(node["apiVersion"]) else {
      let found = node["kind"].flatMap { isText($0) ? nil : $0 } ?? node["apiVersion"] ?? node
      throw .unrecognized(
        expected.kind,
        "couldn't get version/kind; json parse error: json: cannot unmarshal \(found.goDescription) into Go value of type "
          + "v1.TypeMeta", body)
    }
    let kind = node["kind"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? expected.kind
    let apiVersion = node["apiVersion"]?.string.flatMap { $0.isEmpty ? nil : $0 } ?? expected.apiVersion
    if kind == expected.kind, apiVersion == expected.apiVersion || kind == DeleteOptions.kindName { return }
    throw .otherKind(kind, apiVersion, expected)
  }

  private static func isText(_ node: DocumentNode?) -> Bool { node.map { $0.isNull || $0.string != nil } ?? true }
}

extension BodyDocument.Expectation {
  /// An object of a kind.
  init(_ kind: ObjectKind) {
    self.init(kind: kind.name, apiVersion: kind.apiVersion, schema: kind.schema)
  }

  /// A request that is no object.
  init<Request: RequestObject>(_ type: Request.Type) {
    self.init(kind: Request.kindName, apiVersion: Request.apiVersion, schema: Request.schema)
  }

  /// The group's name in Kubernetes' own code: `core`, `discovery`.
  fileprivate var internalGroup: String {
    apiVersion.contains("/") ? String(apiVersion.prefix { $0 != "." }) : "core"
  }
}

extension RegistryError {
  /// A body in a form that is not taken.
  static func unsupportedMediaType(_ known: [String]) -> RegistryError {
    RegistryError(
      .unsupportedMediaType,
      "the body of the request was in an unknown format - accepted media types include: "
        + known.joined(separator: ", "))
  }

  /// A body of which not even the kind can be told; the message shows where it begins.
  fileprivate static func unrecognized(_ kind: String, _ problem: String, _ body: [UInt8]) -> RegistryError {
    RegistryError(
      .badRequest, "the object provided is unrecognized (must be of type \(kind)): \(problem) (\(summary(of: body)))")
  }

  private static func summary(of body: [UInt8]) -> String {
    if body.isEmpty { return "<empty>" }
    let start = body.prefix(30)
    let text =
      start.first == UInt8(ascii: "{")
      ? String(decoding: start, as: UTF8.self)
      : start.map { UInt32($0).hex(digits: 2) }.joined()
    return body.count > 30 ? text + " ..." : text
  }

  /// A body that is something else than the path asks for.
  fileprivate static func otherKind(
    _ kind: String, _ apiVersion: String, _ expected: BodyDocument.Expectation
  ) -> RegistryError {
    let version = apiVersion.split(separator: "/").last.map(String.init) ?? ""
    let isKnown = ObjectKind.allCases.contains { $0.name == kind && $0.apiVersion == apiVersion }
    let problem =
      isKnown
      ? "converting (\(version).\(kind)) to (\(expected.internalGroup).\(expected.kind)): unknown conversion"
      : "no kind \(kind.quoted) is registered for version \(apiVersion.quoted) in scheme "
        + "\"pkg/api/legacyscheme/scheme.go:30\""
    return RegistryError(
      .badRequest, "\(kind) in version \(version.quoted) cannot be handled as a \(expected.kind): \(problem)")
  }
}
