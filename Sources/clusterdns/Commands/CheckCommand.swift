import ArgumentParser
import Corefile
import Logging
import QueryStages

/// `clusterdns check`: reads everything that `serve` would read, says what is wrong, and changes nothing.
struct CheckCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check",
    abstract: "Validate the configuration and the manifests; open no port, change nothing.",
    discussion:
      "Exit status: 0 when all can be served, 2 when something is wrong; each problem is one line with file, line and column."
  )

  @OptionGroup var source: SourceOptions

  func run() async throws {
    LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }
    let corefile = try Corefile.load(source)
    let objects = try ObjectSource(source)
    let (manifests, problems) = objects.check()
    for problem in problems { complain(problem.onOneLine) }
    let parts = try ServerParts(registry: objects.registry, upstream: SilentUpstream())
    let configuration: Configuration
    do {
      configuration = try Configuration(corefile, defaultPort: source.dnsPort, environment: parts.environment)
    } catch {
      throw Failure.configuration(error)
    }
    print("\(corefile.files.first ?? "the built-in configuration"): \(corefile.blocks.count) server blocks")
    for address in configuration.blocks.keys.sorted(by: { $0.description < $1.description }) {
      let zones = configuration.blocks[address, default: []].flatMap(\.zones).map(\.description)
      print("  \(address): \(zones.joined(separator: " "))")
    }
    if !source.manifests.isEmpty { print("manifests: \(manifests) objects") }
    guard problems.isEmpty else { throw Failure(status: 2, message: "\(problems.count) problems in the manifests") }
  }
}
