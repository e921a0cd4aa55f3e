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
    let question = try question()
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
    print("\(question.name) \(question.type)")
    // Blocks without `bind` stand at one address of each family: one of them says it all.
    var seen = Set<ObjectIdentifier>()
    for address in configuration.blocks.keys.sorted(by: { ($0.port, $0.address) < ($1.port, $1.address) }) {
      let server = ServerPlan(blocks: configuration.blocks[address, default: []])
      guard let (block, zone) = server.block(for: question.name) else {
        print("  \(address): no server block has a zone for it: REFUSED")
        continue
      }
      guard seen.insert(ObjectIdentifier(block.plan)).inserted else { continue }
      let explanation = await Explanation(question, block: block, zone: zone, at: address, upstream: upstream)
      print(explanation.text)
    }
  }

  private func question() throws -> Question {
    let address = IPAddress(name)
    let kind = type ?? (address == nil ? "A" : "PTR")
    guard let type = RecordType(kind.uppercased()) else {
      throw Failure.configuration("\(kind) is no type; write A, AAAA, SRV, PTR, …, or TYPE followed by its number")
    }
    if let address { return Question(name: DomainName(reverseOf: address), type: type, class: .in) }
    do {
      return Question(name: try DomainName(name), type: type, class: .in)
    } catch {
      throw Failure.configuration("\(name): \(error)")
    }
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

/// What one server block does with a question, in lines.
struct Explanation {
  private(set) var lines: [String] = []

  var text: String { lines.joined(separator: "\n") }

  init(_ question: Question, block: BlockPlan, zone: DomainName, at address: SocketAddress, upstream: SilentUpstream)
    async
  {
    add("server block", "zone \(zone), port \(address.port)")
    add("stages", block.plan.stages.map { $0.name }.joined(separator: " → "))
    let message = Message(id: 0, questions: [question])
    let origin = QueryOrigin(
      client: SocketAddress(.v4(.loopback), port: 0), local: address, transport: .tcp)
    let response = await block.plan.answer(Query(message: message, origin: origin, size: message.encoded().count))
    let servers = upstream.takeAsked()
    if !servers.isEmpty {
      add(
        "answered by", "forward, which would ask \(Set(servers.map(\.description)).sorted().joined(separator: " or "))")
    } else if let response {
      add("answered by", response.servedBy.map { $0.isEmpty ? "no stage" : $0 } ?? "no stage")
      add("answer", response.message)
    } else {
      add("answer", "none: the query is dropped")
    }
    for explanation in block.plan.clusterExplanations(of: question.name, type: question.type) { add(explanation) }
  }

  private mutating func add(_ label: String, _ text: String) {
    lines.append("  " + label + String(repeating: " ", count: max(1, 15 - label.count)) + text)
  }

  private mutating func add(_ label: String, _ message: Message) {
    add(label, "\(message.responseCode)\(message.authoritative ? ", authoritative" : "")")
    for (section, records) in [
      ("", message.answers), ("authority: ", message.authorities), ("additional: ", message.additionals),
    ] {
      for record in records {
        add("", "\(section)\(record.name) \(record.ttl) \(record.type) \(record.data.presentation)")
      }
    }
  }

  private mutating func add(_ explanation: NameExplanation) {
    add("kubernetes", "zone \(explanation.zone): \(Self.text(of: explanation.outcome))")
    for note in explanation.notes { add("", note) }
    if !explanation.objects.isEmpty { add("objects", explanation.objects.map(\.description).joined(separator: ", ")) }
    for endpoint in explanation.endpoints {
      let target = endpoint.target.isEmpty ? "" : " (\(endpoint.target))"
      add(
        "endpoint",
        "\(endpoint.address)\(target): \(endpoint.leftOut.map { "left out: \($0.rawValue)" } ?? "in the answer")")
    }
  }

  private static func text(of outcome: NameExplanation.Outcome) -> String {
    switch outcome {
    case .records(let records): "\(records.count) records"
    case .noData: "the name exists, without records of the type"
    case .nxDomain: "no such name"
    case .fallsThrough: "no such name here; the next stage is asked"
    case .alias(let target): "an alias of \(target)"
    case .notSynced: "the objects have not come yet"
    }
  }
}
