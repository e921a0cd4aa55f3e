import ClusterDiscovery
import NetworkAddresses

/// `10.A.B.C:80` for the numbers from 0 on.
func endpoints(_ count: Int, weight: (Int) -> UInt16 = { _ in 1 }) -> [Endpoint] {
  (0..<count).map { Endpoint(address(of: $0), weight: weight($0)) }
}

/// The address with a number.
func address(of number: Int) -> SocketAddress {
  SocketAddress(.v4(IPv4Address(bits: 0x0A00_0000 + UInt32(number))), port: 80)
}

/// The number of an address.
func number(of address: SocketAddress) -> Int {
  guard case .v4(let v4) = address.address else { return -1 }
  return Int(v4.bits) - 0x0A00_0000
}

extension PickerCell {
  /// A cell with endpoints, always the same.
  convenience init(_ policy: BalancingPolicy, _ endpoints: [Endpoint], seed: UInt64 = 7) {
    self.init(Balancer(policy), seed: seed)
    update(endpoints)
  }

  /// The numbers of the next picks.
  func picks(_ count: Int, _ context: (Int) -> PickContext = { _ in PickContext() }) -> [Int] {
    (0..<count).map { pick(context($0)).map { number(of: $0.address) } ?? -1 }
  }

  /// How often each of so many endpoints is picked.
  func spread(_ picks: Int, over count: Int, _ context: (Int) -> PickContext = { _ in PickContext() }) -> [Int] {
    var counts = [Int](repeating: 0, count: count)
    for index in 0..<picks {
      if let pick = pick(context(index)) { counts[number(of: pick.address)] += 1 }
    }
    return counts
  }
}
