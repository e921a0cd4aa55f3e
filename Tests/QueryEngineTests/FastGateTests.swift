import DNSWire
import FinishedAnswers
import Reclamation
import Testing

@testable import QueryEngine

@Suite("Stages that guard some zones from the fast path")
struct FastGateTests {
  private struct Stage: QueryStage {
    static let name = "stage"
    var fastPath: FastPathRole
    func answer(_ query: Query, next: NextStage) async -> Response? { await next(query) }
  }

  /// Says the same of one zone, and `open` of all others.
  private struct Guard: FastGuard {
    var zone: DomainName
    var passage: FastPassage
    func passage(to zone: DomainName) -> FastPassage { zone == self.zone ? passage : .open }
  }

  /// Whether a query for a name of `cluster.local` is left to the stages.
  private func goesToStages(_ passages: [FastPassage], for guarded: String = "cluster.local") throws -> Bool {
    let reclaimer = Reclaimer()
    let zone = AnswerZone(name: try DomainName("cluster.local"), missing: .denied, ttl: 5, reclaimer: reclaimer)
    zone.isSynced = true
    let guarded = try DomainName(guarded)
    let stages = passages.map { Stage(fastPath: .guards(Guard(zone: guarded, passage: $0))) }
    let block = BlockPlan(zones: [.root], server: "dns://:53", stages: stages + [Stage(fastPath: .answers([zone]))])
    let plan = ServerPlan(blocks: [block])
    var fast = FastPath(plan: plan, metrics: MetricsRegistry().queries)
    let query = Message(id: 1, questions: [Question(name: try DomainName("a.cluster.local"), type: .a)]).encoded()
    let padded = query + [UInt8](repeating: 0, count: QueryHead.slack)
    var out = [UInt8](repeating: 0, count: 65_600)
    let outcome = reclaimer.read {
      padded.withUnsafeBufferPointer { packet in
        out.withUnsafeMutableBufferPointer { reply in
          fast.answer(
            packet.baseAddress!, count: query.count, into: reply.baseAddress!, plan: plan,
            arrival: FastPath.Arrival(transport: .udp, isIPv6: false, now: 1))
        }
      }
    }
    if case .stages = outcome { return true }
    return false
  }

  @Test("A zone is answered fast when all stages leave it open")
  func passages() throws {
    let (open, shut) = (FastGate(isOpen: true), FastGate(isOpen: false))
    #expect(try !goesToStages([.open, .open]))
    #expect(try goesToStages([.open, .shut]))
    #expect(try !goesToStages([.open, .gate(open)]))
    #expect(try goesToStages([.gate(shut), .open]))
    #expect(try goesToStages([.gate(open), .gate(open)]))
    #expect(try goesToStages([.gate(open), .shut]))
    #expect(try !goesToStages([.shut], for: "example.org"))
  }

  @Test("A gate can be turned")
  func turned() {
    let gate = FastGate(isOpen: true)
    gate.isOpen = false
    #expect(!gate.isOpen)
  }
}
