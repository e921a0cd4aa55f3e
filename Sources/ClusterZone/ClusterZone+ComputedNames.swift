import ClusterModel
public import DNSWire
public import FinishedAnswers
import NetworkAddresses

// Names that no table can hold, because there is no end of them: the addresses of `pods insecure`, and `prefer` for any topology zone.

/// A name's answer that was computed when somebody asked.
public struct ComputedAnswer: Sendable {
  /// What the name answers.
  public var draft: NameAnswersDraft
  /// The name below the zone, in lower case, whose answers decide over this one.
  public var source: [UInt8]
}

extension ClusterZone {
  /// The zone, by index, that a name lies in: the longest one.
  public func zone(of name: DomainName) -> Int? {
    zones.indices.filter { name.isSubdomain(of: zones[$0].name) }
      .max { zones[$0].name.wire.count < zones[$1].name.wire.count }
  }

  /// What stands before a zone in a name that lies in it, in lower case: wire form without the root octet.
  public func key(of name: DomainName, in zone: Int) -> [UInt8] {
    Array(name.lowercased().wire.dropLast(zones[zone].name.wire.count))
  }

  /// What a name answers that is not in the table; `nil` where it does not exist.
  public func computedAnswer(of key: [UInt8], in zone: Int) -> ComputedAnswer? {
    guard layouts[zone].isForward else { return nil }
    let labels = key.labels
    if configuration.pods == .insecure, labels.count == 3, labels[2].elementsEqual("pod".utf8) {
      return insecurePod(key, labels, zone)
    }
    if configuration.zonal, labels.count == 6, labels[1].elementsEqual("prefer".utf8),
      labels[2].elementsEqual("_zone".utf8), labels[5].elementsEqual("svc".utf8)
    {
      return preferringZone(key, labels, zone)
    }
    return nil
  }

  /// The address in the name, in a namespace that is shown.
  private func insecurePod(_ key: NameKey, _ labels: [ArraySlice<UInt8>], _ zone: Int) -> ComputedAnswer? {
    let namespace = String(decoding: labels[1], as: UTF8.self)
    guard let address = IPAddress(dashed: labels[0]), state.withLock({ $0.index.shows(namespace) }),
      let draft = PodAddress.content(key: key, address: address).draft(in: layouts[zone].wire, ttl: configuration.ttl),
      let source = NameKey.pods.below(namespace)
    else { return nil }
    return ComputedAnswer(draft: draft, source: source)
  }

  /// All endpoints of a headless Service, none of which is in that topology zone.
  private func preferringZone(_ key: NameKey, _ labels: [ArraySlice<UInt8>], _ zone: Int) -> ComputedAnswer? {
    let name = NamespacedName(
      namespace: String(decoding: labels[4], as: UTF8.self), name: String(decoding: labels[3], as: UTF8.self))
    let content = state.withLock { state -> NameContent? in
      guard state.index.shows(name.namespace), let entry = state.index.services[name],
        let service = entry.service.flatMap(Service.init), service.spec.isHeadless, service.spec.type != .externalName
      else { return nil }
      let endpoints = compiler.endpoints(of: service, entry.endpointSlices)
      return endpoints.isEmpty ? nil : compiler.allEndpoints(endpoints, named: key)
    }
    guard let draft = content?.draft(in: layouts[zone].wire, ttl: configuration.ttl),
      let source = NameKey.services.below(name.namespace)?.below(name.name)
    else { return nil }
    return ComputedAnswer(draft: draft, source: source)
  }
}
