/// Whom a certificate names: the subject's CN and Os (RFC 5280 §4.1.2.6), as Kubernetes takes users and groups from them.
///
/// Reads the few fields of DER that lead to the subject (X.690); the TLS library has checked the certificate before.
struct CertificateSubject: Sendable, Hashable {
  /// The last CN; empty for none.
  private(set) var commonName = ""
  /// The Os in their order.
  private(set) var organizations: [String] = []

  /// - Returns: `nil` for what is no certificate.
  init?(der certificate: [UInt8]) {
    var outer = DERReader(certificate[...])
    guard var signed = outer.take(0x30).map(DERReader.init), var body = signed.take(0x30).map(DERReader.init) else {
      return nil
    }
    // An optional version; serial number, algorithm, issuer, validity; the subject.
    _ = body.take(0xA0)
    guard body.take(0x02) != nil, body.take(0x30) != nil, body.take(0x30) != nil, body.take(0x30) != nil,
      var names = body.take(0x30).map(DERReader.init)
    else { return nil }
    while var set = names.take(0x31).map(DERReader.init) {
      while var pair = set.take(0x30).map(DERReader.init) {
        guard let type = pair.take(0x06), let text = pair.takeText() else { continue }
        add(type, text)
      }
    }
  }

  private mutating func add(_ type: ArraySlice<UInt8>, _ text: String) {
    switch Array(type) {
    // 2.5.4.3 and 2.5.4.10
    case [0x55, 0x04, 0x03]: commonName = text
    case [0x55, 0x04, 0x0A]: organizations.append(text)
    default: break
    }
  }

  /// What the certificate allows: a role for each O that is one; `nil` when it names no user.
  var access: Access? {
    commonName.isEmpty ? nil : Access(user: commonName, roles: organizations.compactMap { Access.Role($0) })
  }
}

/// Reads the elements of a DER value one after the other.
private struct DERReader {
  private var rest: ArraySlice<UInt8>

  init(_ octets: ArraySlice<UInt8>) { rest = octets }

  /// The content of the next element if it has that tag; what has another one is left where it is.
  mutating func take(_ tag: UInt8) -> ArraySlice<UInt8>? {
    guard rest.first == tag else { return nil }
    return next()
  }

  /// The next element as text: UTF8String, PrintableString, IA5String or T61String.
  mutating func takeText() -> String? {
    guard let tag = rest.first, [0x0C, 0x13, 0x16, 0x14].contains(tag), let octets = next() else { return nil }
    return String(validating: octets, as: UTF8.self)
  }

  private mutating func next() -> ArraySlice<UInt8>? {
    var body = rest.dropFirst()
    guard let first = body.popFirst() else { return nil }
    var length = Int(first)
    if first >= 0x80 {
      let count = Int(first & 0x7F)
      guard (1...4).contains(count), body.count >= count else { return nil }
      length = body.prefix(count).reduce(0) { $0 << 8 | Int($1) }
      body = body.dropFirst(count)
    }
    guard body.count >= length else { return nil }
    rest = body.dropFirst(length)
    return body.prefix(length)
  }
}
