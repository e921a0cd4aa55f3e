import ClusterModel
public import DNSWire
import FinishedAnswers

// What the stage asks beside whole replies.

extension ClusterZone {
  /// Whether a zone is one of addresses, in which Services have no names.
  public static func isReverse(_ zone: DomainName) -> Bool { ReverseZone.contains(zone) }

  /// The name that an ExternalName Service stands for; `nil` when the name below the zone, in lower case, is none of one.
  public func alias(of key: [UInt8]) -> DomainName? {
    let labels = key.labels
    guard labels.count == 3, labels[2].elementsEqual("svc".utf8) else { return nil }
    let name = NamespacedName(
      namespace: String(decoding: labels[1], as: UTF8.self), name: String(decoding: labels[0], as: UTF8.self))
    return state.withLock { state in
      guard state.index.shows(name.namespace) else { return nil }
      return state.index.services[name]?.service.flatMap(Service.init)?.externalTarget
    }
  }

  /// The data of the records of a type that a name below a zone, in lower case, has.
  public func records(of key: [UInt8], type: RecordType, in zone: Int) -> [RecordData] {
    var data = zones[zone].withAnswers(of: key, reclaimer: reclaimer) { $0?.recordData(type.rawValue) }
    if data == nil { data = computedAnswer(of: key, in: zone)?.draft.withAnswers { $0.recordData(type.rawValue) } }
    return data?.compactMap { try? RecordData(type: type, wire: $0) } ?? []
  }

  /// A number that changes when a name below a zone says something else; `nil` while the name does not exist.
  public func contentHash(of key: [UInt8], in zone: Int) -> UInt64? {
    zones[zone].withAnswers(of: key, reclaimer: reclaimer) { $0?.contentHash }
  }

  /// A zone's SOA record as it stands in denials, its owner the zone as the question has it.
  ///
  /// - Parameter zone: which of the zones.
  /// - Parameter name: a name in the zone.
  public func soa(of zone: Int, asked name: DomainName) -> ResourceRecord {
    let owner = name.suffix(labels: zones[zone].name.labelCount)
    let soa = SOA(
      primary: owner.below("dns").below("ns"), mailbox: owner.below("hostmaster"), serial: zones[zone].serial,
      refresh: 7200, retry: 1800, expire: 86_400, minimum: configuration.ttl)
    return ResourceRecord(name: owner, ttl: min(configuration.ttl, 300), data: .soa(soa))
  }
}

extension DomainName {
  /// The name with a label in front; the name itself where that would be too long.
  fileprivate func below(_ label: String) -> DomainName { (try? prepending(label: label)) ?? self }
}
