// Manifests: Kubernetes objects from YAML and JSON files, as kubectl takes them.
//
// A folder's files are split into documents, documents become trees with places (JSON by our own reader, YAML by Yams),
// trees become objects by ClusterModel's tables, and objects are defaulted and validated. A bad object is refused alone.

public import ClusterModel

/// What a set of manifest files describes: a picture of a cluster.
public struct ManifestSet: Sendable {
  /// The objects that are good, in the order of the files; no two have one key.
  public private(set) var objects: [ManifestObject] = []
  /// What was refused, and why.
  public private(set) var problems: [ManifestProblem] = []
  /// What was passed over because it does not matter here, such as a Deployment.
  public private(set) var notices: [ManifestProblem] = []
  private var places: [ObjectKey: ManifestSource] = [:]
  /// Where the first problem and the first notice beyond the bound stand, and how many there are.
  private var omitted: (problems: ManifestOmission?, notices: ManifestOmission?)

  /// The most problems, and the most notices, that are told one by one.
  public static let listLimit = 1000

  /// Reads files, and the manifests that lie in folders (not in folders below them), in the order of the paths.
  ///
  /// Nothing is thrown: a file that cannot be read is one more problem.
  public static func load(paths: [String], limits: ManifestLimits = .standard) -> ManifestSet {
    var loader = ManifestLoader(limits: limits)
    for path in paths { loader.load(path) }
    return loader.result
  }

  /// Reads one text as if it were a file with that name.
  public static func read(_ text: [UInt8], file: String, limits: ManifestLimits = .standard) -> ManifestSet {
    var loader = ManifestLoader(limits: limits)
    loader.read(text, file: file)
    return loader.result
  }

  /// Takes an object in, unless there is one with its key already.
  mutating func add(_ object: ClusterObject, from source: ManifestSource) {
    let key = object.key
    if let first = places[key] {
      let message = "this object was given before, at \(first)"
      return refuse(ManifestProblem(source: source, object: key.description, path: "", message: message))
    }
    places[key] = source
    objects.append(ManifestObject(object: object, source: source))
  }

  mutating func refuse(_ problem: ManifestProblem) { Self.add(problem, to: &problems, or: &omitted.problems) }

  mutating func note(_ notice: ManifestProblem) { Self.add(notice, to: &notices, or: &omitted.notices) }

  private static func add(
    _ problem: ManifestProblem, to list: inout [ManifestProblem], or omission: inout ManifestOmission?
  ) {
    if list.count < listLimit { return list.append(problem) }
    omission = ManifestOmission(first: omission?.first ?? problem.source, count: (omission?.count ?? 0) + 1)
  }

  /// Lets go of what only loading needs, and says how much the lists leave out.
  mutating func finish() {
    places = [:]
    if let problem = omitted.problems?.problem { problems.append(problem) }
    if let notice = omitted.notices?.problem { notices.append(notice) }
    omitted = (nil, nil)
  }
}

/// What a list leaves out.
private struct ManifestOmission {
  let first: ManifestSource
  let count: Int

  var problem: ManifestProblem {
    ManifestProblem(source: first, object: "", path: "", message: "and \(count) more from here on")
  }
}

/// An object and where it was written.
public struct ManifestObject: Sendable, Hashable {
  /// The object, defaulted and validated.
  public var object: ClusterObject
  /// Where its document begins.
  public var source: ManifestSource
}

/// A place in a file.
public struct ManifestSource: Sendable, Hashable {
  /// The file's path as it was given, or below the folder that was given.
  public var file: String
  /// Line and column.
  public var position: SourcePosition

  /// A place in a file.
  public init(file: String, position: SourcePosition) {
    self.file = file
    self.position = position
  }
}

extension ManifestSource: CustomStringConvertible {
  /// `FILE:LINE:COLUMN`.
  public var description: String { "\(file):\(position)" }
}

/// What is wrong with a manifest, or why a part of it was passed over.
public struct ManifestProblem: Error, Sendable, Hashable {
  /// Where.
  public var source: ManifestSource
  /// The object as far as it is known: `Service shop/web`; empty for none.
  public var object: String
  /// The field: `spec.ports[0].port`; empty for the object or the file as a whole.
  public var path: String
  /// What is wrong and how to mend it.
  public var message: String
}

extension ManifestProblem: CustomStringConvertible {
  /// `FILE:LINE:COLUMN: Service shop/web: spec.ports[0].port: Invalid value: …`.
  public var description: String {
    ([source.description, object, path].filter { !$0.isEmpty } + [message]).joined(separator: ": ")
  }
}

/// What manifest files are held to.
public struct ManifestLimits: Sendable, Hashable {
  /// The most octets that a file may have.
  public var fileSize: Int
  /// The most octets that one YAML document may have; JSON has no such bound.
  public var yamlDocumentSize: Int
  /// What each document is held to.
  public var document: DocumentLimits

  /// Other limits.
  public init(
    fileSize: Int = 256 << 20, yamlDocumentSize: Int = 16 << 20, document: DocumentLimits = .standard
  ) {
    self.fileSize = fileSize
    self.yamlDocumentSize = yamlDocumentSize
    self.document = document
  }

  /// Files of 256 MiB, YAML documents of 16 MiB, depth 100.
  public static let standard = ManifestLimits()
}
