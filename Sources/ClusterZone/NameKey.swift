import FinishedAnswers
import NetworkAddresses

/// A name below a zone: wire form in lower case, without the zone's own labels and the root octet.
typealias NameKey = [UInt8]

extension NameKey {
  static let apex: NameKey = []
  static let services = NameKey("svc")
  static let pods = NameKey("pod")
  static let dns = NameKey("dns")
  static let nameServer = NameKey.dns.below(known: "ns")
  static let version = NameKey("dns-version")

  /// One label, which is known to be short enough.
  private init(_ label: StaticString) {
    let text = label.description
    self = [UInt8(truncatingIfNeeded: text.utf8.count)] + text.utf8
  }

  /// The name with a label in front that is known to be short enough.
  func below(known label: StaticString) -> NameKey { NameKey(label) + self }

  /// The name with a label in front, in lower case; `nil` when the text is no label of 1–63 octets.
  func below(_ label: some Collection<UInt8>) -> NameKey? {
    let count = label.count
    guard (1...63).contains(count) else { return nil }
    var key: NameKey = []
    key.reserveCapacity(1 + count + self.count)
    key.append(UInt8(truncatingIfNeeded: count))
    for octet in label { key.append(octet.lowercasedLetter) }
    key += self
    return key
  }

  /// The name with a text as a label in front; a dot in it is part of the label.
  func below(_ label: String) -> NameKey? { below(label.utf8) }

  /// The name with a label behind an underscore in front: `_http`, `_tcp`.
  func below(underscored label: String) -> NameKey? { below([UInt8(ascii: "_")] + label.utf8) }

  /// The labels, the first one first; the octets are known to be labels.
  var labels: [ArraySlice<UInt8>] {
    var labels: [ArraySlice<UInt8>] = []
    var offset = 0
    while offset < count {
      let end = Swift.min(count, offset + 1 + Int(self[offset]))
      labels.append(self[(offset + 1)..<end])
      offset = end
    }
    return labels
  }
}

extension UInt8 {
  /// An ASCII capital as a small letter, everything else as it is.
  var lowercasedLetter: UInt8 { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(self) ? self | 0x20 : self }
}

extension IPAddress {
  /// The address as a label: dots and colons become dashes; one that would end in a dash gets a `0`.
  var dashed: [UInt8] {
    if case .v4(let address) = self { return address.dashed }
    var label = description.utf8.map { $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") ? UInt8(ascii: "-") : $0 }
    if label.last == UInt8(ascii: "-") { label.append(UInt8(ascii: "0")) }
    return label
  }

  /// Reads a label with an address in it as `pods` has it: three dashes and no double one stand for dots, else for colons.
  init?(dashed label: ArraySlice<UInt8>) {
    let dash = UInt8(ascii: "-")
    let isDouble = zip(label, label.dropFirst()).contains { $0 == dash && $1 == dash }
    let separator = !isDouble && label.count(where: { $0 == dash }) == 3 ? UInt8(ascii: ".") : UInt8(ascii: ":")
    guard !label.contains(UInt8(ascii: ".")), !label.contains(UInt8(ascii: ":")) else { return nil }
    self.init(String(decoding: label.map { $0 == dash ? separator : $0 }, as: UTF8.self))
  }
}
