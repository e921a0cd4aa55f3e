import ArgumentParser
import ClusterModel
import Glibc
import RegistryClient

/// `clusterdns watch`: shows objects of a registry as they change.
struct WatchCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "watch",
    abstract: "Show objects of a registry as they change.",
    discussion: """
        clusterdns watch services -A
        clusterdns watch endpointslices -n shop -l kubernetes.io/service-name=web

      On a terminal the table is drawn anew with each change; else each change is a line of its own: time, what has happened, and the object's row.
      Goes on until it is interrupted, also while the registry is away for a while.
      """)

  @Argument(help: "The kind, as for `get`.")
  var kind: KindArgument

  @Argument(help: "A name; without it all objects of the kind.")
  var name: String?

  @Option(
    name: .shortAndLong, help: ArgumentHelp("Only objects with such labels: app=web,tier!=test.", valueName: "labels"))
  var selector: String?

  @Flag(help: "Show the columns that `get -o wide` shows.")
  var wide = false

  @Flag(help: "One line a change, on a terminal too.")
  var lines = false

  @OptionGroup var place: NamespaceOptions
  @OptionGroup var registry: ClientOptions

  func run() async throws {
    let client = try registry.client()
    var view = WatchView(
      wide: wide, namespaces: place.allNamespaces && kind.kind.isNamespaced,
      isLive: !lines && isatty(STDOUT_FILENO) == 1)
    // The first time the registry must be there; later it may be away for a while.
    try await asking { () async throws(RegistryClientError) in try await follow(client, &view) }
    while !Task.isCancelled {
      do throws(RegistryClientError) {
        try await follow(client, &view)
      } catch {
        guard case .unreachable = error else { throw Failure.failure(error) }
        view.note("\(error)")
        try await Task.sleep(for: .seconds(1))
      }
    }
  }

  /// Shows what is there, and then each change until the server ends the watch.
  private func follow(_ client: RegistryClient, _ view: inout WatchView) async throws(RegistryClientError) {
    let list = try await client.send(.init("GET", target(), accept: OutputForm.table)).document()
    view.begin(with: try PrintedTable(list))
    var version = list["metadata"]?["resourceVersion"]?.string ?? "0"
    while true {
      var isLost = false
      var current = view
      try await client.follow(
        .init(
          "GET", target("watch=true", "allowWatchBookmarks=true", "resourceVersion=\(version)"),
          accept: OutputForm.table)
      ) { event throws(RegistryClientError) in
        let type = event["type"]?.string ?? ""
        guard type != "ERROR", let object = event["object"] else {
          isLost = true
          return false
        }
        version = Self.version(of: object) ?? version
        if type != "BOOKMARK" { current.show(type, try PrintedTable(object)) }
        return true
      }
      view = current
      // The history no longer reaches back: the list says what is there now.
      if isLost { return }
    }
  }

  /// The version that an event's object has: an object's own, or that of the object in the table's only row.
  private static func version(of object: DocumentNode) -> String? {
    let metadata = object["rows"]?.elements.last?["object"]?["metadata"] ?? object["metadata"]
    return metadata?["resourceVersion"]?.string.flatMap { $0.isEmpty ? nil : $0 }
  }

  private func target(_ parameters: String...) -> String {
    var parameters = parameters
    if let name { parameters.append("fieldSelector=" + "metadata.name=\(name)".percentEncoded) }
    if let selector { parameters.append("labelSelector=\(selector.percentEncoded)") }
    let path = kind.kind.path(namespace: place.namespace(of: kind.kind))
    return parameters.isEmpty ? path : path + "?" + parameters.joined(separator: "&")
  }
}

/// What a watch shows: a table that is drawn anew, or a line a change.
private struct WatchView {
  let wide: Bool
  let namespaces: Bool
  let isLive: Bool
  private var columns: PrintedTable?
  private var rows: [String: PrintedTable] = [:]

  init(wide: Bool, namespaces: Bool, isLive: Bool) {
    self.wide = wide
    self.namespaces = namespaces
    self.isLive = isLive
  }

  /// Everything that there is.
  mutating func begin(with table: PrintedTable) {
    let isFirst = columns == nil
    columns = table
    rows = [:]
    for part in table.parts { rows[part.place] = part }
    if isLive { return draw() }
    if isFirst { for line in table.lines(wide: wide, namespaces: namespaces) { ConsoleLog.write(line + "\n") } }
  }

  /// One change.
  mutating func show(_ type: String, _ table: PrintedTable) {
    for part in table.parts {
      rows[part.place] = type == "DELETED" ? nil : part
      guard !isLive else { continue }
      let row = part.lines(wide: wide, namespaces: namespaces, header: false).joined()
      ConsoleLog.write("\(ConsoleLog.timeOfDay)   \(type)   \(row)\n")
    }
    if isLive { draw() }
  }

  /// Something to tell beside the objects.
  func note(_ text: String) { complain(text) }

  /// Clears the terminal, and draws all rows by namespace and name.
  private func draw() {
    var all = columns
    all?.removeRows()
    for key in rows.keys.sorted() { if let part = rows[key] { all?.append(part) } }
    let lines = all?.lines(wide: wide, namespaces: namespaces) ?? []
    ConsoleLog.write(
      "\u{1B}[H\u{1B}[2J" + lines.joined(separator: "\n")
        + "\n\n\(rows.count) objects, \(ConsoleLog.timeOfDay); Ctrl-C ends\n")
  }
}
