import ArgumentParser
import ClusterDiscovery

/// `clusterdns resolve`: the instances of a service, and which of them a program would ask.
struct ResolveCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "resolve",
    abstract: "Find the instances of a service, and show which of them a balancer picks.",
    discussion: """
      Does what a program does that uses ClusterDiscovery: asks a source for the endpoints of a service, picks from among them, and shows how the picks
      are spread.

        clusterdns resolve web.shop:http
        clusterdns resolve web.shop:http --balancer least-requests --count 100000
        clusterdns resolve web.shop:http --dns-server 127.0.0.1:1053
        clusterdns resolve web.shop:http --watch

      A service is written web, web.shop, web.shop.svc.cluster.local or _http._tcp.web.shop.svc.cluster.local, with :PORT behind it where one is
      meant. Hashing balancers see each pick as a client of its own, unless --key names one.

      With --watch each change is shown, until the command is interrupted, also while the source is away for a while.
      """)

  @Argument(help: ArgumentHelp("The service, and its port by name or number: web.shop:http.", valueName: "target"))
  var target: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The namespace of a service without one.", valueName: "name"))
  var namespace = "default"

  @Option(help: ArgumentHelp("The domain of the cluster.", valueName: "name"))
  var clusterDomain = "cluster.local"

  @Option(
    help: ArgumentHelp(
      "How one is chosen: \(BalancingPolicy.names.joined(separator: ", ")); options come after a colon.",
      valueName: "balancer"), completion: .list(BalancingPolicy.names))
  var balancer = "round-robin"

  @Option(help: ArgumentHelp("How many picks are made of each set, 0 to 100000000.", valueName: "number"))
  var count = 1000

  @Option(help: ArgumentHelp("What identifies the client, for balancers that hash it.", valueName: "text"))
  var key: String?

  @Flag(help: "Show each change.")
  var watch = false

  @Option(name: .shortAndLong, help: "wide or json (a line for each state); without it a table.")
  var output: ResolveOutput?

  @OptionGroup var place: DiscoveryOptions

  func validate() throws {
    guard (0...100_000_000).contains(count) else {
      throw ValidationError("--count \(count): 0 to 100000000 are possible")
    }
  }

  func run() async throws {
    let target = try readTarget()
    let picks = PickCount(balancer: balancer, policy: try readPolicy(), count: count, key: key)
    let source = try place.makeSource()
    guard watch else {
      do throws(DiscoveryError) {
        return show(ResolvedState(try await source.lookup(target), picks, source: source.name))
      } catch {
        throw Failure.failure(place.explain(error))
      }
    }
    try await follow(target, of: source, picks)
  }

  private func readTarget() throws -> Target {
    do throws(TargetError) {
      return try Target(target, defaultNamespace: namespace, clusterDomain: clusterDomain)
    } catch {
      throw Failure.configuration(error)
    }
  }

  private func readPolicy() throws -> BalancingPolicy {
    do throws(BalancerError) {
      return try BalancingPolicy(balancer)
    } catch {
      throw Failure.configuration("--balancer: \(error)")
    }
  }

  /// Shows each state. The first time the source must answer; later it may be away for a while.
  private func follow(_ target: Target, of source: any DiscoverySource, _ picks: PickCount) async throws {
    var isFirst = true
    for await update in source.subscribe(to: target) {
      switch update {
      case .success(let set): show(ResolvedState(set, picks, source: source.name))
      case .failure(let error):
        guard !isFirst || error.reason == .notFound else { throw Failure.failure(place.explain(error)) }
        complain("\(ConsoleLog.timeOfDay)   \(error)")
      }
      isFirst = false
    }
  }

  private func show(_ state: ResolvedState) {
    switch output {
    case .json: ConsoleLog.write(state.json + "\n")
    case .wide, nil:
      let time = watch ? "\(ConsoleLog.timeOfDay)   " : ""
      ConsoleLog.write(time + state.lines(wide: output == .wide).joined(separator: "\n") + (watch ? "\n\n" : "\n"))
    }
  }
}

/// How endpoints are printed.
enum ResolveOutput: String, ExpressibleByArgument, CaseIterable { case wide, json }
