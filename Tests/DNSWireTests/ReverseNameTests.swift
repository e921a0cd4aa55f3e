import DNSWire
import NetworkAddresses
import Testing

@Suite("RFC 1035 §3.5, RFC 3596 §2.5: names of addresses")
struct ReverseNameTests {
  @Test(
    "Addresses have names, and these names addresses",
    arguments: [
      ("10.96.0.1", "1.0.96.10.in-addr.arpa."), ("0.0.0.0", "0.0.0.0.in-addr.arpa."),
      ("255.255.255.255", "255.255.255.255.in-addr.arpa."),
      ("2001:db8::567:89ab", "b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa."),
    ])
  func roundTrip(address: String, name: String) throws {
    let address = try #require(IPAddress(address))
    #expect(DomainName(reverseOf: address).description == name)
    #expect(try DomainName(name.uppercased()).reverseAddress == address)
  }

  @Test(
    "Other names have none",
    arguments: [
      "in-addr.arpa", "10.in-addr.arpa", "1.2.3.4.5.in-addr.arpa", "01.2.3.4.in-addr.arpa", "256.2.3.4.in-addr.arpa",
      "1.2.3.4.ip6.arpa", "a.b.c.d.in-addr.arpa", #"1\.2.3.4.in-addr.arpa"#, "1.2.3.4",
      "g" + String(repeating: ".0", count: 31) + ".ip6.arpa", "00" + String(repeating: ".0", count: 30) + ".ip6.arpa",
      String(repeating: "0.", count: 33) + "ip6.arpa",
    ])
  func none(name: String) throws {
    #expect(try DomainName(name).reverseAddress == nil)
  }
}
