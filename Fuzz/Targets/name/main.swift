// Any octets, as the wire form of names and as text: both forms lead to each other, and the order is one.

import DNSWire
import FuzzDriver
import NetworkAddresses

/// What holds for every name.
func check(_ name: DomainName) {
  require((try? DomainName(wire: name.wire))?.isIdentical(to: name) == true, "the wire form reads as the name")
  require((try? DomainName(name.description))?.isIdentical(to: name) == true, "the text reads as the name")
  require((try? DomainName(labels: name.labels))?.isIdentical(to: name) == true, "the labels make the name")
  require(name.labels.count == name.labelCount, "the labels are counted")
  let lower = name.lowercased()
  require(lower == name && lower.hashValue == name.hashValue && !(lower < name) && !(name < lower), "case is no matter")
  require(name.isSubdomain(of: .root) && name.suffix(labels: name.labelCount).isIdentical(to: name), "suffixes")
  if let parent = name.parent {
    require(name.isSubdomain(of: parent) && !parent.isSubdomain(of: name) && parent < name, "a parent comes first")
    require((try? name.replacingSuffix(parent, with: parent))??.isIdentical(to: name) == true, "a suffix for itself")
    require((try? parent.prepending(label: name.labels[0]))?.isIdentical(to: name) == true, "label and parent")
  }
  if let address = name.reverseAddress {
    require(DomainName(reverseOf: address) == name, "an address has one name")
  }
}

/// What holds for two names.
func check(_ a: DomainName, _ b: DomainName) {
  let relations = [a < b, b < a, a == b].filter { $0 }
  require(relations.count == 1, "of two names one comes first, or they are equal")
  if a == b { require(a.hashValue == b.hashValue, "equal names hash alike") }
  require(a.isSubdomain(of: b) == (a.suffix(labels: b.labelCount) == b), "subdomains end in the name")
}

fuzz { bytes in
  // Two names in wire form, one behind the other; and the octets as text.
  let split = bytes.firstIndex(of: 0).map { $0 + 1 } ?? bytes.count
  let first = try? DomainName(wire: [UInt8](bytes[..<split]))
  let second = try? DomainName(wire: [UInt8](bytes[split...]))
  let third = try? DomainName(String(decoding: bytes, as: UTF8.self))
  let names = [first, second, third].compactMap { $0 }
  for name in names { check(name) }
  for a in names { for b in names { check(a, b) } }
}
