import DNSWire

extension Message {
  /// The length that the message would have without compression and without EDNS options, in octets: what CoreDNS counts and
  /// logs as the size of an answer.
  var uncompressedLength: Int {
    var length = Header.length + questions.reduce(0) { $0 + $1.name.wire.count + 4 }
    for section in [answers, authorities, additionals] {
      for record in section { length += record.uncompressedLength }
    }
    return length + (edns == nil ? 0 : 11)
  }
}

extension ResourceRecord {
  /// The length that the record would have in a message without compression, in octets.
  var uncompressedLength: Int { name.wire.count + 10 + data.length }
}

extension RecordData {
  /// In octets, without compression.
  fileprivate var length: Int {
    switch self {
    case .a: 4
    case .aaaa: 16
    case .ns(let name), .cname(let name), .ptr(let name), .dname(let name): name.wire.count
    case .srv(let srv): 6 + srv.target.wire.count
    default: wire.count
    }
  }
}
