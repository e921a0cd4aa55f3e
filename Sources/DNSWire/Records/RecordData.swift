public import NetworkAddresses

/// A record's type and what it says; a type with several fields has a struct, and a file, of its own.
public enum RecordData: Sendable, Hashable {
  /// An IPv4 address (RFC 1035 §3.4.1).
  case a(IPv4Address)
  /// An IPv6 address (RFC 3596 §2.2).
  case aaaa(IPv6Address)
  /// A name server (RFC 1035 §3.3.11).
  case ns(DomainName)
  /// The name that this one is another name for (RFC 1035 §3.3.1).
  case cname(DomainName)
  /// The name that this one points to (RFC 1035 §3.3.12).
  case ptr(DomainName)
  /// The name in whose place all below this one stands (RFC 6672 §2.1).
  case dname(DomainName)
  /// The start of a zone.
  case soa(SOA)
  /// A mail exchange; the lowest preference comes first (RFC 1035 §3.3.9).
  case mx(preference: UInt16, exchange: DomainName)
  /// At least one text, each of at most 255 octets (RFC 1035 §3.3.14). In writing, a longer one is cut into several.
  case txt([[UInt8]])
  /// A host's machine and system.
  case hinfo(HINFO)
  /// Where a service is.
  case srv(SRV)
  /// A rule to rewrite a name.
  case naptr(NAPTR)
  /// Who may issue certificates.
  case caa(CAA)
  /// The digest of a child zone's key.
  case ds(DS)
  /// A key of the zone.
  case dnskey(DNSKEY)
  /// The signature of an RRset.
  case rrsig(RRSIG)
  /// The next name, and which types this one has.
  case nsec(NSEC)
  /// The next hashed name, and which types this one has.
  case nsec3(NSEC3)
  /// How to reach a service.
  case svcb(SVCB)
  /// How to reach an HTTPS origin.
  case https(SVCB)
  /// A certificate's association.
  case tlsa(TLSA)
  /// A service's URI.
  case uri(URI)
  /// Any other type: the data as octets (RFC 3597), names in it uncompressed.
  case unknown(type: RecordType, bytes: [UInt8])

  /// The type.
  public var type: RecordType {
    switch self {
    case .a: .a
    case .aaaa: .aaaa
    case .ns: .ns
    case .cname: .cname
    case .ptr: .ptr
    case .dname: .dname
    case .soa: .soa
    case .mx: .mx
    case .txt: .txt
    case .hinfo: .hinfo
    case .srv: .srv
    case .naptr: .naptr
    case .caa: .caa
    case .ds: .ds
    case .dnskey: .dnskey
    case .rrsig: .rrsig
    case .nsec: .nsec
    case .nsec3: .nsec3
    case .svcb: .svcb
    case .https: .https
    case .tlsa: .tlsa
    case .uri: .uri
    case .unknown(let type, _): type
    }
  }

  /// An address as A or AAAA.
  public init(_ address: IPAddress) {
    switch address {
    case .v4(let address): self = .a(address)
    case .v6(let address): self = .aaaa(address)
    }
  }

  /// A TXT record's data of one text.
  public static func txt(_ text: String) -> RecordData { .txt([[UInt8](text.utf8)]) }

  /// The fields as a master file has them (RFC 1035 §5.1); `\# 3 0A0B0C` for unknown types (RFC 3597 §5).
  public var presentation: String {
    switch self {
    case .a(let address): address.description
    case .aaaa(let address): address.description
    case .ns(let name), .cname(let name), .ptr(let name), .dname(let name): name.description
    case .soa(let soa): soa.description
    case .mx(let preference, let exchange): "\(preference) \(exchange)"
    case .txt(let texts): texts.map(\.quoted).joined(separator: " ")
    case .hinfo(let hinfo): hinfo.description
    case .srv(let srv): srv.description
    case .naptr(let naptr): naptr.description
    case .caa(let caa): caa.description
    case .ds(let ds): ds.description
    case .dnskey(let key): key.description
    case .rrsig(let signature): signature.description
    case .nsec(let nsec): nsec.description
    case .nsec3(let nsec3): nsec3.description
    case .svcb(let svcb), .https(let svcb): svcb.description
    case .tlsa(let tlsa): tlsa.description
    case .uri(let uri): uri.description
    case .unknown(_, let bytes): bytes.isEmpty ? "\\# 0" : "\\# \(bytes.count) \(bytes.hexadecimal)"
    }
  }
}
