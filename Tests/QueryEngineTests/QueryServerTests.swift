import DNSWire
import FinishedAnswers
import NetworkAddresses
import Reclamation
import Testing

@testable import QueryEngine

private let origin = QueryOrigin(
  client: SocketAddress(.v4(.loopback), port: 5000), local: SocketAddress(.v4(.loopback), port: 53), transport: .udp)

/// Answers every question with one address, with a case and a number of its own.
private struct FixedStage: QueryStage {
  static let name = "fixed"
  var fastPath: FastPathRole { .opaque }

  func answer(_ query: Query, next: NextStage) async -> Response? {
    var message = Message.response(to: query.message)
    message.id = 1
    message.edns = EDNS()
    message.answers = [ResourceRecord(name: query.question.name, class: .in, ttl: 5, data: .a(.loopback))]
    return Response(message)
  }
}

private func server(_ stages: [any QueryStage]) -> QueryServer {
  let block = BlockPlan(zones: [.root], server: "dns://:53", stages: stages)
  return QueryServer(
    plan: ServerPlan(blocks: [block]), metrics: MetricsRegistry().queries, reclaimer: Reclaimer())
}

private func query(_ change: (inout Message) -> Void = { _ in }) throws -> Message {
  var message = Message(id: 77, questions: [Question(name: try DomainName("Web.example"), type: .a, class: .in)])
  change(&message)
  return message
}

@Suite struct QueryServerTests {
  @Test func theReplyIsTheClientsWhateverStagesDid() async throws {
    let octets = try #require(await server([FixedStage()]).answer(try query().encoded(), from: origin))
    let reply = try Message(parsing: octets)
    #expect(reply.id == 77 && reply.isResponse && reply.edns == nil)
    #expect(reply.questions[0].name.description == "Web.example.")
  }

  @Test func aBlockWithoutStagesRefuses() async throws {
    let octets = try #require(await server([]).answer(try query().encoded(), from: origin))
    #expect(try Message(parsing: octets).responseCode == .refused)
  }

  @Test func anotherClassIsRefusedWhereNoStageTakesIt() async throws {
    let chaos = try query { $0.questions[0].class = .ch }
    let octets = try #require(await server([FixedStage()]).answer(chaos.encoded(), from: origin))
    #expect(try Message(parsing: octets).responseCode == .refused)
  }

  @Test func aSignatureWithAnUnknownKeyIsNOTAUTHAndBADKEY() async throws {
    // hmac-sha256., time, fudge 300, a signature of 4 octets, ID 77, no error, no other data.
    let algorithm = [11] + Array("hmac-sha256".utf8) + [0]
    let data = algorithm + [0, 0, 0x65, 0, 0, 0, 1, 44, 0, 4, 9, 9, 9, 9, 0, 77, 0, 0, 0, 0]
    let signed = try query {
      $0.additionals = [
        ResourceRecord(name: $0.questions[0].name, class: .any, ttl: 0, data: .unknown(type: .tsig, bytes: data))
      ]
    }
    let octets = try #require(await server([FixedStage()]).answer(signed.encoded(), from: origin))
    let reply = try Message(parsing: octets)
    #expect(reply.responseCode == .notAuth && reply.answers.isEmpty)
    #expect(
      reply.additionals.map(\.data)
        == [.unknown(type: .tsig, bytes: algorithm + [0, 0, 0x65, 0, 0, 0, 1, 44, 0, 0, 0, 77, 0, 17, 0, 0])])
  }

  @Test func aSignatureThatCannotBeReadIsFORMERR() async throws {
    for length in [0, 1, 9, 15] {
      let signed = try query {
        let data = [UInt8](repeating: 1, count: length)
        $0.additionals = [
          ResourceRecord(name: .root, class: .any, ttl: 0, data: .unknown(type: .tsig, bytes: data))
        ]
      }
      let octets = try #require(await server([FixedStage()]).answer(signed.encoded(), from: origin))
      #expect(try Message(parsing: octets).responseCode == .formErr)
    }
  }

  @Test func octetsThatAreNoMessageAreFORMERROrSilence() async throws {
    let whole = try query { $0.edns = EDNS() }.encoded()
    for length in 0..<whole.count {
      let reply = await server([FixedStage()]).answer(Array(whole.prefix(length)), from: origin)
      if length < 12 {
        #expect(reply == nil)
      } else {
        #expect(try Message(parsing: try #require(reply)).responseCode == .formErr)
      }
    }
  }

  @Test func whatFollowsAReadableQuestionDoesNotCostItsEcho() async throws {
    let asked = try query { $0.edns = EDNS() }
    for (offset, count) in [(11, UInt8(2)), (7, 1), (9, 1)] {
      var packet = asked.encoded()
      packet[offset] = count
      let octets = try #require(await server([FixedStage()]).answer(packet, from: origin))
      let reply = try Message(parsing: octets)
      #expect(reply.responseCode == .formErr && reply.questions == asked.questions && reply.id == asked.id)
    }
  }
}
