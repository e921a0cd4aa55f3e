import DNSWire
import QueryEngine
import Testing

@testable import QueryStages

@Suite("prometheus")
struct PrometheusTests {
  @Test("The page shows what was counted, with who answered")
  func page() async throws {
    let block = try Block("prometheus :9153\nwhoami", zone: "example.org")
    #expect(block.setup.pages.map { "\($0.address)\($0.path)" } == ["[::]:9153/metrics"])
    #expect(block.setup.countsQueries)
    _ = await block.answer(query("www.example.org", edns: EDNS(dnssecOK: true)))
    let reply = try #require(await block.page("/metrics"))
    #expect(reply.contentType == "text/plain; version=0.0.4; charset=utf-8")
    let common = #"server="dns://example.org:53",zone="example.org.",view="""#
    #expect(reply.body.contains("coredns_dns_requests_total{\(common),proto=\"udp\",family=\"1\",type=\"A\"} 1\n"))
    #expect(reply.body.contains("coredns_dns_do_requests_total{\(common)} 1\n"))
    #expect(reply.body.contains("coredns_dns_responses_total{\(common),rcode=\"NOERROR\",plugin=\"whoami\"} 1\n"))
    #expect(reply.body.contains("coredns_dns_request_duration_seconds_count{\(common)} 1\n"))
    #expect(reply.body.contains("coredns_plugin_enabled{\(common),name=\"whoami\"} 1\n"))
  }

  @Test("Where no stage answers, the server does")
  func noStage() async throws {
    let block = try Block("prometheus\nerrors")
    _ = await block.answer(query("a"))
    #expect(block.metrics.exposition().contains("rcode=\"SERVFAIL\",plugin=\"\"} 1\n"))
    _ = await block.answer(query("a"), then: Script { _ in nil })
    #expect(block.metrics.exposition().contains("type=\"A\"} 2\n"))
  }

  @Test("What was counted stays when the configuration goes; what was enabled does not")
  func replaced() async throws {
    var block: Block? = try Block("prometheus\nwhoami")
    let metrics = try #require(block?.metrics)
    _ = await block?.answer(query("a"))
    #expect(metrics.exposition().contains("coredns_plugin_enabled"))
    block = nil
    #expect(metrics.exposition().contains("plugin=\"whoami\"} 1\n"))
    #expect(!metrics.exposition().contains("coredns_plugin_enabled"))
  }

  @Test(
    "Addresses and mistakes",
    arguments: [
      ("prometheus", nil), ("prometheus 0.0.0.0:9153", nil), ("prometheus localhost:9253 {\n runtime_metrics\n}", nil),
      ("prometheus {\n tls x\n}", "Corefile:3:2: metrics over TLS are not built into this version"),
      ("prometheus {\n path /m\n}", "Corefile:3:2: unknown option 'path'"),
      ("prometheus\nprometheus", "Corefile:3:1: 'prometheus' may stand only once in a server block"),
    ] as [(String, String?)])
  func mistakes(lines: String, message: String?) {
    #expect(readError(lines) == message)
  }

  @Test("A message's length without compression")
  func length() {
    var message = Message(id: 1, questions: [Question(name: name("a.example"), type: .srv)], edns: EDNS())
    message.answers = [record("a.example. 1 IN SRV 0 0 53 b.example."), record("a.example. 1 IN TXT \"abc\"")]
    message.additionals = [
      record("b.example. 1 IN AAAA ::1"), record("b.example. 1 IN A 1.2.3.4"), record("b.example. 1 IN NS c."),
    ]
    #expect(
      message.uncompressedLength == 12 + 15 + (11 + 10 + 17) + (11 + 10 + 4) + (11 + 10 + 16) + (11 + 10 + 4)
        + (11 + 10 + 3) + 11)
  }
}
