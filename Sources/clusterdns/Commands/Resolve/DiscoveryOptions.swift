import ArgumentParser
import ClusterDiscovery
import ClusterDiscoveryAPI
import ClusterDiscoveryDNS
import NetworkAddresses

/// Where endpoints come from.
struct DiscoveryOptions: ParsableArguments {
  /// A kind of source.
  enum Kind: String, ExpressibleByArgument, CaseIterable { case api, dns, file }

  @Option(
    help: ArgumentHelp(
      "What is asked: api, dns or file. Without it dns with --dns-server, file with --endpoints, else api.",
      valueName: "kind"))
  var source: Kind?

  @Option(
    help: ArgumentHelp(
      "A DNS server, in place of those of /etc/resolv.conf; may be given several times.", valueName: "address[:port]"))
  var dnsServer: [String] = []

  @Option(
    help: ArgumentHelp("A file with endpoints, for --source file.", valueName: "file"), completion: .file())
  var endpoints: String?

  @OptionGroup var registry: ClientOptions

  func validate() throws {
    if !dnsServer.isEmpty, kind != .dns { throw ValidationError("--dns-server goes with --source dns") }
    if (endpoints != nil) != (kind == .file) { throw ValidationError("--source file and --endpoints FILE go together") }
    for server in dnsServer where SocketAddress(server, defaultPort: 53) == nil {
      throw ValidationError("--dns-server \(server): write ADDRESS or ADDRESS:PORT, with [ ] around an IPv6 address")
    }
  }

  private var kind: Kind { source ?? (dnsServer.isEmpty ? endpoints == nil ? .api : .file : .dns) }

  /// The source that the options describe.
  func makeSource() throws -> any DiscoverySource {
    do throws(DiscoveryError) {
      switch kind {
      case .dns: return try dns()
      case .file: return FileSource(endpoints ?? "")
      case .api: break
      }
    } catch {
      throw Failure.configuration(error)
    }
    return APISource(try registry.location())
  }

  /// An error's message, with the mend that this command has for it.
  func explain(_ error: DiscoveryError) -> String {
    guard kind == .api, error.reason == .unavailable else { return error.message }
    let mend = "start one with `clusterdns serve`, name its address with --server, or ask DNS with --dns-server"
    return "\(error.message): \(mend)"
  }

  private func dns() throws(DiscoveryError) -> DNSSource {
    let servers = dnsServer.compactMap { SocketAddress($0, defaultPort: 53) }
    return servers.isEmpty ? try DNSSource() : try DNSSource(ResolverConfiguration(servers: servers))
  }
}
