import Corefile
import DNSWire
import NetworkAddresses
import QueryEngine
import Testing

@testable import QueryStages

@Suite("What directives share")
struct SharedTests {
  @Test(
    "Addresses to listen at",
    arguments: [
      (":8080", "[::]:8080"), ("0.0.0.0:9153", "0.0.0.0:9153"), ("localhost:9153", "127.0.0.1:9153"),
      ("169.254.20.10:8080", "169.254.20.10:8080"), ("[::1]:80", "[::1]:80"), ("example.org:80", nil), ("8080", nil),
      (":x", nil),
      (":70000", nil), ("10.0.0.1", nil),
    ] as [(String, String?)])
  func listenAddresses(text: String, address: String?) {
    let token = Token(text, at: SourceLocation(file: "Corefile"))
    #expect((try? token.listenAddress().description) == address)
  }

  @Test(
    "Durations print as Go prints them",
    arguments: [
      (.seconds(30), "30s"), (.seconds(300), "5m0s"), (.seconds(3661), "1h1m1s"), (.milliseconds(1500), "1.5s"),
      (.milliseconds(300), "300ms"), (.microseconds(1500), "1.5ms"), (.nanoseconds(7), "7ns"), (.zero, "0s"),
      (.seconds(-30), "-30s"),
      (.nanoseconds(1_500), "1.5µs"),
    ] as [(Duration, String)])
  func durations(duration: Duration, text: String) {
    #expect(duration.goText == text)
  }

  @Test(
    "Seconds have no exponent and no zeros at their end",
    arguments: [(.nanoseconds(37_990_251), "0.037990251"), (.seconds(2), "2"), (.nanoseconds(100), "0.0000001")]
      as [(Duration, String)])
  func seconds(duration: Duration, text: String) {
    #expect(duration.secondsText == text)
  }

  @Test("The zone of most labels wins, without regard to case")
  func zones() {
    let zones = ZoneSet([.root, name("example.org"), name("a.example.org")])
    #expect(zones.match(name("x.A.example.ORG")) == name("a.example.org"))
    #expect(zones.match(name("xa.example.org")) == name("example.org"))
    #expect(zones.match(name("org")) == .root)
    #expect(ZoneSet([name("org")]).match(name("com")) == nil)
  }

  @Test("Stages run in CoreDNS's order, whatever the Corefile's")
  func order() throws {
    let block = try Block("whoami\nhosts\nloadbalance\ntemplate ANY ANY {\n rcode NXDOMAIN\n}\nlog\nerrors\nprometheus")
    #expect(
      block.setup.stages.map(\.name) == ["prometheus", "errors", "log", "loadbalance", "template", "hosts", "whoami"])
  }

  @Test(
    "Unknown directives stop the start",
    arguments: [
      ("whoaim", "Corefile:2:1: unknown directive 'whoaim'; did you mean 'whoami'?"),
      (
        "dnstap /tmp/x",
        "Corefile:2:1: the directive 'dnstap' is not built into this version; it comes with a later version"
      ),
      ("whoami\nwhoami", "Corefile:3:1: 'whoami' may stand only once in a server block"),
      ("whoami x", "Corefile:2:8: 'whoami' takes no arguments, not 1"),
    ])
  func unknown(lines: String, message: String) {
    #expect(readError(lines) == message)
  }

  @Test("Pages of one address and path become one page, which is well only when all are")
  func mergedPages() async throws {
    let address = SocketAddress(.v4(.loopback), port: 8181)
    func page(_ path: String, _ status: Int, _ body: String) -> HTTPPage {
      HTTPPage(address: address, path: path) { HTTPReply(status: status, body: body) }
    }
    let pages = HTTPPage.merging([
      page("/ready", 200, "OK"), page("/health", 200, "OK"), page("/ready", 503, "kubernetes"),
      page("/ready", 503, "b,kubernetes"),
    ])
    #expect(pages.map(\.path) == ["/ready", "/health"])
    #expect(await pages[0].respond() == HTTPReply(status: 503, body: "b,kubernetes"))
    #expect(await pages[1].respond() == HTTPReply(status: 200, body: "OK"))
  }
}
