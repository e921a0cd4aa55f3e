public import DNSWire

/// An answer of a cache on its way to the table that the fast path reads.
public struct CachedAnswerDraft: Sendable {
  /// What the table is to store.
  public let answer: NameAnswersDraft

  /// Takes an answer that is good for `lifetime` seconds from `stored` on, a time of the server's clock.
  ///
  /// - Parameter dnssecOK: whether it was asked with DO.
  /// - Parameter checkingDisabled: whether it was asked with CD.
  /// - Parameter stored: when it was stored.
  /// - Parameter lifetime: how long it is good for.
  /// - Parameter message: in wire form, whole, without an OPT record, its question in lower case or as it was asked.
  ///
  /// `nil` for what the fast path could not give: of another class than IN, of a name that is too long for a key, or no message at all.
  public init?(
    _ message: [UInt8], dnssecOK: Bool, checkingDisabled: Bool, stored: UInt32, lifetime: UInt32
  ) {
    guard var reader = try? MessageReader(message), reader.header.questionCount == 1,
      let question = try? reader.nextQuestion(), question.class == .in,
      let name = try? reader.name(at: question.name.lowerBound),
      name.wire.count <= CachedAnswer.longestName, question.name.count == name.wire.count,
      let order = RecordOrder(&reader)
    else { return nil }
    let header = reader.header
    let records = message[(question.name.upperBound + 4)...]
    var octets: [UInt8] = []
    octets.reserveCapacity(CachedAnswer.Field.length + records.count)
    for field in [stored >> 16, stored, lifetime >> 16, lifetime] { octets.append16(UInt16(truncatingIfNeeded: field)) }
    octets.append(message[3])
    let isShown = message[3] & 15 == 0
    octets.append(isShown && order.isKept ? 1 : 0)
    octets.append16(header.authorityCount)
    octets.append16(UInt16(clamping: order.addresses.lowerBound - records.startIndex))
    octets.append16(isShown ? order.addressCount : 0)
    octets += records
    answer = NameAnswersDraft(
      key: Self.key(name, type: question.type.rawValue, dnssecOK: dnssecOK, checkingDisabled: checkingDisabled),
      type: question.type.rawValue, answers: header.answerCount, additionals: header.additionalCount,
      stride: order.stride, octets: octets)
  }

  /// The key of a question; names that are too long for one have keys that nobody looks for.
  public static func key(_ name: DomainName, type: UInt16, dnssecOK: Bool, checkingDisabled: Bool) -> [UInt8] {
    var key = Array(name.lowercased().wire.dropLast())
    key.append16(type)
    key.append(CachedAnswer.flags(dnssecOK: dnssecOK, checkingDisabled: checkingDisabled))
    return key
  }
}

/// What a new order of a message's address records may do: they must lie side by side, be of one length, and have no names that others point to.
private struct RecordOrder {
  /// Whether the order that `loadbalance` gives (aliases, others, addresses, exchanges) is another one, or cannot be drawn in place.
  private(set) var isKept = false
  /// The octets of the address records in the answer section.
  private(set) var addresses = 0..<0
  private(set) var addressCount: UInt16 = 0
  /// The length of each of them.
  private(set) var stride: UInt8 = 0

  /// Passes over all records; `nil` when they cannot be read.
  init?(_ reader: inout MessageReader) {
    var (section, rank, exchanges, others) = (Section.answer, 0, 0, 0)
    while true {
      let start = reader.offset
      guard let record = try? reader.nextRecord() else { break }
      if record.section != section { (section, rank, exchanges, others) = (record.section, 0, 0, 0) }
      let own = Self.rank(record.type)
      if own < rank { isKept = true }
      rank = max(rank, own)
      if own == Self.exchange { exchanges += 1 }
      if own == Self.address {
        if section == .answer { add(start..<reader.offset) } else { others += 1 }
      }
      if exchanges > 1 || others > 1 { isKept = true }
    }
    guard (try? reader.finish()) != nil else { return nil }
    if addressCount < 2 { stride = 0 }
  }

  /// Safety: records of 16 or 28 octets begin with a compression pointer, so none of them holds a name.
  private mutating func add(_ record: Range<Int>) {
    if addressCount == 0 {
      addresses = record
      stride = UInt8(clamping: record.count)
    } else if record.count != Int(stride) || (stride != 16 && stride != 28) {
      isKept = true
    }
    addressCount += 1
  }

  private static let address = 2
  private static let exchange = 3

  /// Where `loadbalance` puts records of a type.
  private static func rank(_ type: RecordType) -> Int {
    switch type {
    case .cname: 0
    case .a, .aaaa: address
    case .mx: exchange
    default: 1
    }
  }
}
