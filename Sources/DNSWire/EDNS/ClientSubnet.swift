public import NetworkAddresses

/// The network that a client is in, as its resolver tells it, or that an answer is meant for (RFC 7871 §6).
public struct ClientSubnet: Sendable, Hashable {
  /// The network: as many bits of the client's address as its resolver gives away.
  public var source: IPPrefix
  /// In an answer, the bits that it depends on: 0 to the family's 32 or 128. In a query 0.
  public var scopeLength: UInt8

  /// A network; the scope is that of a query unless it is given.
  public init(source: IPPrefix, scopeLength: UInt8 = 0) {
    self.source = source
    self.scopeLength = scopeLength
  }

  /// Reads family, lengths and address; `nil` for another family, a length out of its range, an address with too few or
  /// too many octets, or with bits behind the source length (§6, §7.1.2).
  init?(_ content: [UInt8]) {
    guard content.count >= 4, let family = AddressFamily(optionNumber: content.uint16(at: 0)) else { return nil }
    let (sourceLength, scopeLength, given) = (Int(content[2]), content[3], content[4...])
    guard sourceLength <= family.bitWidth, scopeLength <= family.bitWidth, given.count == (sourceLength + 7) / 8,
      let address = IPAddress(octets: given + [UInt8](repeating: 0, count: family.bitWidth / 8 - given.count)),
      let source = IPPrefix(address, length: sourceLength), source.base == address
    else { return nil }
    self.init(source: source, scopeLength: scopeLength)
  }

  func write(to writer: inout MessageWriter) {
    writer.append(source.base.family.optionNumber)
    writer.append(UInt8(source.length))
    writer.append(scopeLength)
    writer.append([UInt8](source.base.octets.prefix((source.length + 7) / 8)))
  }
}

extension AddressFamily {
  /// The family's number in IANA's registry of address families: 1 or 2.
  fileprivate var optionNumber: UInt16 { self == .ipv4 ? 1 : 2 }

  fileprivate init?(optionNumber: UInt16) {
    switch optionNumber {
    case 1: self = .ipv4
    case 2: self = .ipv6
    default: return nil
    }
  }
}
