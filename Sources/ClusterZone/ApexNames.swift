import ClusterModel
import DNSWire
import FinishedAnswers
import NetworkAddresses

/// The names that a zone has of itself: its apex, its name server, its version, and the empty non-terminals.
struct ApexNames: Sendable {
  typealias Server = NameAnswersDraft.ServiceTarget

  private let ownAddresses: [IPAddress]
  /// The name servers of each Service that has one of our addresses as an endpoint.
  private var services: [NamespacedName: [Server]] = [:]
  /// What is published.
  private var current: [Server]?

  init(_ configuration: ClusterZoneConfiguration) {
    ownAddresses = EndpointSet.unique(configuration.localAddresses).filter { !$0.isLoopback && !$0.isUnspecified }
  }

  /// Publishes the names that never change.
  func publishFixedNames(_ writer: inout ZoneWriter) {
    for (index, zone) in writer.zones.enumerated() {
      var version = NameAnswersDraft(key: .version, zone: zone.wire)
      // Kubernetes DNS specification 1.1.0 §2.2.
      version.addRecords([.txt("1.1.0")], ttl: 28_800)
      writer.change(.set(version), in: index)
      let empty = [NameKey.dns] + (zone.isForward ? [.services, .pods] : [])
      for key in empty + ReverseZone.namesAbove(zone.answers.name) {
        writer.change(.set(NameAnswersDraft(key: key, zone: zone.wire)), in: index)
      }
    }
  }

  /// Notes whether one of a Service's endpoints is this server.
  mutating func look(at service: Service?, named name: NamespacedName, _ endpoints: (Service) -> EndpointSet) {
    guard !ownAddresses.isEmpty, let service, let key = ServiceCompiler.key(of: service) else {
      services[name] = nil
      return
    }
    let endpoints = endpoints(service)
    guard endpoints.members.contains(where: { ownAddresses.contains($0.address) }) else {
      services[name] = nil
      return
    }
    services[name] =
      service.spec.isHeadless
      ? endpoints.names.map { Server(weight: 0, port: 0, target: $0.key, addresses: $0.addresses) }
      : [Server(weight: 0, port: 0, target: key, addresses: Array(service.spec.clusterIPs))]
  }

  /// The name servers of a zone. In a reverse zone the Services have no names.
  func servers(isForward: Bool) -> [Server] {
    let found = services.sorted { ($0.key.namespace, $0.key.name) < ($1.key.namespace, $1.key.name) }.flatMap(\.value)
    if isForward, !found.isEmpty { return found }
    let addresses = found.isEmpty ? ownAddresses : EndpointSet.unique(found.flatMap(\.addresses))
    return [Server(weight: 0, port: 0, target: .nameServer, addresses: addresses)]
  }

  /// Publishes the name servers, if they are not what they were.
  mutating func publishServers(_ writer: inout ZoneWriter) {
    let servers = servers(isForward: true)
    guard servers != current else { return }
    current = servers
    let addresses = EndpointSet.unique(servers.flatMap(\.addresses))
    for (index, zone) in writer.zones.enumerated() {
      writer.set(NameContent(key: .nameServer, addresses: addresses), in: index)
      let listed = self.servers(isForward: zone.isForward)
      writer.change(.set(Self.apex(listed, zone, ttl: writer.ttl)), in: index)
    }
  }

  private static func apex(_ servers: [Server], _ zone: ZoneLayout, ttl: UInt32) -> NameAnswersDraft {
    var draft = NameAnswersDraft(key: .apex, zone: zone.wire)
    draft.addZoneSOA(ttl: min(ttl, 300))
    draft.addNameServers(servers, ttl: ttl)
    return draft
  }
}
