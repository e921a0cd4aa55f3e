/// Where a service is (RFC 2782).
public struct SRV: Sendable, Hashable {
  /// The lowest is tried first.
  public var priority: UInt16
  /// The share among those of one priority.
  public var weight: UInt16
  /// The port of the service.
  public var port: UInt16
  /// The host, whose addresses are to be asked for; the root says that there is no such service.
  public var target: DomainName

  /// All fields.
  public init(priority: UInt16, weight: UInt16, port: UInt16, target: DomainName) {
    self.priority = priority
    self.weight = weight
    self.port = port
    self.target = target
  }
}

extension SRV {
  init(reading cursor: inout WireCursor) throws(WireError) {
    priority = try cursor.readUInt16()
    weight = try cursor.readUInt16()
    port = try cursor.readUInt16()
    target = try cursor.readName()
  }

  func write(to writer: inout MessageWriter) {
    writer.append(priority)
    writer.append(weight)
    writer.append(port)
    writer.append(target, compressed: false)
  }
}

extension SRV: CustomStringConvertible {
  /// The fields as a master file has them.
  public var description: String {
    "\(priority) \(weight) \(port) \(target)"
  }
}
