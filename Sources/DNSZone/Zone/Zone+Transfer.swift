public import DNSWire

extension Zone {
  /// All records as a transfer sends them: the SOA, everything else name by name in the file's order, the SOA again
  /// (RFC 5936 §2.2). Nothing is copied before it is asked for.
  public func transferRecords() -> ZoneTransfer { ZoneTransfer(zone: self) }
}

/// The records of a zone transfer.
public struct ZoneTransfer: Sequence, Sendable {
  let zone: Zone

  /// Begins with the SOA.
  public func makeIterator() -> Iterator { Iterator(zone: zone) }

  /// Walks over names, their RRsets, and their records.
  public struct Iterator: IteratorProtocol {
    private enum Position {
      case start
      case record(node: Int, rrset: Int, data: Int)
      case end
    }

    private let zone: Zone
    private var position = Position.start

    init(zone: Zone) { self.zone = zone }

    /// The next record.
    public mutating func next() -> ResourceRecord? {
      switch position {
      case .start:
        position = .record(node: 0, rrset: 0, data: 0)
        return zone.soaRecord
      case .record(let node, let rrset, let data): return record(node, rrset, data)
      case .end: return nil
      }
    }

    /// The record at or after a place, the SOA left out; the SOA at the end.
    private mutating func record(_ node: Int, _ rrset: Int, _ data: Int) -> ResourceRecord {
      var (node, rrset, data) = (node, rrset, data)
      while node < zone.nodes.count {
        let rrsets = zone.nodes[node].rrsets
        if rrset == rrsets.count {
          (node, rrset, data) = (node + 1, 0, 0)
        } else if rrsets[rrset].type == .soa || data == rrsets[rrset].data.count {
          (rrset, data) = (rrset + 1, 0)
        } else {
          position = .record(node: node, rrset: rrset, data: data + 1)
          let set = rrsets[rrset]
          return ResourceRecord(name: zone.nodes[node].name, ttl: set.ttl, data: set.data[data])
        }
      }
      position = .end
      return zone.soaRecord
    }
  }
}
