public import ClusterModel

/// The objects of manifest files as they were written: what a client sends to a registry, which checks them.
public struct ManifestDocuments: Sendable {
  /// One object.
  public struct Document: Sendable {
    /// As it was written.
    public let node: DocumentNode
    /// What it says that it is; `nil` for a kind that no registry of ours keeps.
    public let kind: ObjectKind?
    /// Where it begins.
    public let source: ManifestSource
  }

  /// The objects in the order of the files; those of lists one by one.
  public private(set) var documents: [Document] = []
  /// Files and documents that cannot be read.
  public private(set) var problems: [ManifestProblem] = []

  /// Reads files, and the manifests that lie in folders, in the order of the paths; `-` is the standard input.
  public static func load(paths: [String], limits: ManifestLimits = .standard) -> ManifestDocuments {
    var all = ManifestDocuments()
    for path in paths { all.load(path, limits) }
    return all
  }

  private mutating func load(_ path: String, _ limits: ManifestLimits) {
    do {
      if path == "-" {
        return read(try ManifestFiles.readStandardInput(upTo: limits.fileSize), "standard input", limits)
      }
      for file in try ManifestFiles.manifests(at: path) {
        read(try ManifestFiles.read(file, upTo: limits.fileSize), file, limits)
      }
    } catch {
      refuse(path, .start, error.message)
    }
  }

  private mutating func read(_ text: [UInt8], _ file: String, _ limits: ManifestLimits) {
    var reader = DocumentReader(text, limits: limits)
    while let result = reader.next() {
      switch result {
      case .document(let node) where node.isNull: break
      case .document(let node): add(node, file, element: nil)
      case .failure(let error): refuse(file, error.position, error.message)
      }
    }
  }

  private mutating func add(_ node: DocumentNode, _ file: String, element: ObjectKind?) {
    do throws(DocumentProblem) {
      let source = ManifestSource(file: file, position: node.position)
      if let element, node["kind"] == nil, node["apiVersion"] == nil {
        return documents.append(Document(node: node, kind: element, source: source))
      }
      switch try DocumentKind(node) {
      case .object(let kind): documents.append(Document(node: node, kind: kind, source: source))
      case .unknown: documents.append(Document(node: node, kind: nil, source: source))
      case .list(let element):
        guard case .sequence(let items)? = node["items"]?.content else { return }
        for item in items { add(item, file, element: element) }
      }
    } catch {
      refuse(file, error.position, error.message, path: error.path)
    }
  }

  private mutating func refuse(_ file: String, _ position: SourcePosition, _ message: String, path: String = "") {
    let source = ManifestSource(file: file, position: position)
    problems.append(ManifestProblem(source: source, object: "", path: path, message: message))
  }
}
