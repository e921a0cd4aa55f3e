import Corefile
import DNSWire

/// Entries → records.
struct MasterFileParser<Sink: RecordSink> {
  /// What holds from one entry to the next in a file.
  struct Scope {
    /// What names without a dot at their end are relative to.
    var origin: DomainName
    /// The owner of the record before; `nil` before the first one.
    var owner: DomainName?
    /// What `$TTL` says, in seconds.
    var defaultTTL: UInt32?
    /// The TTL of the record before, in seconds.
    var lastTTL: UInt32?
    /// The files whose `$INCLUDE` led here, this one last.
    var files: [String]
  }

  var sink: Sink
  let reader: MasterFile.Reader
  let dataReader = RecordDataReader()
  /// Every file that was read.
  var files: [String] = []
  /// How many bytes may still be included, and how many records generated.
  var byteBudget = MasterFile.largestFile
  var generationBudget = MasterFileLimits.generatedRecords

  init(into sink: Sink, reader: @escaping MasterFile.Reader) {
    self.sink = sink
    self.reader = reader
  }

  /// Reads a whole file.
  mutating func parse(_ bytes: [UInt8], file: String, origin: DomainName) throws(MasterFileError) {
    var scope = Scope(origin: origin, files: [file])
    try parse(bytes, in: &scope)
  }

  /// Reads the file that is the last one of the scope.
  mutating func parse(_ bytes: [UInt8], in scope: inout Scope) throws(MasterFileError) {
    let file = scope.files[scope.files.count - 1]
    guard bytes.count <= byteBudget else {
      throw MasterFileError(
        SourceLocation(file: file), "the zone's files are larger than \(MasterFile.largestFile >> 20) MiB")
    }
    byteBudget -= bytes.count
    files.append(file)
    var lexer = MasterFileLexer(bytes, file: file)
    var entry = MasterFileEntry()
    while try lexer.next(&entry) {
      let first = entry.words[0]
      if !first.isQuoted, bytes[first.range.lowerBound] == UInt8(ascii: "$") {
        try readDirective(entry.words[...], lexer, &scope)
      } else {
        try readRecord(entry, lexer, &scope, at: lexer.location(of: first))
      }
    }
  }
}

/// Bounds on what one zone's text can ask for.
enum MasterFileLimits {
  /// How many words an entry has: more than fit into the 65535 octets of a record's data.
  static let words = 1 << 17
  /// How deep `$INCLUDE` lies in `$INCLUDE`.
  static let includeDepth = 16
  /// How many files are read, each counted as often as it is included.
  static let includedFiles = 1000
  /// How many records all `$GENERATE` lines make.
  static let generatedRecords = 1_000_000
}

// MARK: Records

extension MasterFileParser {
  /// Reads `[OWNER] [TTL] [CLASS] TYPE DATA` (RFC 1035 §5.1), TTL and class in either order.
  mutating func readRecord(
    _ entry: MasterFileEntry, _ lexer: MasterFileLexer, _ scope: inout Scope, at location: SourceLocation
  ) throws(MasterFileError) {
    var words = entry.words[...]
    let owner = try readOwner(entry, lexer, scope, &words)
    let head = try readHead(lexer, &words, before: entry.words[entry.words.count - 1])
    let data = try dataReader.read(
      type: head.type, class: head.class, words: words, after: head.typeWord, lexer, origin: scope.origin)
    let ttl = try ttl(of: head, data, scope, lexer)
    try sink.add(ResourceRecord(name: owner, class: head.class, ttl: ttl, data: data), at: location)
    scope.owner = owner
    scope.lastTTL = ttl
  }

  /// What stands before a record's data.
  struct Head {
    var ttl: UInt32?
    var `class` = RecordClass.in
    var type: RecordType
    var typeWord: MasterFileWord
  }

  private func readOwner(
    _ entry: MasterFileEntry, _ lexer: MasterFileLexer, _ scope: Scope, _ words: inout ArraySlice<MasterFileWord>
  ) throws(MasterFileError) -> DomainName {
    if entry.isIndented {
      guard let owner = scope.owner else {
        throw lexer.error("there is no record before, whose owner this one could have", at: entry.words[0])
      }
      return owner
    }
    return try readName(words.removeFirst(), lexer, origin: scope.origin)
  }

  /// Reads up to the type. `last` is the word that the complaint about a missing type points to.
  func readHead(
    _ lexer: MasterFileLexer, _ words: inout ArraySlice<MasterFileWord>, before last: MasterFileWord
  ) throws(MasterFileError) -> Head {
    var ttl: UInt32?
    var recordClass: RecordClass?
    while let word = words.popFirst() {
      let text = lexer.bytes[word.range]
      if ttl == nil, let first = text.first, (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) {
        ttl = try readTTL(word, lexer)
      } else if recordClass == nil, let value = Self.recordClass(lexer.text(of: word)) {
        recordClass = value
      } else {
        return Head(ttl: ttl, class: recordClass ?? .in, type: try readType(word, lexer), typeWord: word)
      }
    }
    throw lexer.error("the record's type is missing", at: last, hint: "a line is OWNER TTL CLASS TYPE DATA")
  }

  /// A class that records can have.
  private static func recordClass(_ text: String) -> RecordClass? {
    guard let value = RecordClass(text), value != .any, value != .none else { return nil }
    return value
  }

  func readTTL(_ word: MasterFileWord, _ lexer: MasterFileLexer) throws(MasterFileError) -> UInt32 {
    guard let seconds = DNSZone.readTTL(lexer.bytes[word.range]) else {
      throw lexer.error(
        "a TTL is expected instead of \(quoted(lexer.text(of: word)))", at: word, hint: "write it like 3600 or 1h30m")
    }
    // RFC 2181 §8.
    guard let ttl = UInt32(exactly: seconds), ttl <= Int32.max else {
      throw lexer.error(
        "the TTL \(quoted(lexer.text(of: word))) is out of range", at: word, hint: "it is at most \(Int32.max)")
    }
    return ttl
  }

  private func readType(_ word: MasterFileWord, _ lexer: MasterFileLexer) throws(MasterFileError) -> RecordType {
    let text = lexer.text(of: word)
    guard let type = RecordType(text) ?? RecordDataReader.type(named: text), !word.isQuoted else {
      throw lexer.error(
        "a record's type is expected instead of \(quoted(text))", at: word,
        hint: nearestNameHint(text, in: RecordDataReader.commonTypes))
    }
    // RFC 6895 §3.1: these are for questions and for what holds for one message alone.
    guard type.rawValue != 0, type != .opt, !(128...255).contains(type.rawValue) else {
      throw lexer.error("the type \(type) has no place in a zone", at: word)
    }
    return type
  }

  /// The TTL that is written. Without one: what `$TTL` says (RFC 2308 §4), else the TTL of the record before (RFC 1035 §5.1);
  /// an SOA may fall back on its own minimum, as before there was `$TTL`.
  private func ttl(
    of head: Head, _ data: RecordData, _ scope: Scope, _ lexer: MasterFileLexer
  ) throws(MasterFileError) -> UInt32 {
    if let ttl = head.ttl ?? scope.defaultTTL ?? scope.lastTTL { return ttl }
    if case .soa(let soa) = data { return min(soa.minimum, UInt32(Int32.max)) }
    throw lexer.error(
      "the record has no TTL", at: head.typeWord, hint: "write one before the type, or '$TTL 1h' above")
  }

  /// Reads a name: `@` is the origin; without a dot at its end it is relative to the origin.
  func readName(
    _ word: MasterFileWord, _ lexer: MasterFileLexer, origin: DomainName
  ) throws(MasterFileError) -> DomainName {
    let octets = lexer.bytes[word.range]
    if octets.elementsEqual([UInt8(ascii: "@")]), !word.isQuoted { return origin }
    let text = lexer.text(of: word)
    guard octets.allSatisfy({ $0 < 0x80 }) else {
      throw lexer.error(
        "\(quoted(text)) is no domain name: it has characters outside of ASCII", at: word, hint: "write them as \\DDD")
    }
    do {
      let name = try DomainName(text)
      if Self.endsInDot(octets) { return name }
      return try DomainName(wire: name.wire.dropLast() + origin.wire)
    } catch {
      throw lexer.error("\(quoted(text)) is no domain name: \(error)", at: word)
    }
  }

  /// Whether the name is absolute: its last octet is a dot without an odd number of backslashes before it.
  private static func endsInDot(_ octets: ArraySlice<UInt8>) -> Bool {
    guard octets.last == UInt8(ascii: ".") else { return false }
    return octets.dropLast().reversed().prefix { $0 == UInt8(ascii: "\\") }.count % 2 == 0
  }
}
