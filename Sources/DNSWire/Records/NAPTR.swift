/// A rule to rewrite a name (RFC 3403 §4.1).
public struct NAPTR: Sendable, Hashable {
  /// The lowest is used first, and alone.
  public var order: UInt16
  /// The lowest of one order is preferred.
  public var preference: UInt16
  /// What the outcome is, such as `S`, `A`, `U`.
  public var flags: [UInt8]
  /// The services that lie behind the rule.
  public var services: [UInt8]
  /// A substitution for the name, or none.
  public var regexp: [UInt8]
  /// The next name, or the root when there is a substitution.
  public var replacement: DomainName

  /// All fields.
  public init(
    order: UInt16, preference: UInt16, flags: [UInt8], services: [UInt8], regexp: [UInt8], replacement: DomainName
  ) {
    self.order = order
    self.preference = preference
    self.flags = flags
    self.services = services
    self.regexp = regexp
    self.replacement = replacement
  }
}

extension NAPTR {
  init(reading cursor: inout WireCursor) throws(WireError) {
    order = try cursor.readUInt16()
    preference = try cursor.readUInt16()
    flags = try cursor.readCharacterString()
    services = try cursor.readCharacterString()
    regexp = try cursor.readCharacterString()
    replacement = try cursor.readName()
  }

  func write(to writer: inout MessageWriter) {
    writer.append(order)
    writer.append(preference)
    writer.append(characterString: flags)
    writer.append(characterString: services)
    writer.append(characterString: regexp)
    writer.append(replacement, compressed: false)
  }
}

extension NAPTR: CustomStringConvertible {
  /// The fields as a master file has them.
  public var description: String {
    "\(order) \(preference) \(flags.quoted) \(services.quoted) \(regexp.quoted) \(replacement)"
  }
}
