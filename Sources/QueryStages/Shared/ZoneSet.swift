import Corefile
import DNSWire

/// Zones that a directive is for. O(zones) to look up; there are few.
struct ZoneSet: Sendable, Hashable {
  let zones: [DomainName]

  init(_ zones: [DomainName]) { self.zones = zones }

  /// The zone of most labels that the name lies in.
  func match(_ name: DomainName) -> DomainName? {
    zones.filter { name.isSubdomain(of: $0) }.max { $0.wire.count < $1.wire.count }
  }

  /// Whether some name may lie in one of the zones and in the other zone too.
  func overlaps(_ other: DomainName) -> Bool {
    zones.contains { other.isSubdomain(of: $0) || $0.isSubdomain(of: other) }
  }

  func contains(_ name: DomainName) -> Bool { zones.contains { name.isSubdomain(of: $0) } }
}

/// The option `fallthrough [ZONES…]`: where a stage that knows no answer asks the next one.
struct Fallthrough: Sendable, Hashable {
  private let zones: ZoneSet

  /// Nowhere: the option is not given.
  static let nowhere = Fallthrough(zones: ZoneSet([]))

  private init(zones: ZoneSet) { self.zones = zones }

  /// Reads the option: everywhere when no zones follow.
  init(_ option: Directive) throws(CorefileError) {
    try option.expectNoBlock()
    zones = ZoneSet(option.arguments.isEmpty ? [.root] : try option.arguments.zoneNames())
  }

  func applies(to name: DomainName) -> Bool { zones.contains(name) }
}
