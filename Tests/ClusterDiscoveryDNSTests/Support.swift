import ClusterDiscovery
import DNSWire
import NetworkAddresses
import QueryEngine
import Synchronization

@testable import ClusterDiscoveryDNS

/// Servers without sockets: a script answers each question.
final class ScriptedUpstream: Upstream {
  /// What a server was asked.
  struct Asked: Hashable {
    let question: Question
    let server: Int
    let transport: UpstreamTransport
    let hasEDNS: Bool

    /// `A web.shop.svc.cluster.local. 0 udp`: the server's number, and how it was asked.
    var text: String { "\(question.type) \(question.name) \(server) \(transport.rawValue)" }
  }

  enum Reply {
    case message((inout Message) -> Void)
    case failure(UpstreamError)
    /// Until the task is cancelled.
    case silence
  }

  private let asked = Mutex<[Asked]>([])
  private let script: @Sendable (Asked) -> Reply

  init(_ script: @escaping @Sendable (Asked) -> Reply) { self.script = script }

  /// What was asked since the last look.
  func take() -> [Asked] {
    asked.withLock { asked in
      defer { asked = [] }
      return asked
    }
  }

  func exchange(
    _ query: Message, with server: SocketAddress, over transport: UpstreamTransport, timeout: Duration, expire: Duration
  ) async throws(UpstreamError) -> UpstreamReply {
    let one = Asked(
      question: query.questions[0], server: Int(server.port), transport: transport, hasEDNS: query.edns != nil)
    asked.withLock { $0.append(one) }
    switch script(one) {
    case .message(let change):
      var message = Message.response(to: query)
      change(&message)
      return UpstreamReply(message)
    case .failure(let error): throw error
    case .silence:
      try? await Task.sleep(for: .seconds(3600))
      throw .cancelled
    }
  }
}

/// A zone, and how a server tells it.
struct ScriptedZone: Sendable {
  var records: [ResourceRecord]
  /// The SOA's minimum, in seconds; `nil`: denials come without SOA.
  var denialTTL: UInt32? = 5
  /// Whether SRV answers bring the hosts' addresses along.
  var bringsAddresses = true

  init(_ records: ResourceRecord...) { self.records = records }

  func reply(to question: Question) -> ScriptedUpstream.Reply {
    .message { answer(question, in: &$0) }
  }

  /// The whole answer.
  func answer(_ question: Question, in message: inout Message) {
    var name = question.name
    for _ in 0..<32 {
      let own = records.filter { $0.name == name && ($0.type == question.type || $0.type == .cname) }
      message.answers += own
      guard let alias = own.first, case .cname(let target) = alias.data else { break }
      name = target
    }
    if message.answers.last?.type != question.type { deny(name, in: &message) }
    guard bringsAddresses else { return }
    for record in message.answers {
      guard case .srv(let srv) = record.data else { continue }
      message.additionals += records.filter { $0.name == srv.target }
    }
  }

  private func deny(_ name: DomainName, in message: inout Message) {
    if !records.contains(where: { $0.name.isSubdomain(of: name) }) { message.responseCode = .nxDomain }
    guard let denialTTL else { return }
    let soa = SOA(
      primary: .root, mailbox: .root, serial: 1, refresh: 1, retry: 1, expire: 1, minimum: denialTTL)
    message.authorities = [ResourceRecord(name: .root, ttl: 300, data: .soa(soa))]
  }
}

/// The name of the targets' Service, and names below it.
func name(_ prefix: String = "") -> DomainName { domain(prefix + "web.shop.svc.cluster.local") }

func domain(_ text: String) -> DomainName {
  do {
    return try DomainName(text)
  } catch {
    fatalError("\(text): \(error)")
  }
}

func address(_ name: DomainName, _ text: String, ttl: UInt32 = 30) -> ResourceRecord {
  guard let address = IPAddress(text) else { fatalError(text) }
  return ResourceRecord(name: name, ttl: ttl, data: RecordData(address))
}

func srv(
  _ prefix: String, _ host: DomainName, port: UInt16 = 8080, priority: UInt16 = 0, weight: UInt16 = 50,
  ttl: UInt32 = 30
) -> ResourceRecord {
  ResourceRecord(
    name: name(prefix), ttl: ttl,
    data: .srv(SRV(priority: priority, weight: weight, port: port, target: host)))
}

func alias(_ name: DomainName, _ target: DomainName, ttl: UInt32 = 30) -> ResourceRecord {
  ResourceRecord(name: name, ttl: ttl, data: .cname(target))
}

/// Servers 127.0.0.1 at the ports 0, 1, …: their numbers.
func servers(_ count: UInt16) -> ResolverConfiguration {
  ResolverConfiguration(servers: (0..<count).map { SocketAddress(.v4(.loopback), port: $0) })
}

extension DNSSource {
  /// A source that asks the script, and the script.
  static func scripted(
    servers count: UInt16 = 1, _ settings: DNSSourceSettings = .init(),
    change: (inout ResolverConfiguration) -> Void = { _ in },
    _ script: @escaping @Sendable (ScriptedUpstream.Asked) -> ScriptedUpstream.Reply
  ) -> (DNSSource, ScriptedUpstream) {
    let upstream = ScriptedUpstream(script)
    var configuration = servers(count)
    change(&configuration)
    return (DNSSource(configuration, settings: settings, upstream: upstream), upstream)
  }

  static func scripted(_ zone: ScriptedZone, _ settings: DNSSourceSettings = .init()) -> (DNSSource, ScriptedUpstream) {
    scripted(settings) { zone.reply(to: $0.question) }
  }
}

extension EndpointSet {
  /// `10.0.0.1:8080*50`: address and weight; `~` in front of those that are in reserve.
  var lines: [String] {
    endpoints.map { "\($0.condition.isReady ? "" : "~")\($0.address)*\($0.weight)" }
  }
}

/// A lookup's error.
func failure(_ source: DNSSource, _ target: String) async throws -> DiscoveryError? {
  let target = try Target(target)
  do throws(DiscoveryError) {
    _ = try await source.lookup(target)
    return nil
  } catch {
    return error
  }
}
