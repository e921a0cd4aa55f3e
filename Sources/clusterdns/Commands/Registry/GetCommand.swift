import ArgumentParser
import ClusterModel
import RegistryClient

/// `clusterdns get`: shows objects of a registry, as `kubectl get` does.
struct GetCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "get",
    abstract: "Show objects of a registry.",
    discussion: """
        clusterdns get services -A
        clusterdns get svc web -n shop -o yaml
        clusterdns get endpointslices -l kubernetes.io/service-name=web

      kubectl does the same, and more: kubectl --server http://127.0.0.1:8001 get services
      """)

  @Argument(
    help: "The kind: services (svc), endpointslices, endpoints (ep), pods (po), namespaces (ns), nodes (no), leases.")
  var kind: KindArgument

  @Argument(help: "Names; without them all objects of the kind.")
  var names: [String] = []

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Only objects with such labels: app=web,tier!=test.", valueName: "labels"))
  var selector: String?

  @Option(name: .shortAndLong, help: "wide, yaml, json or name; without it a table.")
  var output: OutputForm?

  @Flag(help: "Leave out the line with the columns' names.")
  var noHeaders = false

  @OptionGroup var place: NamespaceOptions
  @OptionGroup var registry: ClientOptions

  func validate() throws {
    if !names.isEmpty, place.allNamespaces {
      throw ValidationError("a name is looked for in one namespace: leave out -A")
    }
    if !names.isEmpty, selector != nil { throw ValidationError("give names or --selector, not both") }
  }

  func run() async throws {
    let client = try registry.client()
    try await asking { () async throws(RegistryClientError) in
      switch output {
      case nil, .wide: try await printTable(client)
      case .yaml: try await printYAML(client)
      case .json: for text in try await documents(client).map({ $0.indentedJSON() }) { print(text) }
      case .name: for node in try await documents(client) { printNames(node) }
      }
    }
  }

  /// What is asked for: each name by itself, or the list.
  private var targets: [String] {
    if !names.isEmpty {
      return names.map { ObjectKey(kind.kind, namespace: place.namespace, name: $0).path }
    }
    let path = kind.kind.path(namespace: place.namespace(of: kind.kind))
    return [selector.map { "\(path)?labelSelector=\($0.percentEncoded)" } ?? path]
  }

  private func printTable(_ client: RegistryClient) async throws(RegistryClientError) {
    var table: PrintedTable?
    for target in targets {
      let answer = try await client.send(.init("GET", target, accept: OutputForm.table))
      let part = try PrintedTable(answer.document())
      if table == nil { table = part } else { table?.append(part) }
    }
    guard let table else { return }
    if table.rows.isEmpty {
      complain(place.namespace(of: kind.kind).map { "No resources found in \($0) namespace." } ?? "No resources found.")
      return
    }
    let showsNamespaces = place.allNamespaces && kind.kind.isNamespaced
    print(
      table.lines(wide: output == .wide, namespaces: showsNamespaces, header: !noHeaders).joined(separator: "\n"))
  }

  private func printYAML(_ client: RegistryClient) async throws(RegistryClientError) {
    for (index, target) in targets.enumerated() {
      if index > 0 { print("---") }
      let answer = try await client.send(.init("GET", target, accept: OutputForm.yaml.accept))
      print(String(decoding: answer.body, as: UTF8.self), terminator: "")
    }
  }

  private func documents(_ client: RegistryClient) async throws(RegistryClientError) -> [DocumentNode] {
    var nodes: [DocumentNode] = []
    for target in targets { nodes.append(try await client.send(.init("GET", target)).document()) }
    return nodes
  }

  private func printNames(_ node: DocumentNode) {
    for object in node["items"]?.elements ?? [node] {
      let name = object["metadata"]?["name"]?.string ?? ""
      print(ObjectKey(kind.kind, name: name).shortDescription)
    }
  }
}
