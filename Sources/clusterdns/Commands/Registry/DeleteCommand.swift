import ArgumentParser
import ClusterModel
import Manifests
import RegistryClient

/// `clusterdns delete`: takes objects out of a registry.
struct DeleteCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "delete",
    abstract: "Take objects out of a registry.",
    discussion: """
        clusterdns delete svc web -n shop
        clusterdns delete -f zones/cluster.yaml --ignore-not-found

      A namespace takes with it what is in it.
      """)

  @Argument(help: "The kind, as for `get`.")
  var kind: KindArgument?

  @Argument(help: "Names.")
  var names: [String] = []

  @Option(
    name: [.customShort("f"), .customLong("filename")],
    help: ArgumentHelp(
      "A file or a folder of manifests that name the objects, or - for the standard input.", valueName: "path"),
    completion: .file(extensions: ["yaml", "yml", "json"]))
  var files: [String] = []

  @Flag(help: "An object that is not there is no failure.")
  var ignoreNotFound = false

  @Option(name: .shortAndLong, help: ArgumentHelp("The namespace of objects that name none.", valueName: "name"))
  var namespace = "default"

  @OptionGroup var registry: ClientOptions

  func validate() throws {
    if files.isEmpty, kind == nil || names.isEmpty {
      throw ValidationError("say what to delete: a kind and names (svc web), or -f FILE")
    }
    if !files.isEmpty, kind != nil { throw ValidationError("give a kind and names, or -f, not both") }
  }

  func run() async throws {
    let keys = try keys()
    let client = try registry.client()
    var failed = 0
    for key in keys {
      do throws(RegistryClientError) {
        _ = try await client.send(.init("DELETE", key.path, body: Array(#"{"propagationPolicy":"Background"}"#.utf8)))
        print("\(key.shortDescription) deleted")
      } catch {
        if case .unreachable = error { throw Failure.failure(error) }
        if case .refused(code: 404, _, _) = error, ignoreNotFound { continue }
        complain("\(error)")
        failed += 1
      }
    }
    if failed > 0 { throw Failure.failure("\(failed) of \(keys.count) objects were not deleted") }
  }

  /// What is to go; of files the last object first, so that a namespace goes after what is in it.
  private func keys() throws -> [ObjectKey] {
    if let kind {
      return names.map { ObjectKey(kind.kind, namespace: kind.kind.isNamespaced ? namespace : "", name: $0) }
    }
    let manifests = ManifestDocuments.load(paths: files)
    for problem in manifests.problems { complain(problem.description) }
    guard manifests.problems.isEmpty else { throw Failure(status: 2, message: "nothing was deleted") }
    do {
      return try manifests.documents.map { try $0.key(in: namespace) }.reversed()
    } catch {
      throw Failure.configuration(error as? RegistryClientError ?? .unusable("\(error)"))
    }
  }
}
