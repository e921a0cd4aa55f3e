/// The next name of the zone in canonical order, and which types this one has (RFC 4034 §4).
public struct NSEC: Sendable, Hashable {
  /// The next owner name; the zone's own at its end.
  public var nextName: DomainName
  /// The types at the owner.
  public var types: TypeBitmap

  /// All fields.
  public init(nextName: DomainName, types: TypeBitmap) {
    self.nextName = nextName
    self.types = types
  }
}

extension NSEC {
  init(reading cursor: inout WireCursor) throws(WireError) {
    nextName = try cursor.readUncompressedName()
    types = try TypeBitmap(type: .nsec, reading: &cursor)
  }

  func write(to writer: inout MessageWriter) {
    writer.append(nextName, compressed: false)
    writer.append(types.wire)
  }
}

extension NSEC: CustomStringConvertible {
  /// The fields as a master file has them.
  public var description: String { "\(nextName)\(types)" }
}
