import DNSWire
import FinishedAnswers
import NetworkAddresses

/// The PTR records of all addresses, in the reverse zones. The records themselves are the only memory of who points where.
struct ReversePointers: Sendable {
  /// The reverse zones by the addresses that they hold, the longest prefixes first.
  private let coverage: [(prefix: IPPrefix, zone: Int)]
  private let lengths: [AddressFamily: [Int]]
  private let zoneOfPrefix: [IPPrefix: Int]
  /// The first forward zone's name in wire form; `nil` without one.
  private let target: [UInt8]?
  /// How many names lie directly below an empty non-terminal, which stands for the addresses of a prefix.
  private var children: [IPPrefix: Int] = [:]
  /// The records of addresses that the current batch changes.
  private var edits: [IPAddress: Edit] = [:]

  private struct Edit: Sendable {
    let zone: Int
    let key: NameKey
    /// Whole names, sorted.
    let before: [[UInt8]]
    var now: [[UInt8]]
  }

  init(zones: [ZoneLayout]) {
    coverage = zones.enumerated().flatMap { index, zone in
      ReverseZone.prefixes(of: zone.answers.name).map { ($0, index) }
    }
    zoneOfPrefix = Dictionary(coverage.map { ($0.prefix, $0.zone) }, uniquingKeysWith: { first, _ in first })
    var lengths: [AddressFamily: Set<Int>] = [:]
    for (prefix, _) in coverage { lengths[prefix.base.family, default: []].insert(prefix.length) }
    self.lengths = lengths.mapValues { $0.sorted(by: >) }
    target = zones.first { $0.isForward }?.wire
  }
}

extension ReversePointers {
  /// Takes pointers out and puts others in; ``finish(_:)`` makes the changes.
  mutating func change(from before: [AddressPointer], to after: [AddressPointer], zones: [ZoneLayout]) {
    guard let suffix = target, !zoneOfPrefix.isEmpty else { return }
    let old = SmallSet(before)
    let new = before.isEmpty ? SmallSet() : SmallSet(after)
    for pointer in before where !new.contains(pointer) {
      edit(pointer.address, zones) { targets in targets.removeAll { $0 == pointer.target + suffix } }
    }
    for pointer in after where !old.contains(pointer) {
      let target = pointer.target + suffix
      guard target.count <= NameContent.longestName else { continue }
      edit(pointer.address, zones) { targets in
        let index = targets.firstIndex { !$0.lexicographicallyPrecedes(target) } ?? targets.endIndex
        if index == targets.endIndex || targets[index] != target { targets.insert(target, at: index) }
      }
    }
  }

  /// Makes the changes that were collected.
  mutating func finish(_ writer: inout ZoneWriter) {
    for (address, edit) in edits where edit.before != edit.now {
      if edit.now.isEmpty {
        writer.change(.remove(edit.key), in: edit.zone)
        leave(address, edit.zone, &writer)
      } else {
        writer.change(.set(Self.draft(edit, writer)), in: edit.zone)
        if edit.before.isEmpty { enter(address, edit.zone, &writer) }
      }
    }
    edits.removeAll(keepingCapacity: true)
  }

  private static func draft(_ edit: Edit, _ writer: ZoneWriter) -> NameAnswersDraft {
    var draft = NameAnswersDraft(key: edit.key, zone: writer.zones[edit.zone].wire)
    draft.addPointers(edit.now.compactMap { try? DomainName(wire: $0) }, ttl: writer.ttl)
    return draft
  }

  private mutating func edit(_ address: IPAddress, _ zones: [ZoneLayout], _ body: (inout [[UInt8]]) -> Void) {
    guard var edit = edits[address] ?? newEdit(address, zones) else { return }
    body(&edit.now)
    edits[address] = edit
  }

  /// What the tables say of an address; `nil` when no zone holds its name.
  private func newEdit(_ address: IPAddress, _ zones: [ZoneLayout]) -> Edit? {
    guard let zone = zone(of: address) else { return nil }
    let key = NameKey(DomainName(reverseOf: address).wire.dropLast(zones[zone].wire.count))
    // Nobody but us changes the table: what is found stays until we have read it.
    let before = zones[zone].answers.table.recordData(of: key, type: RecordType.ptr.rawValue)
    return Edit(zone: zone, key: key, before: before, now: before)
  }

  /// The reverse zone that an address's name lies in: the longest one.
  private func zone(of address: IPAddress) -> Int? {
    for length in lengths[address.family] ?? [] {
      if let prefix = IPPrefix(address, length: length), let zone = zoneOfPrefix[prefix] { return zone }
    }
    return nil
  }
}

// MARK: - Empty non-terminals

extension ReversePointers {
  /// An address's name came to be: the names above it exist from now on (RFC 8020 §2).
  private mutating func enter(_ address: IPAddress, _ zone: Int, _ writer: inout ZoneWriter) {
    for prefix in prefixes(above: address, zone) {
      children[prefix, default: 0] += 1
      if children[prefix] != 1 { return }
      writer.change(.set(NameAnswersDraft(key: key(of: prefix, zone, writer), zone: writer.zones[zone].wire)), in: zone)
    }
  }

  /// An address's name is no more: names above it that have nothing else below them go too.
  private mutating func leave(_ address: IPAddress, _ zone: Int, _ writer: inout ZoneWriter) {
    for prefix in prefixes(above: address, zone) {
      let left = children[prefix, default: 1] - 1
      children[prefix] = left > 0 ? left : nil
      if left > 0 { return }
      writer.change(.remove(key(of: prefix, zone, writer)), in: zone)
    }
  }

  /// The prefixes whose names lie between an address's name and its zone, the longest first.
  private func prefixes(above address: IPAddress, _ zone: Int) -> [IPPrefix] {
    let step = ReverseZone.bitsPerLabel(address.family)
    let shortest = coverage.first { $0.zone == zone && $0.prefix.contains(address) }?.prefix.length ?? 0
    return stride(from: address.family.bitWidth - step, to: shortest, by: -step).compactMap {
      IPPrefix(address, length: $0)
    }
  }

  private func key(of prefix: IPPrefix, _ zone: Int, _ writer: ZoneWriter) -> NameKey {
    NameKey(ReverseZone.name(of: prefix).dropLast(writer.zones[zone].wire.count))
  }
}

/// Reverse names as prefixes of addresses (RFC 1035 §3.5, RFC 3596 §2.5).
enum ReverseZone {
  private static let v4 = DomainName(reverseOf: .v4(.any)).suffix(labels: 2)
  private static let v6 = DomainName(reverseOf: .v6(.unspecified)).suffix(labels: 2)

  /// Whether the zone is one of addresses.
  static func contains(_ zone: DomainName) -> Bool { zone.isSubdomain(of: v4) || zone.isSubdomain(of: v6) }

  static func bitsPerLabel(_ family: AddressFamily) -> Int { family == .ipv4 ? 8 : 4 }

  /// The addresses whose names lie in a zone: those of one prefix, or, above the reverse zones, all.
  static func prefixes(of zone: DomainName) -> [IPPrefix] {
    [(v4, IPAddress.v4(.any)), (v6, IPAddress.v6(.unspecified))].compactMap { root, any in
      if root.isSubdomain(of: zone) { return IPPrefix(any, length: 0) }
      guard zone.isSubdomain(of: root) else { return nil }
      return prefix(of: zone, family: any.family)
    }
  }

  /// The names between a zone above the reverse zones and these: they are always there.
  static func namesAbove(_ zone: DomainName) -> [NameKey] {
    [v4, v6].filter { $0.isSubdomain(of: zone) && $0 != zone }.flatMap { root in
      (zone.labelCount + 1...root.labelCount).map { NameKey(root.suffix(labels: $0).wire.dropLast(zone.wire.count)) }
    }
  }

  /// A reverse zone's prefix: the name with zeros in front is an address; `nil` for names that are none, as RFC 2317 has them.
  private static func prefix(of zone: DomainName, family: AddressFamily) -> IPPrefix? {
    let labels = zone.labelCount - 2
    let missing = family.bitWidth / bitsPerLabel(family) - labels
    guard missing >= 0,
      let name = try? DomainName(wire: repeatElement([1, 0x30], count: missing).flatMap { $0 } + zone.wire),
      let address = name.reverseAddress
    else { return nil }
    return IPPrefix(address, length: labels * bitsPerLabel(family))
  }

  /// The name of a prefix whose length is whole labels, in wire form.
  static func name(of prefix: IPPrefix) -> [UInt8] {
    let labels = prefix.length / bitsPerLabel(prefix.base.family)
    return DomainName(reverseOf: prefix.base).suffix(labels: labels + 2).wire
  }
}
