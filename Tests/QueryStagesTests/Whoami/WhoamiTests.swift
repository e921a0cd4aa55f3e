import DNSWire
import NetworkAddresses
import QueryEngine
import Testing

@testable import QueryStages

@Suite("whoami")
struct WhoamiTests {
  @Test("The client's address and port come in the additional section")
  func answer() async throws {
    let block = try Block("whoami")
    let response = try #require(await block.answer(query("Example.org", .txt)))
    #expect(response.message.authoritative)
    #expect(response.answers.isEmpty)
    #expect(response.additionals == ["Example.org. 0 IN A 10.1.2.3", "_udp.Example.org. 0 IN SRV 0 0 40212 ."])
    #expect(response.servedBy == "whoami")
  }

  @Test("IPv6 clients get AAAA, mapped ones A; TCP is said")
  func families() async throws {
    let block = try Block("whoami")
    let six = try #require(await block.answer(query(".", .a, from: "[fd00::1]:5", over: .tcp)))
    #expect(six.additionals == [". 0 IN AAAA fd00::1", "_tcp. 0 IN SRV 0 0 5 ."])
    let mapped = try #require(await block.answer(query("a.", .a, from: "[::ffff:10.0.0.1]:5")))
    #expect(mapped.additionals.first == "a. 0 IN A 10.0.0.1")
  }

  @Test("A name of 255 octets has no room for the SRV record's owner")
  func longestName() async throws {
    let label = String(repeating: "a", count: 63)
    let long = [label, label, label, String(repeating: "a", count: 61)].joined(separator: ".")
    let response = try #require(await Block("whoami").answer(query(long)))
    #expect(response.message.additionals.count == 1)
  }
}
