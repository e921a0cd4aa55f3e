import ClusterDiscovery
import DNSWire
import NetworkAddresses
import QueryEngine
import Testing

@testable import ClusterDiscoveryDNS

@Suite("DNS: servers that fail, and aliases")
struct ServerTests {
  private static let zone = ScriptedZone(srv("_http._tcp.", name("a.")), address(name("a."), "10.0.0.1"))

  /// What the first of two servers does.
  enum Fault: CaseIterable, Sendable {
    case silent, unreachable, closes, fails, refuses, refers, truncates

    var reply: ScriptedUpstream.Reply {
      switch self {
      case .silent: .failure(.timeout("i/o timeout"))
      case .unreachable: .failure(.unreachable("connection refused"))
      case .closes: .failure(.closed("EOF"))
      case .fails: .message { $0.responseCode = .servFail }
      case .refuses: .message { $0.responseCode = .refused }
      case .refers:
        .message { $0.authorities = [ResourceRecord(name: .root, ttl: 60, data: .ns(domain("ns.example")))] }
      case .truncates: .message { $0.truncated = true }
      }
    }
  }

  @Test("whatever is wrong with a server, the next one is asked", arguments: Fault.allCases)
  func nextServer(fault: Fault) async throws {
    let (source, upstream) = DNSSource.scripted(servers: 2) {
      $0.server == 0 ? fault.reply : Self.zone.reply(to: $0.question)
    }
    #expect(try await source.lookup(try Target("web.shop:http")).lines == ["10.0.0.1:8080*50"])
    #expect(upstream.take().map(\.server) == (fault == .truncates ? [0, 0, 1] : [0, 1]))
  }

  @Test("when all fail they are asked as often as the configuration says; then the source is unavailable")
  func allFail() async throws {
    let (source, upstream) = DNSSource.scripted(servers: 2, change: { $0.attempts = 3 }) { _ in Fault.fails.reply }
    let error = try await failure(source, "web.shop:http")
    #expect(error?.reason == .unavailable)
    #expect(
      error?.message
        == "no DNS server answers _http._tcp.web.shop.svc.cluster.local. IN SRV: 127.0.0.1:1: SERVFAIL")
    #expect(upstream.take().map(\.server) == [0, 1, 0, 1, 0, 1])
    #expect(try await failure(DNSSource.scripted(servers: 0) { _ in .silence }.0, "web.shop")?.reason == .unavailable)
  }

  @Test("a part of the addresses is no answer")
  func partOfAddresses() async throws {
    let zone = ScriptedZone(address(name(), "10.0.0.1"))
    let (source, _) = DNSSource.scripted { $0.question.type == .a ? zone.reply(to: $0.question) : Fault.fails.reply }
    #expect(try await failure(source, "web.shop:80")?.reason == .unavailable)
  }

  @Test("a server that does not know EDNS is asked without", arguments: [ResponseCode.formErr, .notImp, .badVers])
  func withoutEDNS(code: ResponseCode) async throws {
    let (source, upstream) = DNSSource.scripted {
      $0.hasEDNS ? .message { $0.responseCode = code } : Self.zone.reply(to: $0.question)
    }
    #expect(try await source.lookup(try Target("web.shop:http")).endpoints.count == 1)
    #expect(upstream.take().map(\.hasEDNS) == [true, false])
    let (stubborn, _) = DNSSource.scripted { _ in .message { $0.responseCode = code } }
    #expect(try await failure(stubborn, "web.shop:http")?.message.hasSuffix("\(code)") == true)
  }

  @Test("an answer that does not fit comes over TCP")
  func truncation() async throws {
    let (source, upstream) = DNSSource.scripted {
      $0.transport == .udp ? Fault.truncates.reply : Self.zone.reply(to: $0.question)
    }
    #expect(try await source.lookup(try Target("web.shop:http")).endpoints.count == 1)
    #expect(upstream.take().map(\.transport) == [.udp, .tcp])
  }

  @Test("aliases are followed, in one answer and from one to the next, but not without end")
  func aliases() async throws {
    let zone = ScriptedZone(
      alias(name(), domain("web.example")), alias(domain("web.example"), domain("a.example")),
      address(domain("a.example"), "10.0.0.1"))
    let settings = DNSSourceSettings(families: .only(.ipv4))
    let (source, upstream) = DNSSource.scripted(zone, settings)
    #expect(try await source.lookup(try Target("web.shop:80")).lines == ["10.0.0.1:80*1"])
    #expect(upstream.take().count == 1)
    let (stepwise, asked) = DNSSource.scripted(settings) { asked in
      .message { $0.answers = zone.records.filter { $0.name == asked.question.name } }
    }
    #expect(try await stepwise.lookup(try Target("web.shop:80")).lines == ["10.0.0.1:80*1"])
    #expect(asked.take().count == 3)
    let (loop, _) = DNSSource.scripted(
      ScriptedZone(alias(name(), domain("b.example")), alias(domain("b.example"), name())))
    #expect(try await failure(loop, "web.shop:80")?.reason == .malformed)
    let (endless, questions) = DNSSource.scripted(settings) { asked in
      let next = try? asked.question.name.prepending(label: "x")
      return .message { $0.answers = [alias(asked.question.name, next ?? .root)] }
    }
    #expect(try await failure(endless, "web.shop:80")?.reason == .malformed)
    #expect(questions.take().count == ReplyReading.mostAliases + 1)
  }

  @Test("records of other names, types and classes are no answer")
  func foreignRecords() async throws {
    let (source, _) = DNSSource.scripted { asked in
      .message {
        $0.answers = [
          address(domain("evil.example"), "6.6.6.6"),
          ResourceRecord(name: asked.question.name, class: .ch, ttl: 5, data: .a(IPv4Address(6, 6, 6, 6))),
          ResourceRecord(name: asked.question.name, ttl: 5, data: .txt("no address")),
        ]
      }
    }
    #expect(try await source.lookup(try Target("web.shop:80")).endpoints.isEmpty)
    var zone = Self.zone
    zone.records.append(address(name("a."), "10.0.0.9"))
    let (mixed, _) = DNSSource.scripted { [zone] asked in
      .message {
        zone.answer(asked.question, in: &$0)
        $0.additionals.append(address(domain("evil.example"), "6.6.6.6"))
      }
    }
    #expect(try await mixed.lookup(try Target("web.shop:http")).endpoints.count == 2)
  }

  @Test("a silent server is asked last for a while; with rotate each question begins with the next")
  func order() {
    let start = ContinuousClock.now
    var order = ServerOrder(count: 3, rotates: false)
    #expect(order.next(at: start) == [0, 1, 2])
    order.wasSilent(0, at: start)
    #expect(order.next(at: start) == [1, 2, 0])
    #expect(order.next(at: start + .seconds(31)) == [0, 1, 2])
    order.wasSilent(1, at: start)
    order.answered(0)
    #expect(order.next(at: start) == [0, 2, 1])
    var rotating = ServerOrder(count: 2, rotates: true)
    #expect((0..<3).map { _ in rotating.next(at: start) } == [[0, 1], [1, 0], [0, 1]])
    var none = ServerOrder(count: 0, rotates: true)
    #expect(none.next(at: start).isEmpty)
  }
}
