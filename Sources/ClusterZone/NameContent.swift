import FinishedAnswers
import NetworkAddresses

/// What one name says, the same in every forward zone.
struct NameContent: Hashable, Sendable {
  typealias Target = NameAnswersDraft.ServiceTarget

  let key: NameKey
  /// A and AAAA records.
  var addresses: [IPAddress] = []
  /// SRV records.
  var services: [Target] = []
  /// Endpoints whose names below this one follow from their addresses.
  var endpoints: [DashedEndpoints] = []
  /// The name is an alias, whose target the stages must look for.
  var isAlias = false

  /// The finished answers of the name in a zone; `nil` where the name would be too long.
  ///
  /// - Parameter zone: the zone's name in wire form.
  func draft(in zone: [UInt8], ttl: UInt32) -> NameAnswersDraft? {
    guard key.count + zone.count <= Self.longestName else { return nil }
    var draft = NameAnswersDraft(key: key, zone: zone)
    draft.needsStages = isAlias
    draft.endpoints = endpoints
    draft.addAddresses(addresses, family: .ipv4, ttl: ttl)
    draft.addAddresses(addresses, family: .ipv6, ttl: ttl)
    let fitting = services.filter { $0.target.count + zone.count <= Self.longestName }
    if !fitting.isEmpty { draft.addServices(fitting, ttl: ttl) }
    return draft
  }

  /// RFC 1035 §2.3.4.
  static let longestName = 255
}

/// One candidate for an SRV record: an endpoint or ClusterIP with one of its ports.
struct ServiceCandidate {
  /// The target among those of the service.
  var target: Int
  /// `nil` when the port has no number: it counts in the weights, and makes no record.
  var port: UInt16?
}

extension [ServiceCandidate] {
  /// SRV records: each candidate weighs floor(100/N), at least 1; of those with one target and port the first one stays.
  func targets(_ target: (Int) -> (key: NameKey, addresses: [IPAddress])) -> [NameContent.Target] {
    let weight = UInt16(Swift.max(1, 100 / Swift.max(1, count)))
    var seen = SmallSet<Int>()
    var targets: [NameContent.Target] = []
    for candidate in self {
      guard let port = candidate.port else { continue }
      if count > 1, !seen.insert(candidate.target << 16 | Int(port)) { continue }
      let (key, addresses) = target(candidate.target)
      targets.append(NameContent.Target(weight: weight, port: port, target: key, addresses: addresses))
    }
    return targets
  }
}
