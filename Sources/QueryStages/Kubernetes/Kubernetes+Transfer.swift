import ClusterZone
import DNSWire

extension Kubernetes: ZoneTransferSource {
  /// A zone of the directive, once all objects have come.
  func transferableZone(_ name: DomainName) -> TransferableZone? {
    guard let index = cluster.zones.firstIndex(where: { $0.name == name }), cluster.zones[index].isSynced else {
      return nil
    }
    let records = cluster.transferRecords(of: index)
    return records.first.map { TransferableZone(soa: $0, records: records) }
  }
}
