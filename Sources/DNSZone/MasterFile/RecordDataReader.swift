import CLDNS
import Corefile
import DNSWire

/// The words of a record's data → its wire form, by libldns, which knows how each type is written.
///
/// libldns is handed one line: the root as owner, class, type, and the words with single spaces between them. What it takes
/// in silence though it does not fit, as a number of 70000 in 16 bits, is refused before (RecordDataReader+Fields.swift).
@safe
final class RecordDataReader {
  /// The origin in libldns's form, kept as long as it stays the same. Owned; freed when replaced and at the end.
  private var origin: (name: DomainName, field: UnsafeMutablePointer<ldns_rdf>)?
  /// libldns reads 65535 characters of data and leaves out the others in silence.
  private static let longestLine = 65_535
  /// The line for libldns, kept for its memory.
  private var line: [UInt8] = []

  deinit { freeOrigin() }

  private func freeOrigin() {
    // Safe: nothing else holds the field, and it is let go of at once.
    if let field = unsafe origin?.field { unsafe ldns_rdf_deep_free(field) }
    unsafe origin = nil
  }

  /// Reads the data of a type. `typeWord` is where the complaint about missing data points to.
  func read(
    type: RecordType, class recordClass: RecordClass, words: ArraySlice<MasterFileWord>, after typeWord: MasterFileWord,
    _ lexer: MasterFileLexer, origin: DomainName
  ) throws(MasterFileError) -> RecordData {
    let wire: [UInt8]
    if let first = words.first, lexer.bytes[first.range].elementsEqual(Array("\\#".utf8)), !first.isQuoted {
      wire = try readUnknown(words.dropFirst(), after: first, lexer)
    } else {
      wire = try readKnown(type, words, after: typeWord, lexer, origin: origin)
    }
    do {
      return try RecordData(type: type, class: recordClass, wire: wire)
    } catch {
      throw lexer.error("the data does not fit the type \(type): \(error)", at: words.first ?? typeWord)
    }
  }

  /// `\# LENGTH HEXADECIMAL…` (RFC 3597 §5).
  private func readUnknown(
    _ words: ArraySlice<MasterFileWord>, after mark: MasterFileWord, _ lexer: MasterFileLexer
  ) throws(MasterFileError) -> [UInt8] {
    guard let lengthWord = words.first, let length = UInt16(lexer.text(of: lengthWord)) else {
      throw lexer.error("the length of the data in octets is expected after '\\#'", at: words.first ?? mark)
    }
    var wire: [UInt8] = []
    var high: UInt8?
    for word in words.dropFirst() {
      for octet in lexer.bytes[word.range] {
        guard let digit = UInt8(String(UnicodeScalar(octet)), radix: 16) else {
          throw lexer.error("hexadecimal digits are expected instead of \(quoted(lexer.text(of: word)))", at: word)
        }
        if let first = high { wire.append(first << 4 | digit) }
        high = high == nil ? digit : nil
      }
    }
    guard high == nil, wire.count == Int(length) else {
      throw lexer.error(
        "the data has \(wire.count) octets\(high == nil ? "" : " and a half"), not \(length)", at: lengthWord)
    }
    return wire
  }

  private func readKnown(
    _ type: RecordType, _ words: ArraySlice<MasterFileWord>, after typeWord: MasterFileWord, _ lexer: MasterFileLexer,
    origin: DomainName
  ) throws(MasterFileError) -> [UInt8] {
    guard let layout = FieldLayout(type) else {
      throw lexer.error(
        "how data of the type \(type) is written is not known", at: words.first ?? typeWord,
        hint: "write it as \\# LENGTH HEXADECIMAL")
    }
    guard words.count >= layout.leastWords else {
      throw lexer.error("the data of the type \(type) is incomplete", at: words.last ?? typeWord, hint: layout.hint)
    }
    try layout.checkNumbers(words, lexer)
    fillLine(type, words, lexer, layout)
    guard line.count <= Self.longestLine else {
      throw lexer.error(
        "the data is too long as text", at: words[words.startIndex], hint: "write it as \\# LENGTH HEXADECIMAL")
    }
    setOrigin(origin)
    return try parseLine(type, words, lexer, layout)
  }

  /// `. 0 IN TYPE1 10.0.0.1` and a NUL.
  private func fillLine(
    _ type: RecordType, _ words: ArraySlice<MasterFileWord>, _ lexer: MasterFileLexer, _ layout: FieldLayout
  ) {
    line.removeAll(keepingCapacity: true)
    line += ". 0 IN TYPE\(type.rawValue)".utf8
    for (index, word) in words.enumerated() {
      line.append(UInt8(ascii: " "))
      let quotes = word.isQuoted || layout.needsQuotes(index)
      if quotes { line.append(UInt8(ascii: "\"")) }
      appendEscaped(lexer.bytes[word.range], isQuoted: word.isQuoted)
      if quotes { line.append(UInt8(ascii: "\"")) }
    }
    line.append(0)
  }

  /// Writes octets that mean something to libldns's own reader of lines as `\DDD`.
  private func appendEscaped(_ text: ArraySlice<UInt8>, isQuoted: Bool) {
    var rest = text
    while let octet = rest.popFirst() {
      if octet == UInt8(ascii: "\\"), let next = rest.first {
        rest.removeFirst()
        if Self.isSpecial(next) { appendDecimal(next) } else { line += [octet, next] }
      } else if Self.isSpecial(octet) && (isQuoted || octet >= 0x80 || octet < 0x20) {
        appendDecimal(octet)
      } else {
        line.append(octet)
      }
    }
  }

  private static func isSpecial(_ octet: UInt8) -> Bool {
    switch octet {
    case UInt8(ascii: "("), UInt8(ascii: ")"), UInt8(ascii: ";"), UInt8(ascii: "\""), UInt8(ascii: " "): true
    default: octet < 0x20 || octet >= 0x7F
    }
  }

  private func appendDecimal(_ octet: UInt8) {
    let zero = UInt8(ascii: "0")
    line += [UInt8(ascii: "\\"), zero + octet / 100, zero + octet / 10 % 10, zero + octet % 10]
  }

  private func setOrigin(_ name: DomainName) {
    if let current = unsafe origin?.name, current.isIdentical(to: name) { return }
    freeOrigin()
    // Safe: libldns copies the octets, whose count goes with them.
    let field = unsafe name.wire.withUnsafeBytes {
      unsafe ldns_rdf_new_frm_data(LDNS_RDF_TYPE_DNAME, $0.count, $0.baseAddress)
    }
    if let field = unsafe field { unsafe origin = (name, field) }
  }

  private func parseLine(
    _ type: RecordType, _ words: ArraySlice<MasterFileWord>, _ lexer: MasterFileLexer, _ layout: FieldLayout
  ) throws(MasterFileError) -> [UInt8] {
    var record: UnsafeMutablePointer<ldns_rr>?
    // Safe: the line ends in a NUL; libldns copies what it keeps and makes a record only when it succeeds.
    let status = unsafe line.withUnsafeBytes {
      unsafe ldns_rr_new_frm_str(&record, $0.baseAddress?.assumingMemoryBound(to: CChar.self), 0, origin?.field, nil)
    }
    guard status == LDNS_STATUS_OK, let record = unsafe record else {
      throw layout.complaint(about: words, status, lexer)
    }
    defer { unsafe ldns_rr_free(record) }
    let wire = unsafe Self.wire(of: record)
    guard wire.count <= UInt16.max else {
      throw lexer.error("the data is longer than 65535 octets", at: words[words.startIndex])
    }
    return wire
  }

  /// The record's fields one after the other.
  private static func wire(of record: UnsafeMutablePointer<ldns_rr>) -> [UInt8] {
    var wire: [UInt8] = []
    for index in unsafe 0..<ldns_rr_rd_count(record) {
      // Safe: libldns gives a field for each index below the count, with its octets and their number.
      guard let field = unsafe ldns_rr_rdf(record, index), let octets = unsafe ldns_rdf_data(field) else { continue }
      unsafe wire.append(
        contentsOf: UnsafeBufferPointer(
          start: UnsafePointer(octets), count: ldns_rdf_size(field)))
    }
    return wire
  }
}
