import NetworkAddresses
import Testing

@testable import HealthProbes

@Suite("Probes: where they may go")
struct ProbeRangesTests {
  /// Of these addresses, those that may be probed.
  private func allowed(_ ranges: ProbeRanges, _ addresses: [String]) throws -> [String] {
    try addresses.filter { ranges.refusal(of: try #require(IPAddress($0))) == nil }
  }

  private static let addresses = [
    "10.1.0.1", "192.0.2.1", "100.64.0.1", "fd00::1", "2001:db8::1", "::ffff:10.1.0.1",
    "127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1",
    "169.254.169.254", "fe80::1", "febf::1", "::ffff:169.254.169.254",
    "0.0.0.0", "0.0.0.1", "::", "224.0.0.1", "ff02::1", "255.255.255.255", "240.0.0.1", "::ffff:0.0.0.0",
  ]
  private static let usual = ["10.1.0.1", "192.0.2.1", "100.64.0.1", "fd00::1", "2001:db8::1", "::ffff:10.1.0.1"]
  private static let loopback = ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]

  @Test("without ranges: anywhere but to link-local addresses, and to loopback where that is said")
  func defaults() throws {
    #expect(try allowed(ProbeRanges(allowsLoopback: false), Self.addresses) == Self.usual)
    #expect(try allowed(ProbeRanges(allowsLoopback: true), Self.addresses) == Self.usual + Self.loopback)
  }

  @Test(
    "with ranges: into them; loopback and link-local addresses must be named by a range within theirs",
    arguments: [
      ("10.0.0.0/8", ["10.1.0.1", "::ffff:10.1.0.1"]),
      ("0.0.0.0/0 ::/0", usual), ("127.0.0.0/8", ["127.0.0.1", "127.9.9.9", "::ffff:127.0.0.1"]),
      ("127.0.0.1/32 ::1/128", ["127.0.0.1", "::1", "::ffff:127.0.0.1"]),
      ("169.254.0.0/16 fe80::/10", ["169.254.169.254", "fe80::1", "febf::1", "::ffff:169.254.169.254"]),
      ("169.254.1.0/24", []), ("0.0.0.0/32 224.0.0.0/4 ff00::/8 255.255.255.255/32", []),
      ("", []),
    ] as [(String, [String])])
  func ranges(prefixes: String, expected: [String]) throws {
    let ranges = ProbeRanges(try prefixes.split(separator: " ").map { try #require(IPPrefix($0)) })
    #expect(try allowed(ranges, Self.addresses) == expected)
  }

  @Test("a refusal says what is wrong with the address")
  func refusals() throws {
    let ranges = ProbeRanges([try #require(IPPrefix("10.0.0.0/8"))])
    let table = [
      ("127.0.0.1", "127.0.0.1 is loopback"), ("::ffff:169.254.169.254", "169.254.169.254 is link-local"),
      ("224.0.0.1", "224.0.0.1 is no address of one machine"),
      ("192.0.2.1", "192.0.2.1 is in none of the ranges for probes"),
    ]
    for (address, refusal) in table { #expect(ranges.refusal(of: try #require(IPAddress(address))) == refusal) }
  }
}
