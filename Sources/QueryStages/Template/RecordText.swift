import DNSWire
import DNSZone

/// Reads one record as master files write it (RFC 1035 §5.1): `OWNER [TTL] [CLASS] TYPE DATA`, class and TTL in either order.
///
/// Names are absolute with and without their last dot, and a record that gives no TTL has one of an hour.
enum RecordText {
  /// What is wrong with a record's text: a clause without a full stop.
  struct Failure: Error, Sendable, Hashable {
    var message: String
  }

  static func parse(_ text: String) throws(Failure) -> ResourceRecord {
    // Spaces in front would stand for the owner of the record before.
    let line = text.drop { $0.isWhitespace }
    let records: [LocatedRecord]
    do {
      records = try MasterFile.parse(Array("$TTL 3600\n\(line)".utf8), file: "template", origin: .root)
    } catch {
      throw Failure(message: error.hint.map { "\(error.message); \($0)" } ?? error.message)
    }
    guard records.count == 1 else { throw Failure(message: "it is \(records.count) records") }
    return records[0].record
  }
}
