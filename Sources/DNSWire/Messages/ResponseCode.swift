import NetworkAddresses

/// How a query went: four bits in the header, and eight more above them in EDNS (RFC 6895 §2.3).
public struct ResponseCode: RawRepresentable, Sendable, Hashable {
  /// Twelve bits: 0–4095.
  public let rawValue: UInt16

  /// Keeps the lower twelve bits.
  public init(rawValue: UInt16) { self.rawValue = rawValue & 0xFFF }

  /// No error: an answer, or none of that type.
  public static let noError = ResponseCode(rawValue: 0)
  /// The query could not be understood.
  public static let formErr = ResponseCode(rawValue: 1)
  /// The server could not answer.
  public static let servFail = ResponseCode(rawValue: 2)
  /// The name does not exist.
  public static let nxDomain = ResponseCode(rawValue: 3)
  /// The server does not do this kind of query.
  public static let notImp = ResponseCode(rawValue: 4)
  /// The server does not answer this to this client.
  public static let refused = ResponseCode(rawValue: 5)
  /// A name exists that should not (RFC 2136).
  public static let yxDomain = ResponseCode(rawValue: 6)
  /// An RRset exists that should not (RFC 2136).
  public static let yxRRSet = ResponseCode(rawValue: 7)
  /// An RRset does not exist that should (RFC 2136).
  public static let nxRRSet = ResponseCode(rawValue: 8)
  /// Not authoritative for the zone (RFC 2136), or not authorized (RFC 8945).
  public static let notAuth = ResponseCode(rawValue: 9)
  /// A name outside of the zone (RFC 2136).
  public static let notZone = ResponseCode(rawValue: 10)
  /// The stateful operation's type is unknown (RFC 8490).
  public static let dsoTypeNI = ResponseCode(rawValue: 11)
  /// The EDNS version is not supported (RFC 6891 §9). A TSIG record calls the same number BADSIG.
  public static let badVers = ResponseCode(rawValue: 16)
  /// An unknown key (RFC 8945).
  public static let badKey = ResponseCode(rawValue: 17)
  /// A signature out of its time (RFC 8945).
  public static let badTime = ResponseCode(rawValue: 18)
  /// A bad TKEY mode (RFC 2930).
  public static let badMode = ResponseCode(rawValue: 19)
  /// A duplicate key name (RFC 2930).
  public static let badName = ResponseCode(rawValue: 20)
  /// An algorithm that is not supported (RFC 2930).
  public static let badAlg = ResponseCode(rawValue: 21)
  /// Bad truncation (RFC 8945).
  public static let badTrunc = ResponseCode(rawValue: 22)
  /// A bad or missing server cookie (RFC 7873).
  public static let badCookie = ResponseCode(rawValue: 23)
}

extension ResponseCode: CustomStringConvertible {
  /// The names in the spelling of CoreDNS's logs and metrics. Its BADSIG for 16 gives way to what EDNS calls the number.
  private static let names: [UInt16: String] = [
    0: "NOERROR", 1: "FORMERR", 2: "SERVFAIL", 3: "NXDOMAIN", 4: "NOTIMP", 5: "REFUSED", 6: "YXDOMAIN",
    7: "YXRRSET", 8: "NXRRSET", 9: "NOTAUTH", 10: "NOTZONE", 11: "DSOTYPENI", 16: "BADVERS", 17: "BADKEY",
    18: "BADTIME",
    19: "BADMODE", 20: "BADNAME", 21: "BADALG", 22: "BADTRUNC", 23: "BADCOOKIE",
  ]
  private static let codes = Dictionary(uniqueKeysWithValues: names.map { ($1, $0) })

  /// `NOERROR`, `NXDOMAIN`; `RCODE12` for those without a name.
  public var description: String { Self.names[rawValue] ?? "RCODE\(rawValue)" }

  /// Reads a name, in either case, or `RCODE` and a number of 0–4095.
  public init?(_ text: String) {
    let text = text.uppercased()
    if let code = Self.codes[text] {
      self.init(rawValue: code)
    } else if text.hasPrefix("RCODE"), let code = UInt16(decimal: text.dropFirst(5)), code <= 0xFFF {
      self.init(rawValue: code)
    } else {
      return nil
    }
  }
}
