import ArgumentParser
import ClusterZone
import Corefile
import DNSWire
import Logging
import NetworkAddresses
import QueryEngine
import QueryStages
import Synchronization

/// `clusterdns explain`: why a name answers as it does, from the same configuration and objects as `serve`.
struct ExplainCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "explain",
    abstract: "Say why a name answers as it does.",
    discussion: """
      Reads the configuration and the manifests as `serve` does, asks the stages, and shows which server block and which stage answer, which
      objects decide, and which endpoints were left out and why. Nothing is asked of upstream servers.

        clusterdns explain web.shop.svc.cluster.local --manifests zones/cluster.yaml
        clusterdns explain _http._tcp.web.shop.svc.cluster.local SRV --manifests zones/cluster.yaml
      """)

  @Argument(help: "The name, in full: web.shop.svc.cluster.local. An address stands for its reverse name.")
  var name: String

  @Argument(
    help: "The type: A, AAAA, SRV, PTR, …", completion: .list(["A", "AAAA", "SRV", "PTR", "CNAME", "TXT", "SOA", "NS"]))
  var type: String?

  @OptionGroup var source: SourceOptions

  func run() async throws {
    LoggingSystem.bootstrap { _ in SwiftLogNoOpLogHandler() }
    let question = try Question(explaining: name, type: type)
    let corefile = try Corefile.load(source)
    let objects = try ObjectSource(source)
    objects.load(Logger(label: ""))
    let upstream = SilentUpstream()
    let parts = try ServerParts(registry: objects.registry, upstream: upstream)
    let configuration: Configuration
    do {
      configuration = try Configuration(corefile, defaultPort: source.dnsPort, environment: parts.environment)
    } catch {
      throw Failure.configuration(error)
    }
    await configuration.prepare()
    print(await configuration.explanation(of: question, upstream: upstream))
  }
}

/// Remembers whom the stages would have asked, and asks nobody.
final class SilentUpstream: Upstream {
  private let asked = Mutex<[SocketAddress]>([])

  /// Whom the stages would have asked since the last look.
  func takeAsked() -> [SocketAddress] {
    asked.withLock { asked in
      defer { asked = [] }
      return asked
    }
  }

  func exchange(
    _ query: Message, with server: SocketAddress, over transport: UpstreamTransport, timeout: Duration,
    expire: Duration
  ) async throws(UpstreamError) -> UpstreamReply {
    asked.withLock { $0.append(server) }
    throw .unreachable("explain asks no upstream server")
  }
}
