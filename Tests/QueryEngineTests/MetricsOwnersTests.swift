import DNSWire
import Testing

@testable import QueryEngine

@Suite("Owners of counters")
struct MetricsOwnersTests {
  @Test("A fast path that goes leaves its counts, and no row of counters")
  func fastPath() throws {
    let metrics = MetricsRegistry()
    let plan = ServerPlan(blocks: [BlockPlan(zones: [try DomainName("example")], server: "dns://:53", stages: [])])
    for round in 1...3 {
      var fast = FastPath(plan: plan, metrics: metrics.queries)
      refuse(&fast, plan)
      #expect(metrics.queries.ownerCount == 2)
      #expect(metrics.exposition().contains("rcode=\"REFUSED\",plugin=\"\"} \(round)\n"))
    }
    #expect(metrics.queries.ownerCount == 0)
    #expect(metrics.exposition().contains("rcode=\"REFUSED\",plugin=\"\"} 3\n"))
  }

  /// Answers one query that no block takes.
  private func refuse(_ fast: inout FastPath, _ plan: ServerPlan) {
    let query = Message(id: 1, questions: [Question(name: .root, type: .a)]).encoded()
    let padded = query + [UInt8](repeating: 0, count: 64)
    var out = [UInt8](repeating: 0, count: 2048)
    padded.withUnsafeBufferPointer { packet in
      out.withUnsafeMutableBufferPointer { reply in
        _ = fast.answer(
          packet.baseAddress!, count: query.count, into: reply.baseAddress!, plan: plan,
          arrival: FastPath.Arrival(transport: .udp, isIPv6: false, now: 1))
      }
    }
  }
}
