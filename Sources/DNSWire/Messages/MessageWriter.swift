/// Writes a message octet by octet, names compressed: against earlier names of the same octets, case included, so that
/// each name keeps its case. Writing costs time linear in what is written.
public struct MessageWriter: Sendable {
  /// What is written so far.
  public private(set) var bytes: [UInt8] = []
  /// The names written so far; `nil` when nothing is to be compressed.
  private var names: NameTable?

  /// An empty message; memory for `capacity` octets is taken at once.
  public init(capacity: Int = 512) {
    bytes.reserveCapacity(capacity)
    names = NameTable()
  }

  init(compressing: Bool) { names = compressing ? NameTable() : nil }

  /// Appends the header, which belongs in front, or replaces it once it is there.
  public mutating func write(_ header: Header) {
    let fields = [
      header.id, header.flags.rawValue, header.questionCount, header.answerCount, header.authorityCount,
      header.additionalCount,
    ]
    if bytes.isEmpty { bytes += repeatElement(0, count: Header.length) }
    for (index, field) in fields.enumerated() { replace(at: index * 2, with: field) }
  }

  /// Appends a question.
  public mutating func write(_ question: Question) {
    append(question.name, compressed: true)
    append(question.type.rawValue)
    append(question.class.rawValue)
  }

  /// Appends a record. One whose data is over 65,535 octets is no record: the message is too long then for any limit.
  public mutating func write(_ record: ResourceRecord) {
    append(record.name, compressed: true)
    append(record.type.rawValue)
    append(record.class.rawValue)
    append(record.ttl)
    appendCounted { writer in record.data.write(to: &writer) }
  }

  /// Appends an OPT record, with the upper eight bits of the response code.
  public mutating func write(_ edns: EDNS, responseCode: ResponseCode = .noError) {
    edns.write(to: &self, responseCode: responseCode)
  }

  /// Takes back all behind the first `count` octets.
  public mutating func truncate(to count: Int) {
    guard count < bytes.count else { return }
    bytes.removeSubrange(count...)
    names?.removeAll(from: count)
  }
}

extension MessageWriter {
  mutating func append(_ value: UInt8) { bytes.append(value) }

  mutating func append(_ value: UInt16) {
    bytes.append(UInt8(value >> 8))
    bytes.append(UInt8(value & 0xFF))
  }

  mutating func append(_ value: UInt32) {
    append(UInt16(value >> 16))
    append(UInt16(value & 0xFFFF))
  }

  mutating func append(_ value: UInt64) {
    append(UInt32(value >> 32))
    append(UInt32(value & 0xFFFF_FFFF))
  }

  mutating func append(_ octets: [UInt8]) { bytes += octets }

  /// Appends a `<character-string>`; octets behind the 255th have no place in it.
  mutating func append(characterString octets: [UInt8]) {
    bytes.append(UInt8(clamping: octets.count))
    bytes += octets.prefix(255)
  }

  /// Appends texts as character-strings, at least one; a text of more than 255 octets goes on in the next.
  mutating func append(texts: [[UInt8]]) {
    if texts.isEmpty { append(characterString: []) }
    for text in texts {
      var rest = text[...]
      repeat {
        append(characterString: [UInt8](rest.prefix(255)))
        rest = rest.dropFirst(255)
      } while !rest.isEmpty
    }
  }

  /// Appends what `body` does, behind its length in sixteen bits.
  mutating func appendCounted(_ body: (inout MessageWriter) -> Void) {
    let start = bytes.count
    append(UInt16(0))
    body(&self)
    replace(at: start, with: UInt16(clamping: bytes.count - start - 2))
  }

  private mutating func replace(at offset: Int, with value: UInt16) {
    bytes[offset] = UInt8(value >> 8)
    bytes[offset + 1] = UInt8(value & 0xFF)
  }
}

extension MessageWriter {
  /// Appends a name, with a pointer in place of what the message already has when it is to be compressed. In either case
  /// later names may point to it.
  mutating func append(_ name: DomainName, compressed: Bool) {
    guard names != nil, !name.isRoot else {
      bytes += name.wire
      return
    }
    let (place, starts) = (bytes.count, LabelStarts(name.wire))
    let known = longestKnownSuffix(of: name, starts)
    if compressed, known.labels > 0 {
      bytes += name.wire[..<starts[starts.count - known.labels]]
      append(UInt16(0xC000 | known.place))
    } else {
      bytes += name.wire
    }
    remember(starts, at: place, known: known)
  }

  /// How many labels at the name's end are in the message, and where.
  private func longestKnownSuffix(of name: DomainName, _ starts: LabelStarts) -> (labels: Int, place: Int) {
    var known = (labels: 0, place: 0)
    while known.labels < starts.count {
      let start = starts[starts.count - 1 - known.labels]
      guard let place = names?.place(ofLabelAt: start, of: name.wire, before: known.place, in: bytes) else { break }
      known = (known.labels + 1, place)
    }
    return known
  }

  /// Remembers the suffixes that were not known yet of the name at `place`, the shortest one first.
  private mutating func remember(_ starts: LabelStarts, at place: Int, known: (labels: Int, place: Int)) {
    var rest = known.place
    for index in (0..<(starts.count - known.labels)).reversed() {
      let suffix = place + starts[index]
      guard suffix <= NameTable.lastPlace, names?.insert(suffix, rest: rest, in: bytes) == true else { return }
      rest = suffix
    }
  }
}
