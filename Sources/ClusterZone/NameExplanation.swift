public import ClusterModel
public import DNSWire
import NetworkAddresses

/// Why a name answers as it does.
public struct NameExplanation: Sendable, Hashable {
  /// How the question ends.
  public enum Outcome: Sendable, Hashable {
    /// These records, as they stand in the answer section.
    case records([RecordData])
    /// The name exists, without records of the type.
    case noData
    /// The name does not exist.
    case nxDomain
    /// The name does not exist here; the next stage is asked.
    case fallsThrough
    /// An alias of this name.
    case alias(DomainName)
    /// The objects have not come yet: SERVFAIL.
    case notSynced
  }

  /// One endpoint of the Service that the name belongs to.
  public struct EndpointNote: Sendable, Hashable {
    /// The slice that it stands in.
    public var slice: ObjectKey
    /// One of the endpoint's addresses, or its name in a slice of names.
    public var address: String
    /// The object behind it; empty when the slice does not say.
    public var target: String
    /// Why it is not in the answer; `nil` when it is.
    public var leftOut: Reason?
  }

  /// Why an endpoint is not in the answer.
  public enum Reason: String, Sendable, Hashable {
    case notReady = "not ready"
    case otherFamily = "of the other address family"
    case isName = "a name, not an address"
    case otherPort = "its slice has no such port"
    case otherEndpoint = "another endpoint"
    case otherZone = "in another topology zone"
    case serviceHasAddress = "the Service's own address is the answer"
  }

  /// The zone that the name lies in.
  public var zone: DomainName
  /// How the question ends.
  public var outcome: Outcome
  /// What kind of name it is, and what of it does not exist: sentences without a full stop.
  public var notes: [String] = []
  /// The objects that decide over the answer.
  public var objects: [ObjectKey] = []
  /// The endpoints of the Service that the name belongs to.
  public var endpoints: [EndpointNote] = []
}

extension ClusterZone {
  /// Why a name answers as it does; `nil` when it lies in none of the zones. O(objects).
  public func explanation(of name: DomainName, type: RecordType) -> NameExplanation? {
    guard let zone = zone(of: name) else { return nil }
    let key = key(of: name, in: zone)
    var explanation = NameExplanation(zone: zones[zone].name, outcome: outcome(of: name, key, type, zone))
    let labels = key.labels.map { String(decoding: $0, as: UTF8.self) }
    state.withLock { state in
      let notes = ExplanationNotes(index: state.index, compiler: compiler, type: type)
      if let address = name.reverseAddress {
        notes.explain(address, &explanation)
      } else if layouts[zone].isForward {
        notes.explain(labels, &explanation)
      }
    }
    return explanation
  }

  private func outcome(
    of name: DomainName, _ key: [UInt8], _ type: RecordType, _ zone: Int
  ) -> NameExplanation.Outcome {
    guard zones[zone].isSynced else { return .notSynced }
    if let target = alias(of: key), [.a, .aaaa, .cname].contains(type) { return .alias(target) }
    if key.isEmpty, type == .soa { return .records([soa(of: zone, asked: name).data]) }
    let records = records(of: key, type: type, in: zone)
    if !records.isEmpty { return .records(records) }
    let exists = contentHash(of: key, in: zone) != nil || computedAnswer(of: key, in: zone) != nil
    if exists { return .noData }
    return configuration.fallsThrough(name) ? .fallsThrough : .nxDomain
  }
}
