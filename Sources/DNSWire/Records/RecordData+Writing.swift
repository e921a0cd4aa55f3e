extension RecordData {
  /// The fields as octets, names uncompressed and in the case they have.
  public var wire: [UInt8] {
    var writer = MessageWriter(compressing: false)
    write(to: &writer)
    return writer.bytes
  }

  /// Appends the fields; names are compressed in the types of RFC 1035 only (RFC 3597 §4).
  func write(to writer: inout MessageWriter) {
    switch self {
    case .a(let address): writer.append(address.bits)
    case .aaaa(let address):
      writer.append(address.high)
      writer.append(address.low)
    case .ns(let name), .cname(let name), .ptr(let name): writer.append(name, compressed: true)
    case .dname(let name): writer.append(name, compressed: false)
    case .soa(let soa): soa.write(to: &writer)
    case .mx(let preference, let exchange):
      writer.append(preference)
      writer.append(exchange, compressed: true)
    case .txt(let texts): writer.append(texts: texts)
    case .hinfo(let hinfo): hinfo.write(to: &writer)
    case .srv(let srv): srv.write(to: &writer)
    case .naptr(let naptr): naptr.write(to: &writer)
    case .caa(let caa): caa.write(to: &writer)
    case .ds(let ds): ds.write(to: &writer)
    case .dnskey(let key): key.write(to: &writer)
    case .rrsig(let signature): signature.write(to: &writer)
    case .nsec(let nsec): nsec.write(to: &writer)
    case .nsec3(let nsec3): nsec3.write(to: &writer)
    case .svcb(let svcb), .https(let svcb): svcb.write(to: &writer)
    case .tlsa(let tlsa): tlsa.write(to: &writer)
    case .uri(let uri): uri.write(to: &writer)
    case .unknown(_, let bytes): writer.append(bytes)
    }
  }
}
