import ClusterModel

/// Turns files into a set of objects.
struct ManifestLoader {
  private var set = ManifestSet()
  private let limits: ManifestLimits
  private let interner = StringInterner()

  init(limits: ManifestLimits) { self.limits = limits }

  var result: ManifestSet {
    var finished = set
    finished.finish()
    return finished
  }

  /// Reads a file, or all manifests of a folder.
  mutating func load(_ path: String) {
    do {
      let files = try ManifestFiles.manifests(at: path)
      if files.isEmpty { note(path, "this folder has no manifests: their names end in .yaml, .yml or .json") }
      for file in files { loadFile(file) }
    } catch {
      refuse(path, .start, error.message)
    }
  }

  private mutating func loadFile(_ file: String) {
    do {
      read(try ManifestFiles.read(file, upTo: limits.fileSize), file: file)
    } catch {
      refuse(file, .start, error.message)
    }
  }

  /// Reads a text as the content of a file.
  mutating func read(_ text: [UInt8], file: String) {
    if let binary = text.prefix(4096).firstIndex(of: 0) {
      return refuse(file, .start, "this is no text: it has a NUL at octet \(binary + 1)")
    }
    var documents = DocumentReader(text, limits: limits)
    var found = 0
    while let result = documents.next() {
      switch result {
      case .document(let node) where node.isNull: break
      case .document(let node): add(node, file: file, defaultKind: nil)
      case .failure(let error): refuse(file, error.position, error.message)
      }
      found += 1
    }
    if found == 0 { refuse(file, .start, "this file holds no objects") }
  }
}

extension ManifestLoader {
  /// Takes one document in: an object, a list of them, or something to pass over.
  ///
  /// - Parameter defaultKind: What an element of a typed list is when it does not say so.
  private mutating func add(_ node: DocumentNode, file: String, defaultKind: ObjectKind?) {
    do {
      switch try kind(of: node, defaultKind) {
      case .object(let kind): addObject(node, kind, file)
      case .list(let element): addList(node, of: element, file)
      case .unknown(let kind): skip(node, kind, file)
      }
    } catch {
      refuse(file, error.position, error.message, object: Self.name(of: node), path: error.path)
    }
  }

  private func kind(of node: DocumentNode, _ defaultKind: ObjectKind?) throws(DocumentProblem) -> DocumentKind {
    if let defaultKind, node["kind"] == nil, node["apiVersion"] == nil { return .object(defaultKind) }
    return try DocumentKind(node)
  }

  private mutating func addList(_ node: DocumentNode, of element: ObjectKind?, _ file: String) {
    guard let items = node["items"], !items.isNull else { return }
    guard case .sequence(let elements) = items.content else {
      return refuse(file, items.position, "expected a list; begin each element with '- '", path: "items")
    }
    for item in elements { add(item, file: file, defaultKind: element) }
  }

  private mutating func addObject(_ node: DocumentNode, _ kind: ObjectKind, _ file: String) {
    var (object, problems) = ClusterObject.decode(node, as: kind, interner: interner)
    object.becomeManifest()
    object.applyDefaults()
    let errors = object.fieldErrors(after: problems)
    let source = ManifestSource(file: file, position: node.position)
    if problems.isEmpty && errors.isEmpty { return set.add(object, from: source) }
    let name = object.metadata.name.isEmpty ? kind.name : object.description
    for problem in problems where problem.fieldError == nil {
      refuse(file, problem.position, problem.message, object: name, path: problem.path)
    }
    for error in errors {
      refuse(file, node.position(of: error.path), error.message, object: name, path: error.path)
    }
  }

  private mutating func skip(_ node: DocumentNode, _ kind: String, _ file: String) {
    let source = ManifestSource(file: file, position: node.position)
    let message = "passed over: objects of this kind are not for a name service"
    let name = node["metadata"]?["name"]?.string.map { "\(kind) \($0)" } ?? kind
    set.note(ManifestProblem(source: source, object: name, path: "", message: message))
  }

  /// The object as far as a document that does not fit tells.
  private static func name(of node: DocumentNode) -> String {
    [node["kind"]?.string, node["metadata"]?["name"]?.string].compactMap { $0 }.joined(separator: " ")
  }

  private mutating func refuse(
    _ file: String, _ position: SourcePosition, _ message: String, object: String = "", path: String = ""
  ) {
    let source = ManifestSource(file: file, position: position)
    set.refuse(ManifestProblem(source: source, object: object, path: path, message: message))
  }

  private mutating func note(_ path: String, _ message: String) {
    let source = ManifestSource(file: path, position: .start)
    set.note(ManifestProblem(source: source, object: "", path: "", message: message))
  }
}

extension ClusterObject {
  /// What manifests may leave out or spell loosely: the namespace, and the case of an external name.
  fileprivate mutating func becomeManifest() {
    if kind.isNamespaced, metadata.namespace.isEmpty { metadata.namespace = "default" }
    if case .service(var service) = self, !service.spec.externalName.isEmpty {
      service.spec.externalName = service.spec.externalName.lowercased()
      self = .service(service)
    }
  }
}
