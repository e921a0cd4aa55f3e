import DNSWire
import QueryEngine

/// The records of a zone in messages that are well below the longest that TCP carries; made one at a time.
struct TransferMessages: Sequence, Sendable {
  /// What the records of one message may be long, in octets without compression, unless it is one record. Pointers of compressed names reach
  /// no farther (RFC 1035 §4.1.4).
  private static let room = 16_384

  private let records: any Sequence<ResourceRecord> & Sendable
  private let empty: Message

  init(_ zone: TransferableZone, answering query: Query) {
    records = zone.records
    var message = Message.response(to: query.message)
    message.authoritative = true
    empty = message
  }

  func makeIterator() -> AnyIterator<Message> { iterator(over: records) }

  private func iterator(over records: some Sequence<ResourceRecord>) -> AnyIterator<Message> {
    var iterator = records.makeIterator()
    var pending = iterator.next()
    return AnyIterator {
      var message = empty
      var length = 0
      while let record = pending, length == 0 || length + record.uncompressedLength <= Self.room {
        message.answers.append(record)
        length += record.uncompressedLength
        pending = iterator.next()
      }
      return message.answers.isEmpty ? nil : message
    }
  }
}
