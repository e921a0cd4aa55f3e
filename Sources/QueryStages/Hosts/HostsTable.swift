import DNSWire
import NetworkAddresses

/// Names and their addresses, as a hosts file has them, for looking up both ways in O(1). It never changes.
final class HostsTable: Sendable {
  /// The addresses of one name, in the order of the file, each once.
  struct Addresses: Sendable {
    var v4: [IPv4Address] = []
    var v6: [IPv6Address] = []
  }

  private let names: [DomainName: Addresses]
  private let reverse: [IPAddress: [DomainName]]
  /// How many addresses of names and names of addresses there are.
  let entryCount: Int

  /// - Parameter files: entries, those of the first list before those of the next.
  init(_ lists: [[HostsEntry]], zones: ZoneSet, hasReverse: Bool) {
    var builder = HostsTableBuilder(zones: zones, hasReverse: hasReverse)
    for list in lists {
      for entry in list { builder.add(entry) }
    }
    names = builder.names
    reverse = builder.reverse
    entryCount = builder.entryCount
  }

  /// The addresses of a name: its own, or those of the wildcard that is its parent's (RFC 4592, but for one label only).
  func addresses(of name: DomainName) -> Addresses? {
    if let own = names[name] { return own }
    guard let wildcard = try? name.parent?.prepending(label: "*") else { return nil }
    return names[wildcard]
  }

  /// Whether no question for a name in the zone is answered from here. O(entries).
  func isEmpty(in zone: DomainName) -> Bool {
    let owns = names.keys.contains { name in
      guard name.isWildcard, let parent = name.parent else { return name.isSubdomain(of: zone) }
      // It stands for the names one label below its parent, of which the zone may be one.
      return parent.isSubdomain(of: zone) || zone.parent == parent
    }
    return !owns && !reverse.keys.contains { DomainName(reverseOf: $0).isSubdomain(of: zone) }
  }

  /// The names of an address, in the order of the file.
  func names(of address: IPAddress) -> [DomainName] { reverse[address] ?? [] }
}

/// One name of one line.
struct HostsEntry: Sendable, Hashable {
  var address: IPAddress
  var name: DomainName
}

private struct HostsTableBuilder {
  let zones: ZoneSet
  let hasReverse: Bool
  private(set) var names: [DomainName: HostsTable.Addresses] = [:]
  private(set) var reverse: [IPAddress: [DomainName]] = [:]
  private(set) var entryCount = 0

  init(zones: ZoneSet, hasReverse: Bool) {
    self.zones = zones
    self.hasReverse = hasReverse
  }

  mutating func add(_ entry: HostsEntry) {
    guard zones.contains(entry.name), addAddress(entry) else { return }
    entryCount += 1
    // A wildcard is no name that an address could point to.
    guard hasReverse, !entry.name.isWildcard else { return }
    reverse[entry.address, default: []].append(entry.name)
    entryCount += 1
  }

  /// False when the name has the address already.
  private mutating func addAddress(_ entry: HostsEntry) -> Bool {
    switch entry.address {
    case .v4(let address): names[entry.name, default: .init()].v4.appendNew(address)
    case .v6(let address): names[entry.name, default: .init()].v6.appendNew(address)
    }
  }
}

extension Array where Element: Equatable {
  /// Appends what is not there yet; false when it is.
  fileprivate mutating func appendNew(_ element: Element) -> Bool {
    if contains(element) { return false }
    append(element)
    return true
  }
}
