import DNSWire

/// TSIG (RFC 8945): no keys are known here, so whoever signs is told so.
enum TransactionSignature {
  /// NOTAUTH with the error BADKEY and no signature (RFC 8945 §5.2.1), FORMERR where the record cannot be read (§5.2); `nil` for a query that is not
  /// signed.
  static func refusal(of query: Query) -> Response? {
    guard let record = query.message.additionals.last(where: { $0.type == .tsig }) else { return nil }
    let isLast = query.message.additionals.last?.type == .tsig
    guard isLast, case .unknown(_, let octets) = record.data, let data = badKey(octets, id: query.message.id) else {
      return Response(.formErr, to: query)
    }
    var message = Message.response(to: query.message)
    message.responseCode = .notAuth
    message.additionals = [
      ResourceRecord(
        name: record.name, class: record.class, ttl: 0, data: .unknown(type: .tsig, bytes: data))
    ]
    return Response(message)
  }

  /// The record's data with an empty signature and the error BADKEY; `nil` when it is malformed.
  private static func badKey(_ octets: [UInt8], id: UInt16) -> [UInt8]? {
    var end = 0
    while end < octets.count, octets[end] != 0 {
      guard octets[end] < 64 else { return nil }
      end += 1 + Int(octets[end])
    }
    // Behind the algorithm's name: time signed (6 octets), fudge (2), the signature's length (2).
    let times = end + 1
    guard times + 10 <= octets.count else { return nil }
    let signature = Int(octets[times + 8]) << 8 | Int(octets[times + 9])
    // Behind the signature: original ID, error, length of other data.
    guard times + 10 + signature + 6 <= octets.count else { return nil }
    return octets[..<(times + 8)] + [0, 0, UInt8(id >> 8), UInt8(id & 0xFF), 0, 17, 0, 0]
  }
}
