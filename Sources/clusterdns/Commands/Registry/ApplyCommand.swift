import ArgumentParser
import ClusterModel
import Manifests
import RegistryClient

/// `clusterdns apply`: makes a registry's objects what files say, by server-side apply.
struct ApplyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "apply",
    abstract: "Make objects of a registry what files say.",
    discussion: """
        clusterdns apply -f zones/cluster.yaml
        cat web.yaml | clusterdns apply -f -

      Each object is applied at the server (server-side apply): fields that the files give are set, and owned by the field manager; fields that
      they no longer give go; what others have set stays. Where another manager owns a field the object is refused, unless --force-conflicts.
      """)

  @Option(
    name: [.customShort("f"), .customLong("filename")],
    help: ArgumentHelp(
      "A file or a folder of manifests (YAML or JSON), or - for the standard input.", valueName: "path"),
    completion: .file(extensions: ["yaml", "yml", "json"]))
  var files: [String]

  @Option(help: ArgumentHelp("Who owns the fields that are set.", valueName: "name"))
  var fieldManager = "clusterdns"

  @Flag(help: "Take fields over that another manager owns.")
  var forceConflicts = false

  @Flag(help: "Check everything at the server, and change nothing.")
  var dryRun = false

  @Option(name: .shortAndLong, help: ArgumentHelp("The namespace of objects that name none.", valueName: "name"))
  var namespace = "default"

  @OptionGroup var registry: ClientOptions

  func run() async throws {
    let manifests = ManifestDocuments.load(paths: files)
    for problem in manifests.problems { complain(problem.description) }
    guard manifests.problems.isEmpty else { throw Failure(status: 2, message: "nothing was applied") }
    let client = try registry.client()
    var refused = 0
    for document in manifests.documents {
      do {
        print(try await apply(document, client))
      } catch let error as RegistryClientError {
        if case .unreachable = error { throw Failure.failure(error) }
        complain("\(document.source): \(error)")
        refused += 1
      }
    }
    if refused > 0 { throw Failure.failure("\(refused) of \(manifests.documents.count) objects were refused") }
  }

  /// Applies one object, and says what has come of it.
  private func apply(_ document: ManifestDocuments.Document, _ client: RegistryClient) async throws -> String {
    let key = try document.key(in: namespace)
    let before = try await stored(key, client)
    var query = "?fieldManager=\(fieldManager.percentEncoded)&fieldValidation=Strict"
    if forceConflicts { query += "&force=true" }
    if dryRun { query += "&dryRun=All" }
    let answer = try await client.send(
      .init(
        "PATCH", key.path + query, contentType: "application/apply-patch+yaml", body: Array(document.node.json.utf8)))
    for warning in answer.warnings { complain("\(document.source): warning: \(warning)") }
    let after = try answer.document().withoutBookkeeping
    let outcome = answer.code == 201 ? "created" : before == after ? "unchanged" : "configured"
    return "\(key.shortDescription) \(outcome)\(dryRun ? " (dry run)" : "")"
  }

  /// The object as it is, but for what every write changes; `nil` when there is none.
  private func stored(_ key: ObjectKey, _ client: RegistryClient) async throws -> String? {
    do {
      return try await client.send(.init("GET", key.path)).document().withoutBookkeeping
    } catch RegistryClientError.refused(code: 404, _, _) {
      return nil
    }
  }
}

extension ManifestDocuments.Document {
  /// The object's name in the registry.
  ///
  /// - Parameter namespace: that of objects that name none.
  func key(in namespace: String) throws -> ObjectKey {
    guard let kind else {
      let kind = node["kind"]?.string ?? ""
      throw RegistryClientError.unusable("a registry keeps no objects of kind \(kind): leave it out")
    }
    guard let name = node["metadata"]?["name"]?.string, !name.isEmpty else {
      throw RegistryClientError.unusable("metadata.name: Required value")
    }
    let own = node["metadata"]?["namespace"]?.string
    return ObjectKey(kind, namespace: kind.isNamespaced ? own ?? namespace : "", name: name)
  }
}

extension DocumentNode {
  /// An object as JSON, without its version and without who owns its fields.
  fileprivate var withoutBookkeeping: String {
    guard case .mapping(let members) = content else { return json }
    let rest = members.map { member in
      guard member.key == "metadata", case .mapping(let inner) = member.value.content else { return member }
      var copy = member
      copy.value.content = .mapping(inner.filter { !["resourceVersion", "managedFields"].contains($0.key) })
      return copy
    }
    return DocumentNode(.mapping(rest), at: position).json
  }
}
