import NetworkAddresses

/// The type of a record or question (RFC 1035 §3.2.2 and IANA's registry).
public struct RecordType: RawRepresentable, Sendable, Hashable {
  /// 0–65535.
  public let rawValue: UInt16

  /// Takes any number, assigned or not.
  @inlinable
  public init(rawValue: UInt16) { self.rawValue = rawValue }

  /// An IPv4 address (RFC 1035).
  public static let a = RecordType(rawValue: 1)
  /// A name server of the zone (RFC 1035).
  public static let ns = RecordType(rawValue: 2)
  /// A mail destination; obsolete (RFC 1035).
  public static let md = RecordType(rawValue: 3)
  /// A mail forwarder; obsolete (RFC 1035).
  public static let mf = RecordType(rawValue: 4)
  /// Another name for this name (RFC 1035).
  public static let cname = RecordType(rawValue: 5)
  /// The start of a zone (RFC 1035).
  public static let soa = RecordType(rawValue: 6)
  /// A mailbox; experimental (RFC 1035).
  public static let mb = RecordType(rawValue: 7)
  /// A mail group's member; experimental (RFC 1035).
  public static let mg = RecordType(rawValue: 8)
  /// A mailbox's new name; experimental (RFC 1035).
  public static let mr = RecordType(rawValue: 9)
  /// Any octets; experimental (RFC 1035).
  public static let null = RecordType(rawValue: 10)
  /// Well-known services; obsolete (RFC 1035).
  public static let wks = RecordType(rawValue: 11)
  /// A name that this name points to (RFC 1035).
  public static let ptr = RecordType(rawValue: 12)
  /// A host's machine and system (RFC 1035), or why ANY is not answered (RFC 8482).
  public static let hinfo = RecordType(rawValue: 13)
  /// Who is responsible for a mailbox; experimental (RFC 1035).
  public static let minfo = RecordType(rawValue: 14)
  /// A mail exchange (RFC 1035).
  public static let mx = RecordType(rawValue: 15)
  /// Texts (RFC 1035).
  public static let txt = RecordType(rawValue: 16)
  /// A responsible person (RFC 1183).
  public static let rp = RecordType(rawValue: 17)
  /// An AFS database (RFC 1183).
  public static let afsdb = RecordType(rawValue: 18)
  /// A route through another host (RFC 1183).
  public static let rt = RecordType(rawValue: 21)
  /// A signature; today of a transaction (RFC 2931).
  public static let sig = RecordType(rawValue: 24)
  /// A key; today of a transaction (RFC 2931).
  public static let key = RecordType(rawValue: 25)
  /// A mapping of X.400 mail addresses (RFC 2163).
  public static let px = RecordType(rawValue: 26)
  /// An IPv6 address (RFC 3596).
  public static let aaaa = RecordType(rawValue: 28)
  /// A place on earth (RFC 1876).
  public static let loc = RecordType(rawValue: 29)
  /// The next name; obsolete (RFC 2535).
  public static let nxt = RecordType(rawValue: 30)
  /// Where a service is (RFC 2782).
  public static let srv = RecordType(rawValue: 33)
  /// A rule to rewrite a name (RFC 3403).
  public static let naptr = RecordType(rawValue: 35)
  /// A key exchanger (RFC 2230).
  public static let kx = RecordType(rawValue: 36)
  /// A certificate (RFC 4398).
  public static let cert = RecordType(rawValue: 37)
  /// Another name for the tree below this name (RFC 6672).
  public static let dname = RecordType(rawValue: 39)
  /// EDNS (RFC 6891).
  public static let opt = RecordType(rawValue: 41)
  /// Address prefixes (RFC 3123).
  public static let apl = RecordType(rawValue: 42)
  /// The digest of a child zone's key (RFC 4034).
  public static let ds = RecordType(rawValue: 43)
  /// An SSH key's fingerprint (RFC 4255).
  public static let sshfp = RecordType(rawValue: 44)
  /// An IPsec key (RFC 4025).
  public static let ipseckey = RecordType(rawValue: 45)
  /// The signature of an RRset (RFC 4034).
  public static let rrsig = RecordType(rawValue: 46)
  /// The next name and this one's types (RFC 4034).
  public static let nsec = RecordType(rawValue: 47)
  /// A key of the zone (RFC 4034).
  public static let dnskey = RecordType(rawValue: 48)
  /// Who a DHCP lease is for (RFC 4701).
  public static let dhcid = RecordType(rawValue: 49)
  /// The next hashed name and this one's types (RFC 5155).
  public static let nsec3 = RecordType(rawValue: 50)
  /// How a zone hashes names (RFC 5155).
  public static let nsec3param = RecordType(rawValue: 51)
  /// A certificate's association (RFC 6698).
  public static let tlsa = RecordType(rawValue: 52)
  /// An S/MIME certificate's association (RFC 8162).
  public static let smimea = RecordType(rawValue: 53)
  /// A host's identity (RFC 8005).
  public static let hip = RecordType(rawValue: 55)
  /// The DS that the child wants (RFC 7344).
  public static let cds = RecordType(rawValue: 59)
  /// The DNSKEY that the child wants a DS for (RFC 7344).
  public static let cdnskey = RecordType(rawValue: 60)
  /// An OpenPGP key (RFC 7929).
  public static let openpgpkey = RecordType(rawValue: 61)
  /// What a parent should copy (RFC 7477).
  public static let csync = RecordType(rawValue: 62)
  /// A digest of the zone (RFC 8976).
  public static let zonemd = RecordType(rawValue: 63)
  /// How to reach a service (RFC 9460).
  public static let svcb = RecordType(rawValue: 64)
  /// How to reach an HTTPS origin (RFC 9460).
  public static let https = RecordType(rawValue: 65)
  /// A mail sender's policy; obsolete (RFC 7208).
  public static let spf = RecordType(rawValue: 99)
  /// A 48-bit hardware address (RFC 7043).
  public static let eui48 = RecordType(rawValue: 108)
  /// A 64-bit hardware address (RFC 7043).
  public static let eui64 = RecordType(rawValue: 109)
  /// A key agreement (RFC 2930).
  public static let tkey = RecordType(rawValue: 249)
  /// A transaction's signature (RFC 8945).
  public static let tsig = RecordType(rawValue: 250)
  /// A question for a zone's changes (RFC 1995).
  public static let ixfr = RecordType(rawValue: 251)
  /// A question for a whole zone (RFC 5936).
  public static let axfr = RecordType(rawValue: 252)
  /// A question for mailbox records; obsolete (RFC 1035).
  public static let mailb = RecordType(rawValue: 253)
  /// A question for mail agent records; obsolete (RFC 1035).
  public static let maila = RecordType(rawValue: 254)
  /// A question for whatever the server gives (RFC 8482).
  public static let any = RecordType(rawValue: 255)
  /// A service's URI (RFC 7553).
  public static let uri = RecordType(rawValue: 256)
  /// Who may issue certificates (RFC 8659).
  public static let caa = RecordType(rawValue: 257)
}

extension RecordType: Comparable {
  /// By number.
  public static func < (a: RecordType, b: RecordType) -> Bool { a.rawValue < b.rawValue }
}

extension RecordType: CustomStringConvertible {
  private static let names: [UInt16: String] = [
    1: "A", 2: "NS", 3: "MD", 4: "MF", 5: "CNAME", 6: "SOA", 7: "MB", 8: "MG", 9: "MR", 10: "NULL", 11: "WKS",
    12: "PTR", 13: "HINFO", 14: "MINFO", 15: "MX", 16: "TXT", 17: "RP", 18: "AFSDB", 21: "RT", 24: "SIG", 25: "KEY",
    26: "PX", 28: "AAAA", 29: "LOC", 30: "NXT", 33: "SRV", 35: "NAPTR", 36: "KX", 37: "CERT", 39: "DNAME", 41: "OPT",
    42: "APL", 43: "DS", 44: "SSHFP", 45: "IPSECKEY", 46: "RRSIG", 47: "NSEC", 48: "DNSKEY", 49: "DHCID", 50: "NSEC3",
    51: "NSEC3PARAM", 52: "TLSA", 53: "SMIMEA", 55: "HIP", 59: "CDS", 60: "CDNSKEY", 61: "OPENPGPKEY", 62: "CSYNC",
    63: "ZONEMD", 64: "SVCB", 65: "HTTPS", 99: "SPF", 108: "EUI48", 109: "EUI64", 249: "TKEY", 250: "TSIG",
    251: "IXFR", 252: "AXFR", 253: "MAILB", 254: "MAILA", 255: "ANY", 256: "URI", 257: "CAA",
  ]
  private static let codes = Dictionary(uniqueKeysWithValues: names.map { ($1, $0) })

  /// `AAAA`; `TYPE65280` for those without a name (RFC 3597 §5).
  public var description: String { Self.names[rawValue] ?? "TYPE\(rawValue)" }

  /// Reads a name in either case, or `TYPE` and a number.
  public init?(_ text: String) {
    let text = text.uppercased()
    if let code = Self.codes[text] {
      self.init(rawValue: code)
    } else if text.hasPrefix("TYPE"), let code = UInt16(decimal: text.dropFirst(4)) {
      self.init(rawValue: code)
    } else {
      return nil
    }
  }
}
