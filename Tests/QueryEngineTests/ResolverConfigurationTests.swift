import DNSWire
import NetworkAddresses
import QueryEngine
import Testing

@Suite("resolv.conf(5)") struct ResolverConfigurationTests {
  @Test(
    "servers",
    arguments: [
      ("", [], []),
      ("nameserver 10.0.0.1\nnameserver fd00::1\n", ["10.0.0.1:53", "[fd00::1]:53"], []),
      ("# nameserver 1.1.1.1\nsearch a b\n nameserver\t10.0.0.1 # first\r\noptions ndots:5", ["10.0.0.1:53"], []),
      ("nameserver\nnameserver fe80::1%eth0\nnameservers 10.0.0.1", [], ["fe80::1%eth0"]),
    ])
  func servers(text: String, usable: [String], unusable: [String]) {
    let file = ResolverConfiguration(resolvConf: text)
    #expect(file.servers.map(\.description) == usable)
    #expect(file.unusable == unusable)
  }

  @Test(
    "domains: the last line counts",
    arguments: [
      ("search shop.svc.cluster.local svc.cluster.local", ["shop.svc.cluster.local.", "svc.cluster.local."]),
      ("search a\ndomain b c", ["b."]), ("domain b\nsearch a a..b", ["a."]), ("search", []),
    ])
  func search(text: String, domains: [String]) {
    #expect(ResolverConfiguration(resolvConf: text).search.map(\.description) == domains)
  }

  @Test("options, and numbers beyond their range")
  func options() {
    let file = ResolverConfiguration(resolvConf: "options ndots:5 timeout:2 attempts:3 rotate edns0 trust-ad")
    #expect(file.ndots == 5 && file.timeout == .seconds(2) && file.attempts == 3 && file.rotates)
    let extreme = ResolverConfiguration(resolvConf: "options ndots:99 timeout:0 attempts:60000 timeout:-1 ndots: :5 :")
    #expect(extreme.ndots == 15 && extreme.timeout == .seconds(1) && extreme.attempts == 5 && !extreme.rotates)
    #expect(ResolverConfiguration(resolvConf: "") == ResolverConfiguration(servers: []))
  }
}
