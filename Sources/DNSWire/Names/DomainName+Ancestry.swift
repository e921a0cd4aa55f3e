// Above and below: parents, suffixes, subdomains.

extension DomainName {
  /// The name without its leftmost label; `nil` for the root.
  public var parent: DomainName? {
    isRoot ? nil : DomainName(checked: [UInt8](wire[(1 + Int(wire[0]))...]))
  }

  /// The `n` rightmost labels: the root for 0, the whole name when it has no more than `n`.
  public func suffix(labels n: Int) -> DomainName {
    var offset = 0
    for _ in 0..<max(0, labelCount - max(0, n)) { offset += 1 + Int(wire[offset]) }
    return offset == 0 ? self : DomainName(checked: [UInt8](wire[offset...]))
  }

  /// Whether the name is `other` or lies below it, without regard to case.
  public func isSubdomain(of other: DomainName) -> Bool { prefixLength(before: other) != nil }

  /// The octets of the labels in front of `other`; `nil` when the name is not below it.
  func prefixLength(before other: DomainName) -> Int? {
    let start = wire.count - other.wire.count
    guard start >= 0 else { return nil }
    var offset = 0
    while offset < start { offset += 1 + Int(wire[offset]) }
    return offset == start && wire.hasFoldedSuffix(other.wire, at: start) ? start : nil
  }

  /// The name with a label of 1–63 octets in front.
  public func prepending(label: some Sequence<UInt8>) throws(NameError) -> DomainName {
    let label = [UInt8](label)
    guard !label.isEmpty else { throw .emptyLabel(at: 0) }
    guard label.count <= Self.maximumLabelLength else { throw .labelTooLong(at: 0) }
    guard 1 + label.count + wire.count <= Self.maximumLength else { throw .nameTooLong }
    return DomainName(checked: [UInt8(label.count)] + label + wire)
  }

  /// The name with the text's octets as a label in front: nothing in it is an escape, and a dot is part of the label.
  public func prepending(label: String) throws(NameError) -> DomainName { try prepending(label: label.utf8) }

  /// The name with `new` in the place of its suffix `old`, as a DNAME does (RFC 6672 §2.2); `nil` when it does not end in
  /// `old`, an error when it grows too long.
  public func replacingSuffix(_ old: DomainName, with new: DomainName) throws(NameError) -> DomainName? {
    guard let length = prefixLength(before: old) else { return nil }
    guard length + new.wire.count <= Self.maximumLength else { throw .nameTooLong }
    return DomainName(checked: wire[..<length] + new.wire)
  }
}
