public import NetworkAddresses

/// Endpoints of one Service that differ in their addresses only. Their names are the addresses with dashes (`10-0-0-1`), below the Service's.
///
/// A list of them stands behind the answers of the Service's own name, and says all that the names below it answer: those need no
/// answers of their own (``EndpointAnswers`` puts them together).
public struct DashedEndpoints: Sendable, Hashable {
  /// The weight of each SRV record.
  public var weight: UInt16
  /// The ports of the SRV records, in their order: at most ``mostPorts``, none where the name has no SRV records.
  public var ports: [UInt16]
  /// Each once; at most ``mostAddresses`` of all groups of a Service, so that finding one is a bounded search.
  public var addresses: [IPv4Address]

  /// What makes the room for one name's answers bounded.
  public static let mostPorts = 16
  /// What makes the search for an address bounded.
  public static let mostAddresses = 64

  /// Endpoints with these ports.
  public init(weight: UInt16, ports: [UInt16], addresses: [IPv4Address]) {
    self.weight = weight
    self.ports = ports
    self.addresses = addresses
  }

  /// As it stands in a block: weight, number of ports, number of addresses, ports, addresses; numbers of more than one octet as on the wire.
  var octets: [UInt8] {
    let (ports, addresses) = (ports.prefix(Self.mostPorts), addresses.prefix(Self.mostAddresses))
    var octets: [UInt8] = []
    octets.append16(weight)
    octets.append(UInt8(ports.count))
    octets.append(UInt8(addresses.count))
    for port in ports { octets.append16(port) }
    for address in addresses { octets += address.octets }
    return octets
  }
}

extension IPv4Address {
  /// The address as a label: dashes for dots, numbers without zeros in front.
  public var dashed: [UInt8] {
    var label: [UInt8] = []
    label.reserveCapacity(15)
    for octet in octets {
      if !label.isEmpty { label.append(UInt8(ascii: "-")) }
      if octet >= 100 { label.append(UInt8(ascii: "0") + octet / 100) }
      if octet >= 10 { label.append(UInt8(ascii: "0") + octet / 10 % 10) }
      label.append(UInt8(ascii: "0") + octet % 10)
    }
    return label
  }

  /// Reads a label in wire form that is written as ``dashed`` writes it.
  ///
  /// Safety: as many octets as the first one says must be readable behind it.
  init?(dashedLabel label: UnsafePointer<UInt8>) {
    let length = unsafe Int(label[0])
    guard (7...15).contains(length) else { return nil }
    var (bits, part): (UInt32, UInt32) = (0, 0)
    var (dashes, digits) = (0, 0)
    for index in 1...length {
      let digit = unsafe label[index] &- UInt8(ascii: "0")
      if unsafe label[index] == UInt8(ascii: "-"), digits > 0, dashes < 3 {
        (bits, part, digits) = (bits << 8 | part, 0, 0)
        dashes += 1
      } else {
        // A zero stands alone.
        guard digit <= 9, digits == 0 || part > 0 else { return nil }
        part = part * 10 + UInt32(digit)
        digits += 1
        guard part <= 255 else { return nil }
      }
    }
    guard dashes == 3, digits > 0 else { return nil }
    self.init(bits: bits << 8 | part)
  }
}

extension NameAnswers {
  /// How many groups of endpoints stand behind the records.
  var endpointGroupCount: Int { unsafe Int(base.load(fromByteOffset: 3, as: UInt8.self)) }

  /// A group of endpoints in its block.
  @safe
  struct EndpointGroup {
    let base: UnsafePointer<UInt8>

    var weight: UInt16 { unsafe UInt16(base[0]) << 8 | UInt16(base[1]) }
    var portCount: Int { unsafe Int(base[2]) }
    var addressCount: Int { unsafe Int(base[3]) }
    var ports: UnsafePointer<UInt8> { unsafe base + 4 }
    var addresses: UnsafePointer<UInt8> { unsafe ports + 2 * portCount }
    var end: UnsafePointer<UInt8> { unsafe addresses + 4 * addressCount }

    func address(_ index: Int) -> IPv4Address {
      let word = unsafe UnsafeRawPointer(addresses + 4 * index).loadUnaligned(as: UInt32.self)
      return IPv4Address(bits: UInt32(bigEndian: word))
    }
  }

  /// The groups, the first one first.
  private func forEachGroup(until isFound: (EndpointGroup) -> Bool) {
    var next = unsafe key + keyLength
    for index in 0..<rrsetCount { unsafe next += Int(rrsets[index].length) }
    for _ in 0..<endpointGroupCount {
      let group = unsafe EndpointGroup(base: next)
      if isFound(group) { return }
      unsafe next = group.end
    }
  }

  /// The group that has an address; `nil` where none has. O(addresses).
  func endpointGroup(with address: IPv4Address) -> EndpointGroup? {
    var found: EndpointGroup?
    forEachGroup { group in
      for index in 0..<group.addressCount where group.address(index) == address {
        found = group
        return true
      }
      return false
    }
    return found
  }

  /// The endpoints that the name lists.
  var listedAddresses: [IPv4Address] {
    var addresses: [IPv4Address] = []
    forEachGroup { group in
      addresses += (0..<group.addressCount).map { group.address($0) }
      return false
    }
    return addresses
  }

  /// Takes over when a cache would have stored the answers from the block that this one replaces, when it says the same of the name itself:
  /// then only endpoints have changed, and what was cached of the name holds.
  func takeTimes(from old: NameAnswers) {
    guard endpointGroupCount + old.endpointGroupCount > 0, contentHash == old.contentHash else { return }
    for index in 0..<rrsetCount { unsafe rrsets[index].storedAt = (old.rrsets + index).storedTime }
  }
}
