extension Lease {
  /// The Lease after a merge patch, or a strategic one, that only gives scalars of its `spec` other values; `nil` for patches that
  /// do anything else, or cannot be read.
  ///
  /// Renewals come by the thousand a second: `{"spec":{"renewTime":"…"}}`. For these no document of the Lease is made.
  public func applying(scalarsOf patch: DocumentNode) -> Lease? {
    guard case .mapping(let members) = patch.content, members.count == 1, members[0].key == "spec",
      case .mapping(let fields) = members[0].value.content, fields.allSatisfy(\.value.isPresentScalar)
    else { return nil }
    var decoder = DocumentDecoder(interner: StringInterner())
    var lease = self
    decoder.decode(members[0].value, into: &lease.spec, LeaseSpec.fieldTable)
    return decoder.problems.isEmpty ? lease : nil
  }
}

extension DocumentNode {
  /// Whether the value is a scalar other than null.
  fileprivate var isPresentScalar: Bool {
    guard case .scalar(_, let type) = content else { return false }
    return type != .null
  }
}
