import NetworkAddresses
import Testing

@Suite("IPv4 text, as Go's net/netip reads it") struct IPv4AddressTests {
  @Test(arguments: ["0.0.0.0", "10.96.0.10", "255.255.255.255", "127.0.0.1"])
  func readsAndWrites(_ text: String) {
    #expect(IPv4Address(text)?.description == text)
  }

  @Test(arguments: [
    "", "1.2.3", "1.2.3.4.5", "256.1.1.1", "01.2.3.4", "1.2.3.", ".1.2.3", "1..2.3", "1.2.3.4 ", "+1.2.3.4",
  ])
  func refuses(_ text: String) {
    #expect(IPv4Address(text) == nil)
  }
}

@Suite("RFC 4291 §2.2 and RFC 5952: IPv6 text") struct IPv6AddressTests {
  @Test(arguments: [
    ("2001:db8:0:0:1:0:0:1", "2001:db8::1:0:0:1"), ("2001:0DB8::0001", "2001:db8::1"), ("::", "::"), ("::1", "::1"),
    ("1::", "1::"), ("2001:db8:0:1:1:1:1:1", "2001:db8:0:1:1:1:1:1"), ("0:0:1:0:0:0:1:0", "0:0:1::1:0"),
    ("::ffff:10.0.0.1", "::ffff:10.0.0.1"), ("64:ff9b::192.0.2.33", "64:ff9b::c000:221"),
    ("fd00:10:96::20", "fd00:10:96::20"),
    ("1:2:3:4:5:6:7::", "1:2:3:4:5:6:7:0"),
  ])
  func readsAndWritesCanonically(_ text: String, _ canonical: String) {
    #expect(IPv6Address(text)?.description == canonical)
    #expect(IPv6Address(canonical) == IPv6Address(text))
  }

  @Test(arguments: [
    "", ":", ":::", "1::2::3", "12345::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1:2:3:4:5:6:7:8::", "::1%eth0",
    "1.2.3.4",
    "::1.2.3", "::1.2.3.4:5", "g::", "1:", ":1", "1:2:3:4:5:6:7:1.2.3.4",
  ])
  func refuses(_ text: String) {
    #expect(IPv6Address(text) == nil)
  }

  @Test func octetsAreInNetworkOrder() {
    let address = IPv6Address("102:304:506:708:90a:b0c:d0e:f10")
    #expect(address?.octets == (1...16).map { UInt8($0) })
    #expect(address.flatMap { IPAddress(octets: $0.octets) } == address.map(IPAddress.v6))
  }
}

@Suite struct IPAddressTests {
  @Test(arguments: [
    ("127.9.9.9", "loopback"), ("::1", "loopback"), ("169.254.1.1", "link-local"), ("fe80::1", "link-local"),
    ("febf::1", "link-local"), ("224.0.0.1", "multicast"), ("ff02::1", "multicast"), ("0.0.0.0", "unspecified"),
    ("::", "unspecified"), ("10.0.0.1", ""), ("fd00::1", ""), ("fec0::1", ""), ("::ffff:127.0.0.1", ""),
  ])
  func kinds(_ text: String, _ kind: String) throws {
    let address = try #require(IPAddress(text))
    #expect(address.isLoopback == (kind == "loopback"))
    #expect(address.isLinkLocal == (kind == "link-local"))
    #expect(address.isMulticast == (kind == "multicast"))
    #expect(address.isUnspecified == (kind == "unspecified"))
  }

  @Test func aMappedAddressIsIPv6UntilItIsUnmapped() throws {
    let mapped = try #require(IPAddress("::ffff:10.0.0.1"))
    #expect(mapped.family == .ipv6 && mapped != IPAddress("10.0.0.1"))
    #expect(mapped.unmapped == IPAddress("10.0.0.1"))
  }

  @Test func orderIsIPv4FirstThenByValue() {
    let sorted = ["::1", "10.0.0.2", "9.0.0.1", "::"].compactMap { IPAddress($0) }.sorted()
    #expect(sorted.map(\.description) == ["9.0.0.1", "10.0.0.2", "::", "::1"])
  }
}

@Suite struct IPPrefixTests {
  @Test(arguments: [
    ("10.96.5.6/12", "10.96.0.0/12"), ("fd00:10:96::77/108", "fd00:10:96::/108"), ("0.0.0.0/0", "0.0.0.0/0"),
    ("::/0", "::/0"),
    ("1.2.3.4/32", "1.2.3.4/32"),
  ])
  func readsAndWrites(_ text: String, _ canonical: String) {
    #expect(IPPrefix(text)?.description == canonical)
  }

  @Test(arguments: [
    "10.0.0.0", "10.0.0.0/", "10.0.0.0/33", "10.0.0.0/08", "10.0.0.0/-1", "::/129", "/8", "10.0.0.0/8/8",
  ])
  func refuses(_ text: String) {
    #expect(IPPrefix(text) == nil)
  }

  @Test func offsetsAndAddressesAreInverse() throws {
    for text in ["10.96.0.0/12", "fd00::/108", "::/0", "1.2.3.4/32"] {
      let prefix = try #require(IPPrefix(text))
      for offset in [0, 1, prefix.count / 2, prefix.count - 1] where offset < prefix.count {
        #expect(prefix.contains(prefix[offset]) && prefix.offset(of: prefix[offset]) == offset)
      }
    }
    let prefix = try #require(IPPrefix("10.96.0.0/12"))
    #expect(prefix.count == 1 << 20)
    #expect(prefix.offset(of: try #require(IPAddress("10.112.0.0"))) == nil)
    #expect(!prefix.contains(try #require(IPAddress("::1"))))
  }
}

@Suite struct SocketAddressTests {
  @Test(arguments: [
    ("10.0.0.1:53", "10.0.0.1:53"), ("[fd00::1]:5353", "[fd00::1]:5353"), ("10.0.0.1", "10.0.0.1:7"),
    ("fd00::1", "[fd00::1]:7"),
    ("[fd00::1]", "[fd00::1]:7"),
  ])
  func readsAndWrites(_ text: String, _ canonical: String) {
    #expect(SocketAddress(text, defaultPort: 7)?.description == canonical)
  }

  @Test(arguments: ["10.0.0.1:65536", "10.0.0.1:", "[10.0.0.1]:53", "[fd00::1", "host:53", ":53", ""])
  func refuses(_ text: String) {
    #expect(SocketAddress(text, defaultPort: 7) == nil)
  }

  @Test func withoutADefaultThePortMustBeThere() {
    #expect(SocketAddress("10.0.0.1") == nil && SocketAddress("fd00::1") == nil)
  }
}
