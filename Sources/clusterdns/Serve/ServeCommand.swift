import ArgumentParser
import Glibc
import QueryStages

/// `clusterdns serve`: answers until it is told to stop.
struct ServeCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "serve",
    abstract: "Answer DNS queries, and keep the registry that the answers come from.",
    discussion: """
      The directive `kubernetes` of the configuration takes its objects from the embedded registry: from --manifests, and from what is
      written to its API.

      Signals: TERM and INT stop after the lameduck time, HUP and USR1 read the configuration again. A configuration that cannot be read
      changes nothing.
      """)

  @OptionGroup var source: SourceOptions

  @Option(
    help: ArgumentHelp(
      "Where the registry keeps its state: a folder, or `memory`.",
      discussion:
        "Without it: memory when --manifests is given or no directive `kubernetes` reads the registry; else /var/lib/clusterdns as root, and ~/.local/state/clusterdns otherwise.",
      valueName: "where"),
    completion: .directory)
  var data: String?

  @OptionGroup var api: APIOptions

  @Option(help: ArgumentHelp("A file that gets the process's number.", valueName: "file"), completion: .file())
  var pidfile: String?

  @Flag(help: "Say nothing at the start.")
  var quiet = false

  @Flag(help: "Print the directives that a Corefile may hold, in the order of their stages, and end.")
  var plugins = false

  func run() async throws {
    if plugins { return print(DirectiveNames.all.joined(separator: "\n")) }
    let state = try data.map { try StatePlace(option: $0) }
    try writeProcessNumber()
    defer { if let pidfile { unsafe _ = unlink(pidfile) } }
    try await NameServer(
      source: source, state: state, api: api, ownsObjects: data != nil || !source.manifests.isEmpty, quiet: quiet
    ).run()
  }

  private func writeProcessNumber() throws {
    guard let pidfile else { return }
    guard let file = unsafe fopen(pidfile, "w") else {
      throw Failure.failure("--pidfile \(pidfile): \(systemMessage())")
    }
    unsafe _ = fputs("\(getpid())\n", file)
    unsafe _ = fclose(file)
  }
}
