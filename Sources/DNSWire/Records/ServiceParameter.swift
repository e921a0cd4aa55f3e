public import NetworkAddresses

/// One parameter of an SVCB or HTTPS record (RFC 9460 §2.1, §14.3).
public struct ServiceParameter: Sendable, Hashable {
  /// The parameter's number: 0–65534.
  public var key: UInt16
  /// Its value in wire form, at most 65,535 octets.
  public var value: [UInt8]

  /// Takes the value as it stands on the wire.
  public init(key: UInt16, value: [UInt8]) {
    self.key = key
    self.value = value
  }

  /// The protocols that the service speaks besides the default one, each of 1–255 octets (RFC 9460 §7.1).
  public static func alpn(_ protocols: [String]) -> ServiceParameter {
    let value = protocols.flatMap { name in [UInt8(clamping: name.utf8.count)] + name.utf8.prefix(255) }
    return ServiceParameter(key: 1, value: value)
  }

  /// The port of the service (RFC 9460 §7.2).
  public static func port(_ port: UInt16) -> ServiceParameter {
    ServiceParameter(key: 3, value: [UInt8(port >> 8), UInt8(port & 255)])
  }

  /// Addresses to begin with, before those of the target are known (RFC 9460 §7.3).
  public static func ipv4Hint(_ addresses: [IPv4Address]) -> ServiceParameter {
    ServiceParameter(key: 4, value: addresses.flatMap(\.octets))
  }

  /// Likewise for IPv6.
  public static func ipv6Hint(_ addresses: [IPv6Address]) -> ServiceParameter {
    ServiceParameter(key: 6, value: addresses.flatMap(\.octets))
  }
}

extension ServiceParameter: CustomStringConvertible {
  private static let names: [UInt16: String] = [
    0: "mandatory", 1: "alpn", 2: "no-default-alpn", 3: "port", 4: "ipv4hint", 5: "ech", 6: "ipv6hint", 7: "dohpath",
    8: "ohttp",
  ]

  private static func name(of key: UInt16) -> String { names[key] ?? "key\(key)" }

  /// As a master file has it: `alpn="h2,h3"`, `port=8443`, `key667="\001\002"`. A value that is not as its key demands is
  /// written as octets under the key's number.
  public var description: String {
    guard let text = textOfKnownKey else {
      return value.isEmpty ? "key\(key)" : "key\(key)=\(value.quoted)"
    }
    return text.isEmpty ? Self.name(of: key) : "\(Self.name(of: key))=\(text)"
  }

  /// The value's text by its key; `nil` when the key is unknown or the value not as it demands.
  private var textOfKnownKey: String? {
    switch key {
    case 0: keyNames
    case 1: protocols
    case 2, 8: value.isEmpty ? "" : nil
    case 3: value.count == 2 ? String(value.uint16(at: 0)) : nil
    case 4: addresses(of: 4)
    case 5: value.base64
    case 6: addresses(of: 16)
    case 7: value.quoted
    default: nil
    }
  }

  private var keyNames: String? {
    guard !value.isEmpty, value.count.isMultiple(of: 2) else { return nil }
    return stride(from: 0, to: value.count, by: 2).map { Self.name(of: value.uint16(at: $0)) }.joined(separator: ",")
  }

  private func addresses(of length: Int) -> String? {
    guard !value.isEmpty, value.count.isMultiple(of: length) else { return nil }
    let starts = stride(from: 0, to: value.count, by: length)
    return starts.compactMap { IPAddress(octets: value[$0..<($0 + length)])?.description }.joined(separator: ",")
  }

  /// The list of protocols, in which a comma or backslash of a name stands behind a backslash (RFC 9460 §A.1).
  private var protocols: String? {
    var cursor = WireCursor(bytes: value, offset: 0, end: value.count, isMessage: false)
    var list: [UInt8] = []
    while !cursor.isAtEnd {
      guard let name = try? cursor.readCharacterString(), !name.isEmpty else { return nil }
      if !list.isEmpty { list.append(UInt8(ascii: ",")) }
      for octet in name {
        if octet == UInt8(ascii: ",") || octet == UInt8(ascii: "\\") { list.append(UInt8(ascii: "\\")) }
        list.append(octet)
      }
    }
    return list.isEmpty ? nil : list.quoted
  }
}
