extension Message {
  /// The smallest limit that a message can have to keep, in octets (RFC 1035 §4.2.1).
  public static let smallestLimit = 512
  /// The longest message that TCP can carry, in octets (RFC 1035 §4.2.2).
  public static let largestLimit = 65535

  /// Writes the message in at most `limit` octets, 512–65,535; less and more count as these.
  ///
  /// Names are compressed against names of the same case, in data only for the types of RFC 1035 (RFC 3597 §4). When not
  /// all fits, RRsets of the additional section are left out from its end, silently (RFC 2181 §9) unless a referral loses
  /// the glue of its own zone (RFC 9471 §3.1). When that is not enough, TC is set, with as many whole records as fit. The
  /// OPT record is always there, without its options if there is no room for them.
  public func encoded(limit: Int = largestLimit) -> [UInt8] {
    let limit = min(max(limit, Self.smallestLimit), Self.largestLimit)
    var encoder = MessageEncoder(room: limit - (edns == nil ? 0 : MessageEncoder.bareOPTLength))
    return encoder.encode(self)
  }
}

/// Fills the room that a message may take, section by section.
private struct MessageEncoder {
  /// An OPT record without options: root, type, class, TTL and the length 0.
  static let bareOPTLength = 11

  /// How long the message may become, in octets.
  private var room: Int
  private var writer: MessageWriter

  init(room: Int) {
    self.room = room
    writer = MessageWriter()
  }

  mutating func encode(_ message: Message) -> [UInt8] {
    var header = Header(id: message.id, flags: message.flags)
    writer.write(header)
    header.questionCount = UInt16(write(message.questions) { $0.write($1) })
    let opt = optRecord(message)
    var isWhole = Int(header.questionCount) == message.questions.count
    if isWhole {
      header.answerCount = UInt16(write(message.answers) { $0.write($1) })
      isWhole = Int(header.answerCount) == message.answers.count
    }
    if isWhole {
      header.authorityCount = UInt16(write(message.authorities) { $0.write($1) })
      isWhole = Int(header.authorityCount) == message.authorities.count
    }
    // The room for it was kept free.
    writer.append(opt)
    room += opt.count
    let additionals = isWhole ? writeRRsets(message.additionals) : 0
    header.additionalCount = UInt16(additionals + (opt.isEmpty ? 0 : 1))
    if !isWhole || message.isReferral(needing: message.additionals[additionals...]) { header.flags.truncated = true }
    writer.write(header)
    return writer.bytes
  }

  /// Writes whole elements as long as they fit; says how many.
  private mutating func write<Element>(
    _ elements: [Element], _ write: (inout MessageWriter, Element) -> Void
  ) -> Int {
    for (index, element) in elements.enumerated() {
      let end = writer.bytes.count
      write(&writer, element)
      if writer.bytes.count > room {
        writer.truncate(to: end)
        return index
      }
    }
    return elements.count
  }

  /// Writes whole RRsets as long as they fit; says how many records.
  private mutating func writeRRsets(_ records: [ResourceRecord]) -> Int {
    var (first, end) = (0, writer.bytes.count)
    for (index, record) in records.enumerated() {
      if index > 0, !record.isOfSameRRset(as: records[index - 1]) { (first, end) = (index, writer.bytes.count) }
      writer.write(record)
      if writer.bytes.count > room {
        writer.truncate(to: end)
        return first
      }
    }
    return records.count
  }

  /// The OPT record, with its options if they fit; takes the room for them.
  private mutating func optRecord(_ message: Message) -> [UInt8] {
    guard let edns = message.edns else { return [] }
    for withOptions in [true, false] {
      var opt = MessageWriter(compressing: false)
      edns.write(to: &opt, responseCode: message.responseCode, withOptions: withOptions)
      let more = opt.bytes.count - Self.bareOPTLength
      if writer.bytes.count + more <= room {
        room -= more
        return opt.bytes
      }
    }
    return []
  }
}

extension ResourceRecord {
  /// Whether both have one owner, type and class.
  fileprivate func isOfSameRRset(as other: ResourceRecord) -> Bool {
    type == other.type && `class` == other.class && name == other.name
  }
}

extension Message {
  /// Whether the message sends the asker to other servers whose addresses are among these records, and that lie in the
  /// zone itself, so that they can be learnt nowhere else (RFC 9471 §3.1).
  fileprivate func isReferral(needing records: ArraySlice<ResourceRecord>) -> Bool {
    guard !records.isEmpty, isResponse, !authoritative, answers.isEmpty else { return false }
    guard let cut = authorities.first(where: { $0.type == .ns })?.name else { return false }
    return records.contains { ($0.type == .a || $0.type == .aaaa) && $0.name.isSubdomain(of: cut) }
  }
}
