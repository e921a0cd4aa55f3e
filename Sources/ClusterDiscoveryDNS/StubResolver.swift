import ClusterDiscovery
import DNSWire
import NetworkAddresses
import QueryEngine
import Synchronization

/// Asks one question at a time of the servers of a configuration, as a stub resolver does (RFC 1034 §5.3.1).
final class StubResolver: Sendable {
  let configuration: ResolverConfiguration
  private let upstream: any Upstream
  private let order: Mutex<ServerOrder>

  init(_ configuration: ResolverConfiguration, upstream: any Upstream) {
    self.configuration = configuration
    self.upstream = upstream
    order = Mutex(ServerOrder(count: configuration.servers.count, rotates: configuration.rotates))
  }

  /// What is known of a name and type; aliases are followed.
  func find(
    _ name: DomainName, _ type: RecordType, over transport: UpstreamTransport = .udp
  ) async -> Result<ResolvedRecords, DiscoveryError> {
    var (question, ttl) = (Question(name: name, type: type), UInt32.max)
    for _ in 0...ReplyReading.mostAliases {
      switch await ask(question, over: transport) {
      case .failure(let error): return .failure(error)
      case .success(let answer):
        switch answer.reading {
        case .records(let data, let own):
          return .success(
            ResolvedRecords(
              content: .records(data), ttl: min(ttl, own), additionals: answer.additionals, transport: answer.transport)
          )
        case .denied(let nameExists, let own):
          return .success(ResolvedRecords(content: .denied(nameExists: nameExists), ttl: own.map { min(ttl, $0) }))
        case .alias(let end, let own): (question.name, ttl) = (end, min(ttl, own))
        case .endless, .unanswered, .refusedEDNS: return .failure(.endlessAliases(from: name))
        }
      }
    }
    return .failure(.endlessAliases(from: name))
  }

  /// Goes through the servers, as often as the configuration says, until one answers.
  private func ask(_ question: Question, over transport: UpstreamTransport) async -> Result<Answer, DiscoveryError> {
    var failure = "there is no server"
    for _ in 0..<configuration.attempts {
      for index in order.withLock({ $0.next(at: .now) }) {
        do throws(Unanswered) {
          return .success(try await ask(question, of: index, over: transport))
        } catch {
          if case .cancelled = error { return .failure(DiscoveryError(.cancelled, "cancelled")) }
          failure = "\(configuration.servers[index]): \(error.text)"
        }
      }
    }
    return .failure(DiscoveryError(.unavailable, "no DNS server answers \(question): \(failure)"))
  }

  /// One server: with EDNS and, when it does not know that, without.
  private func ask(
    _ question: Question, of index: Int, over transport: UpstreamTransport
  ) async throws(Unanswered) -> Answer {
    for edns in [EDNS(), nil] {
      var query = Message(id: 0, questions: [question], edns: edns)
      query.recursionDesired = true
      let (reply, used) = try await exchange(query, with: index, over: transport)
      let reading = ReplyReading(reply, to: question)
      switch reading {
      case .refusedEDNS where edns != nil: continue
      case .refusedEDNS: throw .said("\(reply.responseCode)")
      case .unanswered(let text): throw .said(text)
      default: return Answer(reading: reading, additionals: reply.additionals, transport: used)
      }
    }
    throw .said("nothing")
  }

  /// Asks over UDP, and over TCP when the answer does not fit.
  private func exchange(
    _ query: Message, with index: Int, over transport: UpstreamTransport
  ) async throws(Unanswered) -> (Message, UpstreamTransport) {
    do throws(UpstreamError) {
      let server = configuration.servers[index]
      var used = transport
      var reply = try await send(query, to: server, over: used)
      if reply.truncated, used == .udp {
        used = .tcp
        reply = try await send(query, to: server, over: used)
      }
      order.withLock { $0.answered(index) }
      guard !reply.truncated else { throw UpstreamError.closed("the answer is cut off over TCP, too") }
      return (reply, used)
    } catch {
      switch error {
      case .cancelled: throw .cancelled
      case .timeout, .unreachable: order.withLock { $0.wasSilent(index, at: .now) }
      case .closed, .overloaded: break
      }
      throw .said(error.text)
    }
  }

  private func send(
    _ query: Message, to server: SocketAddress, over transport: UpstreamTransport
  ) async throws(UpstreamError) -> Message {
    try await upstream.exchange(
      query, with: server, over: transport, timeout: configuration.timeout, expire: .seconds(2)
    ).message
  }
}

/// What a server answered, and how it was asked.
private struct Answer {
  let reading: ReplyReading
  let additionals: [ResourceRecord]
  let transport: UpstreamTransport
}

/// Why a server gave no answer.
private enum Unanswered: Error {
  case cancelled
  case said(String)

  var text: String {
    switch self {
    case .cancelled: "cancelled"
    case .said(let text): text
    }
  }
}

/// What is known of a name and type.
struct ResolvedRecords {
  /// The records, or that there are none.
  enum Content: Equatable {
    case records([RecordData])
    case denied(nameExists: Bool)
  }

  let content: Content
  /// How long that holds, in seconds; `nil` for a denial that does not say.
  let ttl: UInt32?
  /// What the answer brought along.
  var additionals: [ResourceRecord] = []
  /// How the answer came.
  var transport = UpstreamTransport.udp
}

extension DiscoveryError {
  fileprivate static func endlessAliases(from name: DomainName) -> DiscoveryError {
    DiscoveryError(
      .malformed,
      "\(name) is an alias of an alias, and so on for more than \(ReplyReading.mostAliases) names; mend its CNAME")
  }
}
