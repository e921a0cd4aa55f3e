extension Message {
  /// Reads a whole message. Time and memory are linear in its length: a name takes at most 255 octets, however it is
  /// compressed.
  public init(parsing bytes: [UInt8]) throws(WireError) {
    var reader = try MessageReader(bytes)
    self.init(reader.header)
    while let head = try reader.nextQuestion() {
      let name = try reader.name(at: head.name.lowerBound)
      questions.append(Question(name: name, type: head.type, class: head.class))
    }
    var owners = RepeatedName(offset: Header.length, name: questions.first?.name)
    while let head = try reader.nextRecord() {
      if head.type == .opt {
        try take(opt: head, in: bytes)
      } else {
        let owner = try owners.name(at: head.name, reader)
        let data = try reader.data(of: head)
        append(ResourceRecord(name: owner, class: head.class, ttl: head.ttl, data: data), to: head.section)
      }
    }
    try reader.finish()
  }

  private init(_ header: Header) {
    let flags = header.flags
    self.init(id: header.id, isResponse: flags.isResponse, opcode: flags.opcode)
    authoritative = flags.authoritative
    truncated = flags.truncated
    recursionDesired = flags.recursionDesired
    recursionAvailable = flags.recursionAvailable
    authenticData = flags.authenticData
    checkingDisabled = flags.checkingDisabled
    responseCode = flags.responseCode
  }

  private mutating func append(_ record: ResourceRecord, to section: Section) {
    switch section {
    case .answer: answers.append(record)
    case .authority: authorities.append(record)
    case .additional: additionals.append(record)
    }
  }

  /// Takes the OPT record: one at most, in the additional section, at the root (RFC 6891 §6.1.1).
  private mutating func take(opt head: RecordHead, in bytes: [UInt8]) throws(WireError) {
    let start = head.name.lowerBound
    guard head.section == .additional, bytes[start] == 0 else { throw .misplacedOPT(at: start) }
    guard edns == nil else { throw .repeatedOPT(at: start) }
    edns = try EDNS(head, in: bytes)
    let upper = UInt16(head.ttl >> 24) << 4
    responseCode = ResponseCode(rawValue: upper | responseCode.rawValue)
  }
}

/// The last owner read: records that follow mostly point to it, and then share its memory.
private struct RepeatedName {
  /// Where in the message the name stands.
  var offset: Int
  var name: DomainName?

  mutating func name(at place: Range<Int>, _ reader: MessageReader) throws(WireError) -> DomainName {
    let target = reader.pointer(at: place) ?? place.lowerBound
    if target == offset, let name { return name }
    let name = try reader.name(at: place.lowerBound)
    (offset, self.name) = (target, name)
    return name
  }
}

extension MessageReader {
  /// Where a name that is a pointer and nothing else leads.
  fileprivate func pointer(at place: Range<Int>) -> Int? {
    place.count == 2 && bytes[place.lowerBound] >= 0xC0 ? Int(bytes.uint16(at: place.lowerBound) & 0x3FFF) : nil
  }
}
