import DNSWire
import NetworkAddresses

/// Who may have which zones.
struct TransferRule: Sendable, Hashable {
  /// The zones, and all zones below them.
  var zones: ZoneSet
  /// Whether everybody may.
  var isOpen = false
  /// Who may. The ports are where they are told of changes.
  var secondaries: [SocketAddress] = []

  func allows(_ client: IPAddress) -> Bool {
    isOpen || secondaries.contains { $0.address.unmapped == client.unmapped }
  }

  /// The rule with the longest zone that a name lies in; the earlier one of two.
  static func first(in rules: [TransferRule], for name: DomainName) -> TransferRule? {
    var best: (rule: TransferRule, labels: Int)?
    for rule in rules {
      guard let labels = rule.zones.match(name)?.labelCount, labels > best?.labels ?? -1 else { continue }
      best = (rule, labels)
    }
    return best?.rule
  }
}
