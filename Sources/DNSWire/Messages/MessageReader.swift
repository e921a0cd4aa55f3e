/// The sections of a message that hold records (RFC 1035 §4.1).
public enum Section: Sendable, Hashable, CaseIterable {
  /// What answers the question.
  case answer
  /// Who has authority: a referral's NS, a denial's SOA.
  case authority
  /// What is likely to be asked next.
  case additional
}

/// Where a question stands in a message, and what it asks.
public struct QuestionHead: Sendable, Hashable {
  /// The octets of the name at its place, a pointer at its end included.
  public var name: Range<Int>
  /// The type that is asked for.
  public var type: RecordType
  /// The class that is asked for.
  public var `class`: RecordClass
}

/// Where a record stands in a message, and its fixed fields. Neither its name nor its data are looked at yet.
public struct RecordHead: Sendable, Hashable {
  /// The section that it is in.
  public var section: Section
  /// The octets of the owner at its place, a pointer at its end included.
  public var name: Range<Int>
  /// The type.
  public var type: RecordType
  /// The class; in OPT the sender's UDP payload size.
  public var `class`: RecordClass
  /// The TTL in seconds; in OPT upper response code, version and flags.
  public var ttl: UInt32
  /// The octets of its data.
  public var data: Range<Int>
}

/// Walks through a message from its header to its last record, and allocates nothing for what it passes.
///
/// Lengths are checked as it goes; names and data only when they are asked for with `name(at:)` and `data(of:)`. Each step
/// is O(1), and so is reading a name: at most 255 octets and 126 pointers.
public struct MessageReader: Sendable {
  /// The whole message.
  public let bytes: [UInt8]
  /// Its header.
  public let header: Header
  /// Where the next question or record begins.
  public private(set) var offset = Header.length
  private var questionsLeft: UInt16
  private var recordsRead = 0

  /// Takes a message of at least a header.
  public init(_ bytes: [UInt8]) throws(WireError) {
    guard let header = Header(bytes) else { throw .truncated(at: bytes.count) }
    self.bytes = bytes
    self.header = header
    questionsLeft = header.questionCount
  }

  /// The next question; `nil` behind the last one.
  public mutating func nextQuestion() throws(WireError) -> QuestionHead? {
    guard questionsLeft > 0 else { return nil }
    let end = try bytes.endOfName(at: offset)
    guard bytes.count - end >= 4 else { throw .truncated(at: bytes.count) }
    defer {
      questionsLeft -= 1
      offset = end + 4
    }
    return QuestionHead(
      name: offset..<end, type: RecordType(rawValue: bytes.uint16(at: end)),
      class: RecordClass(rawValue: bytes.uint16(at: end + 2)))
  }

  /// The next record, also one of the next section; `nil` behind the last one. Passes over questions not yet read.
  public mutating func nextRecord() throws(WireError) -> RecordHead? {
    while try nextQuestion() != nil {}
    guard let section = sectionOfNextRecord else { return nil }
    let end = try bytes.endOfName(at: offset)
    var cursor = WireCursor(bytes: bytes, offset: end, end: bytes.count, isMessage: true)
    let type = RecordType(rawValue: try cursor.readUInt16())
    let `class` = RecordClass(rawValue: try cursor.readUInt16())
    let ttl = try cursor.readUInt32()
    let length = Int(try cursor.readUInt16())
    guard length <= cursor.remaining else { throw .truncated(at: bytes.count) }
    defer {
      recordsRead += 1
      offset = cursor.offset + length
    }
    return RecordHead(
      section: section, name: offset..<end, type: type, class: `class`, ttl: ttl,
      data: cursor.offset..<(cursor.offset + length))
  }

  private var sectionOfNextRecord: Section? {
    let answers = Int(header.answerCount)
    let authorities = answers + Int(header.authorityCount)
    switch recordsRead {
    case ..<answers: return .answer
    case ..<authorities: return .authority
    case ..<(authorities + Int(header.additionalCount)): return .additional
    default: return nil
    }
  }

  /// Complains about octets behind what has been read.
  public func finish() throws(WireError) {
    guard offset == bytes.count else { throw .trailingOctets(at: offset) }
  }

  /// Reads the name that begins at an offset that a head gives.
  public func name(at offset: Int) throws(WireError) -> DomainName {
    let extent = try bytes.nameExtent(at: offset, before: bytes.count, pointers: true)
    return bytes.name(at: offset, length: extent.length)
  }

  /// Reads a record's data, whole.
  public func data(of head: RecordHead) throws(WireError) -> RecordData {
    guard head.data.upperBound <= bytes.count else { throw .truncated(at: bytes.count) }
    var cursor = WireCursor(
      bytes: bytes, offset: head.data.lowerBound, end: head.data.upperBound, isMessage: true)
    return try RecordData(type: head.type, class: head.class, reading: &cursor)
  }
}
