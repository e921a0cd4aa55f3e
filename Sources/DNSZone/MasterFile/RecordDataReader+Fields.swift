import CLDNS
import Corefile
import DNSWire

extension RecordDataReader {
  /// A type by the name that libldns has for it; `DNSWire` names the common ones.
  static func type(named text: String) -> RecordType? {
    // Safe: Swift hands over a C string that lives as long as the call.
    let type = unsafe ldns_get_rr_type_by_name(text)
    return type.rawValue == 0 ? nil : UInt16(exactly: type.rawValue).map { RecordType(rawValue: $0) }
  }

  /// What a mistyped type may have meant.
  static var commonTypes: [String] {
    [
      "A", "AAAA", "CAA", "CNAME", "DNAME", "DNSKEY", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SRV", "SVCB",
      "TXT",
    ]
  }
}

/// Which fields the data of a type has, as libldns describes them.
@safe
struct FieldLayout {
  private let type: RecordType
  /// Safe to keep: it points into a table that lives as long as the program.
  private let descriptor: UnsafePointer<ldns_rr_descriptor>

  /// `nil` for types that libldns does not know.
  init?(_ type: RecordType) {
    guard let descriptor = unsafe ldns_rr_descript(type.rawValue),
      unsafe UInt32(descriptor.pointee._type.rawValue) == UInt32(type.rawValue), type != .null
    else { return nil }
    self.type = type
    unsafe self.descriptor = unsafe descriptor
  }

  /// The number of words that there must be.
  var leastWords: Int { unsafe ldns_rr_descriptor_minimum(descriptor) }

  /// Whether libldns reads the word at an index only in quotes.
  func needsQuotes(_ index: Int) -> Bool { field(index) == LDNS_RDF_TYPE_LONG_STR }

  /// The kind of the field that a word at an index is for; none behind the last field.
  private func field(_ index: Int) -> ldns_rdf_type {
    // libldns aborts when it is asked for a field that there is not.
    guard unsafe index < ldns_rr_descriptor_maximum(descriptor) || descriptor.pointee._variable != LDNS_RDF_TYPE_NONE
    else { return LDNS_RDF_TYPE_NONE }
    return unsafe ldns_rr_descriptor_field_type(descriptor, index)
  }

  /// The fields as they are written, where that helps; `nil` for types that few write by hand.
  var hint: String? {
    switch type {
    case .mx: "write PREFERENCE NAME"
    case .srv: "write PRIORITY WEIGHT PORT TARGET"
    case .soa: "write PRIMARY MAILBOX SERIAL REFRESH RETRY EXPIRE MINIMUM"
    case .caa: "write FLAGS TAG VALUE"
    case .naptr: "write ORDER PREFERENCE FLAGS SERVICES REGEXP REPLACEMENT"
    case .ds: "write KEYTAG ALGORITHM DIGESTTYPE DIGEST"
    case .tlsa: "write USAGE SELECTOR MATCHING DATA"
    default: nil
    }
  }

  /// Refuses numbers that libldns would cut to their lowest bits.
  func checkNumbers(_ words: ArraySlice<MasterFileWord>, _ lexer: MasterFileLexer) throws(MasterFileError) {
    for (index, word) in words.enumerated() {
      let text = lexer.bytes[word.range]
      let isNumber = !text.isEmpty && text.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
      switch field(index) {
      case LDNS_RDF_TYPE_INT8: try check(isNumber, text, UInt64(UInt8.max), word, lexer)
      case LDNS_RDF_TYPE_INT16: try check(isNumber, text, UInt64(UInt16.max), word, lexer)
      case LDNS_RDF_TYPE_INT32: try check(isNumber, text, UInt64(UInt32.max), word, lexer)
      case LDNS_RDF_TYPE_PERIOD:
        if DNSZone.readTTL(text).flatMap({ UInt32(exactly: $0) }) == nil {
          throw lexer.error(
            "a time is expected instead of \(quoted(lexer.text(of: word)))", at: word,
            hint: "write it like 3600 or 1h30m, at most \(UInt32.max)")
        }
      // These may also be written as names.
      case LDNS_RDF_TYPE_ALG, LDNS_RDF_TYPE_CERTIFICATE_USAGE, LDNS_RDF_TYPE_SELECTOR, LDNS_RDF_TYPE_MATCHING_TYPE:
        if isNumber { try check(true, text, UInt64(UInt8.max), word, lexer) }
      case LDNS_RDF_TYPE_CERT_ALG:
        if isNumber { try check(true, text, UInt64(UInt16.max), word, lexer) }
      default: break
      }
    }
  }

  private func check(
    _ isNumber: Bool, _ text: ArraySlice<UInt8>, _ largest: UInt64, _ word: MasterFileWord, _ lexer: MasterFileLexer
  ) throws(MasterFileError) {
    let string = String(decoding: text, as: UTF8.self)
    guard isNumber, let value = UInt64(string), value <= largest else {
      throw lexer.error("a number of 0 to \(largest) is expected instead of \(quoted(string))", at: word)
    }
  }
}

extension FieldLayout {
  /// Finds the word that libldns could not read, by trying each for its own field.
  func complaint(
    about words: ArraySlice<MasterFileWord>, _ status: ldns_status, _ lexer: MasterFileLexer
  ) -> MasterFileError {
    for (index, word) in words.enumerated() {
      guard let expected = Self.expected[field(index).rawValue] else { continue }
      let text = lexer.text(of: word)
      // Safe: Swift hands over a C string that lives as long as the call; the field is freed at once.
      if let parsed = unsafe ldns_rdf_new_frm_str(field(index), text) {
        unsafe ldns_rdf_deep_free(parsed)
      } else {
        return lexer.error("\(expected) is expected instead of \(quoted(text))", at: word)
      }
    }
    if status == LDNS_STATUS_SYNTAX_SUPERFLUOUS_TEXT_ERR, let last = words.last {
      return lexer.error(
        "the data of the type \(type) is complete before \(quoted(lexer.text(of: last)))", at: last, hint: hint)
    }
    return lexer.error("this is no data of the type \(type)", at: words[words.startIndex], hint: hint)
  }

  /// What a field of one word holds, for those that can be wrong.
  private static let expected: [UInt32: String] = [
    LDNS_RDF_TYPE_A.rawValue: "an IPv4 address", LDNS_RDF_TYPE_AAAA.rawValue: "an IPv6 address",
    LDNS_RDF_TYPE_DNAME.rawValue: "a domain name", LDNS_RDF_TYPE_STR.rawValue: "a text of at most 255 octets",
    LDNS_RDF_TYPE_TYPE.rawValue: "a record's type", LDNS_RDF_TYPE_ALG.rawValue: "a DNSSEC algorithm",
    LDNS_RDF_TYPE_TIME.rawValue: "a time as YYYYMMDDHHmmSS", LDNS_RDF_TYPE_TAG.rawValue: "a tag of letters and digits",
    LDNS_RDF_TYPE_EUI48.rawValue: "six octets as 00-00-5e-00-53-2a",
    LDNS_RDF_TYPE_EUI64.rawValue: "eight octets as 00-00-5e-ef-10-00-00-2a",
    LDNS_RDF_TYPE_CERTIFICATE_USAGE.rawValue: "a certificate usage", LDNS_RDF_TYPE_SELECTOR.rawValue: "a selector",
    LDNS_RDF_TYPE_MATCHING_TYPE.rawValue: "a matching type",
  ]
}
