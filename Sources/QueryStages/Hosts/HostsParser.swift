import DNSWire
import NetworkAddresses

/// Reads the lines of hosts(5): an address, its name, and more names; `#` begins a comment.
struct HostsParser {
  private(set) var entries: [HostsEntry] = []
  /// The numbers of the lines, from 1, that are not as they should be; each is left out, whole or in part.
  private(set) var malformedLines: [Int] = []

  /// Takes whole files: O(octets).
  mutating func read(_ bytes: [UInt8]) {
    var number = 0
    for line in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
      number += 1
      let words = line.prefix { $0 != UInt8(ascii: "#") }.split {
        $0 == 32 || $0 == 9 || $0 == 13 || $0 == 11 || $0 == 12
      }
      if !words.isEmpty && !read(words.map { String(decoding: $0, as: UTF8.self) }) { malformedLines.append(number) }
    }
  }

  /// Takes the words of one line; false when one of them is not as it should be.
  mutating func read(_ words: [String]) -> Bool {
    // The zone of an IPv6 address (`%eth0`) says nothing in DNS.
    guard words.count > 1, let address = IPAddress(words[0].prefix { $0 != "%" }) else { return false }
    var isGood = true
    for word in words.dropFirst() {
      if let name = try? DomainName(word) {
        entries.append(HostsEntry(address: address, name: name.lowercased()))
      } else {
        isGood = false
      }
    }
    return isGood
  }
}
