/// What a document says that it is, by its `kind` and `apiVersion`.
public enum DocumentKind: Sendable, Hashable {
  /// One object of a kind that we know.
  case object(ObjectKind)
  /// A list of objects: a `List` of any kinds, or a list of one kind that its elements need not repeat.
  case list(of: ObjectKind?)
  /// An object of another kind, such as a Deployment, with its `kind`.
  case unknown(kind: String)

  /// Looks at a document's `kind` and `apiVersion`.
  ///
  /// - Throws: what is missing, or that a kind that we know is not in that version.
  public init(_ node: DocumentNode) throws(DocumentProblem) {
    guard case .mapping = node.content else {
      throw DocumentProblem(.wrongType(expected: .object { Service.fieldTable.schema }, found: node), at: node.position)
    }
    let kind = try Self.text("kind", of: node)
    let apiVersion = try Self.text("apiVersion", of: node)
    self = try Self.known(kind, apiVersion, node)
  }

  private static func known(
    _ kind: String, _ apiVersion: String, _ node: DocumentNode
  ) throws(DocumentProblem) -> DocumentKind {
    if kind == "List", apiVersion == "v1" { return .list(of: nil) }
    for candidate in ObjectKind.allCases where kind == candidate.name || kind == candidate.listName {
      if apiVersion == candidate.apiVersion {
        return kind == candidate.name ? .object(candidate) : .list(of: candidate)
      }
      if !isForeign(apiVersion) { throw wrongVersion(kind, apiVersion, candidate, node) }
    }
    return .unknown(kind: kind)
  }

  private static func wrongVersion(
    _ kind: String, _ apiVersion: String, _ candidate: ObjectKind, _ node: DocumentNode
  ) -> DocumentProblem {
    let detail =
      "no matches for kind \(kind.quoted) in version \(apiVersion.quoted); its version is "
      + candidate.apiVersion
    return DocumentProblem(
      .invalid(.invalid, badValue: apiVersion.quoted, detail: detail),
      at: node["apiVersion"]?.position ?? node.position, path: "apiVersion")
  }

  /// Whether the group is somebody else's (`serving.knative.dev`), where our kinds' names may mean other things.
  private static func isForeign(_ apiVersion: String) -> Bool {
    let group = apiVersion.split(separator: "/").dropLast().joined(separator: "/")
    return group.contains(".") && !group.hasSuffix(".k8s.io")
  }

  private static func text(_ name: String, of node: DocumentNode) throws(DocumentProblem) -> String {
    guard let value = node[name], !value.isNull, value.string != "" else {
      throw DocumentProblem(.invalid(.required, badValue: nil, detail: ""), at: node.position, path: name)
    }
    guard let text = value.string else {
      throw DocumentProblem(.wrongType(expected: .string, found: value), at: value.position, path: name)
    }
    return text
  }
}
