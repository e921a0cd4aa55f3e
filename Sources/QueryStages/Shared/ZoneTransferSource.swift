import DNSWire
import DNSZone

/// A stage with zones of its own, which `transfer` may hand to secondaries.
protocol ZoneTransferSource: Sendable {
  /// A zone as it is now; `nil` when the stage has no zone of exactly this name.
  func transferableZone(_ name: DomainName) -> TransferableZone?
}

/// One version of a zone.
struct TransferableZone: Sendable {
  /// The SOA record.
  var soa: ResourceRecord
  /// All records, the SOA first and last, each other one once (RFC 5936 §2.2).
  var records: any Sequence<ResourceRecord> & Sendable

  /// The serial; `nil` when the record is none.
  var serial: UInt32? {
    if case .soa(let soa) = soa.data { soa.serial } else { nil }
  }

  init(soa: ResourceRecord, records: any Sequence<ResourceRecord> & Sendable) {
    self.soa = soa
    self.records = records
  }

  /// A static zone.
  init(_ zone: Zone) { self.init(soa: zone.soaRecord, records: zone.transferRecords()) }
}
