/// A domain name: up to 127 labels of 1–63 octets and the root, 255 octets in all (RFC 1035 §3.1). Always absolute.
///
/// The letters' case is kept; `==` and hashing take ASCII letters of either case for the same (RFC 4343), `isIdentical`
/// does not. `<` is DNSSEC's canonical order.
public struct DomainName: Sendable {
  /// The longest name on the wire, in octets, with the root's.
  public static let maximumLength = 255
  /// The longest label, in octets.
  public static let maximumLabelLength = 63

  /// The wire form, uncompressed: each label behind its length, then the root's zero. 1–255 octets, case as given.
  public let wire: [UInt8]

  /// Takes octets that are known to be one name.
  init(checked wire: [UInt8]) { self.wire = wire }

  /// The name of no labels.
  public static let root = DomainName(checked: [0])

  /// Reads an uncompressed name that fills the octets.
  public init(wire: [UInt8]) throws(NameError) {
    guard wire.count <= Self.maximumLength else { throw .nameTooLong }
    var offset = 0
    while offset < wire.count, wire[offset] != 0 {
      guard wire[offset] <= Self.maximumLabelLength else { throw .labelTooLong(at: offset) }
      offset += 1 + Int(wire[offset])
    }
    // The root's octet is the last one, not just a last one that is zero.
    guard offset == wire.count - 1 else { throw .notOneName(at: min(offset + 1, wire.count)) }
    self.wire = wire
  }

  /// Joins labels, leftmost first, without the root.
  public init(labels: some Sequence<some Sequence<UInt8>>) throws(NameError) {
    var builder = NameBuilder()
    for label in labels {
      for octet in label { try builder.append(octet) }
      try builder.endLabel()
    }
    wire = builder.wire
  }

  /// Whether it is the root.
  public var isRoot: Bool { wire.count == 1 }

  /// The number of labels without the root, 0–127.
  public var labelCount: Int {
    var (count, offset) = (0, 0)
    while wire[offset] != 0 {
      offset += Int(wire[offset]) + 1
      count += 1
    }
    return count
  }

  /// The labels without the root, leftmost first.
  public var labels: [ArraySlice<UInt8>] {
    var labels: [ArraySlice<UInt8>] = []
    var offset = 0
    while wire[offset] != 0 {
      let end = offset + 1 + Int(wire[offset])
      labels.append(wire[(offset + 1)..<end])
      offset = end
    }
    return labels
  }

  /// Whether the first label is exactly `*` (RFC 4592 §2.1.1).
  public var isWildcard: Bool { wire.count > 2 && wire[0] == 1 && wire[1] == UInt8(ascii: "*") }

  /// Whether both are the same octets, the letters' case included.
  public func isIdentical(to other: DomainName) -> Bool { wire == other.wire }

  /// The name with its ASCII letters in lower case.
  public func lowercased() -> DomainName { DomainName(checked: wire.map(\.asciiLowercased)) }
}

extension DomainName: Hashable {
  /// Without regard to the case of ASCII letters. A length octet, at most 63, is no letter: so the wire form folds whole.
  public static func == (a: DomainName, b: DomainName) -> Bool {
    guard a.wire.count == b.wire.count else { return false }
    return a.wire.hasFoldedSuffix(b.wire, at: 0)
  }

  /// Likewise.
  public func hash(into hasher: inout Hasher) {
    unsafe wire.withUnsafeBytes { unsafe hasher.combine(folding: $0) }
  }
}
