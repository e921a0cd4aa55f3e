/// A service's URI (RFC 7553 §4).
public struct URI: Sendable, Hashable {
  /// The lowest is tried first.
  public var priority: UInt16
  /// The share among those of one priority.
  public var weight: UInt16
  /// The URI, without quotes.
  public var target: [UInt8]

  /// All fields.
  public init(priority: UInt16, weight: UInt16, target: [UInt8]) {
    self.priority = priority
    self.weight = weight
    self.target = target
  }
}

extension URI {
  init(reading cursor: inout WireCursor) throws(WireError) {
    priority = try cursor.readUInt16()
    weight = try cursor.readUInt16()
    target = cursor.readRest()
  }

  func write(to writer: inout MessageWriter) {
    writer.append(priority)
    writer.append(weight)
    writer.append(target)
  }
}

extension URI: CustomStringConvertible {
  /// The fields as a master file has them.
  public var description: String {
    "\(priority) \(weight) \(target.quoted)"
  }
}
