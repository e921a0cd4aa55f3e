import NetworkAddresses

/// The addresses that Services of type LoadBalancer get: which are taken follows from the stored Services alone.
struct LoadBalancerPool: Sendable {
  private let ranges: [IPPrefix]
  /// How many Services have each address.
  private var users: [IPAddress: Int] = [:]

  init(_ ranges: [IPPrefix]) { self.ranges = ranges }

  /// Whether there are any addresses to give.
  var isEmpty: Bool { ranges.isEmpty }

  func contains(_ address: IPAddress) -> Bool { ranges.contains { $0.contains(address) } }

  func isTaken(_ address: IPAddress) -> Bool { users[address] != nil }

  mutating func claim(_ addresses: some Sequence<IPAddress>) {
    for address in addresses where contains(address) { users[address, default: 0] += 1 }
  }

  mutating func release(_ addresses: some Sequence<IPAddress>) {
    for address in addresses {
      guard let count = users[address] else { continue }
      users[address] = count > 1 ? count - 1 : nil
    }
  }

  /// A free address of the family, the same one for the same seed while it is free; `nil` when there is none.
  func free(_ family: AddressFamily, seed: UInt64) -> IPAddress? {
    for range in ranges where range.base.family == family {
      let start = Int(seed % UInt64(range.count))
      for step in 0..<min(range.count, users.count + 1) {
        let address = range[(start + step) % range.count]
        if !isTaken(address) { return address }
      }
    }
    return nil
  }
}
