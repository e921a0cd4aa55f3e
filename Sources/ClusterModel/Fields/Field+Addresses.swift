import NetworkAddresses

extension DocumentDecoder {
  /// An address, strictly as Kubernetes takes it in new objects; an empty text is none.
  mutating func address(_ node: DocumentNode, path: String = "") -> IPAddress? {
    guard let text = string(node), !text.isEmpty else { return nil }
    if let address = IPAddress(text), !address.isMapped { return address }
    invalid(node, badValue: text.quoted, AddressSyntax.problem(text), path: path)
    return nil
  }

  /// A list of addresses.
  mutating func addresses(_ node: DocumentNode) -> [IPAddress] {
    var list: [IPAddress] = []
    elements(node, .string) { element, decoder in
      if let address = decoder.address(element) { list.append(address) }
    }
    return list
  }
}

extension Field {
  /// One address of an object that has at least none.
  static func address(_ name: String, _ path: FieldPath<Root, IPAddress>) -> Field {
    let read = FieldReader(path)
    return Field(
      info: FieldInfo(name, .string),
      decode: { node, root, decoder in
        if let address = decoder.address(node) { root[keyPath: path] = address }
      },
      encode: { root, writer in
        writer.key(name)
        writer.string(read(root).description)
      })
  }

  /// A list of addresses; left out when empty.
  static func addresses(_ name: String, _ path: FieldPath<Root, [IPAddress]>) -> Field {
    let read = FieldReader(path)
    return Field(
      info: FieldInfo(name, .list(.string)),
      decode: { node, root, decoder in root[keyPath: path] = decoder.addresses(node) },
      encode: { root, writer in writer.strings(name, read(root).map(\.description)) })
  }
}

/// What is wrong with texts that should be addresses or ranges, in Kubernetes' words.
enum AddressSyntax {
  /// What a range of addresses must be.
  static let rangeRule = "must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"

  /// Whether the text is a range of addresses.
  static func isRange(_ text: String) -> Bool { IPPrefix(text) != nil }

  /// Why a text that `IPAddress` refuses, or an IPv4-mapped address, is no address.
  static func problem(_ text: String) -> String {
    if IPAddress(text) != nil { return "must not be an IPv4-mapped IPv6 address" }
    let parts = text.split(separator: ".", omittingEmptySubsequences: false)
    let isSloppy =
      parts.count == 4
      && parts.allSatisfy { part in
        part.utf8.count <= 8 && UInt16(decimal: part).map { $0 <= 255 } == true
      }
    return isSloppy ? "must not have leading 0s" : "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
  }
}

extension IPAddress {
  /// Whether this is an IPv4 address in IPv6's clothes: `::ffff:10.0.0.1`.
  var isMapped: Bool {
    guard case .v6(let address) = self else { return false }
    return address.mappedIPv4 != nil
  }
}
