import NetworkAddresses

/// Which ClusterIPs are taken, and which one is next. What is taken follows from the stored Services alone.
struct AddressAllocator: Sendable {
  /// The ranges in the cluster's order of families; at most one of each.
  let ranges: [AddressRange]
  /// The addresses of all Services, those outside of the ranges too.
  private var taken: Set<IPAddress> = []

  init(_ prefixes: [IPPrefix]) { ranges = prefixes.map(AddressRange.init) }

  /// The families that the cluster has, the main one first.
  var families: [AddressFamily] { ranges.map(\.prefix.base.family) }

  func range(of family: AddressFamily) -> AddressRange? { ranges.first { $0.prefix.base.family == family } }

  func isTaken(_ address: IPAddress) -> Bool { taken.contains(address) }

  mutating func claim(_ addresses: some Sequence<IPAddress>) { taken.formUnion(addresses) }

  mutating func release(_ addresses: some Sequence<IPAddress>) { taken.subtract(addresses) }

  /// A free address of the family, the same one for the same seed while it is free; `nil` when there is none.
  ///
  /// The lower band stays free for addresses that users name for as long as there are others (KEP-3070).
  func free(_ family: AddressFamily, seed: UInt64) -> IPAddress? {
    guard let range = range(of: family) else { return nil }
    return free(in: range, range.band..<range.count, seed) ?? free(in: range, 0..<range.band, seed)
  }

  private func free(in range: AddressRange, _ offsets: Range<Int>, _ seed: UInt64) -> IPAddress? {
    guard !offsets.isEmpty else { return nil }
    let start = Int(seed % UInt64(offsets.count))
    for step in 0..<min(offsets.count, taken.count + 1) {
      let address = range[offsets.lowerBound + (start + step) % offsets.count]
      if !taken.contains(address) { return address }
    }
    return nil
  }
}

/// One range of ClusterIPs.
struct AddressRange: Sendable {
  let prefix: IPPrefix
  /// How many addresses Services can have: all but the first and, of IPv4, the last.
  let count: Int
  /// How many of them, from the first on, are given out last: min(max(16, size/16), 256).
  let band: Int

  init(_ prefix: IPPrefix) {
    self.prefix = prefix
    count = max(0, prefix.count - (prefix.base.family == .ipv4 ? 2 : 1))
    band = count <= 16 ? 0 : min(max(16, count / 16), 256)
  }

  /// The address at an offset, the first one that a Service can have at 0.
  subscript(offset: Int) -> IPAddress { prefix[offset + 1] }

  /// Whether a Service can have the address.
  func contains(_ address: IPAddress) -> Bool {
    guard let offset = prefix.offset(of: address) else { return false }
    return (1...count).contains(offset)
  }
}

/// A number that a text always gives: where the search for something free begins, so that the same manifests give the
/// same addresses on every start.
package struct StableHash {
  package private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  /// FNV-1a, 64 bits, with its bits mixed.
  package init(_ parts: String...) {
    for part in parts {
      for octet in part.utf8 { add(octet) }
      add(0)
    }
    value = (value ^ value >> 32) &* 0x9E37_79B9_7F4A_7C15
    value ^= value >> 29
  }

  private mutating func add(_ octet: UInt8) { value = (value ^ UInt64(octet)) &* 0x100_0000_01B3 }
}
