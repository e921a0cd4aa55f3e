import ClusterModel
import ClusterZone
import Corefile
import DNSWire
import NetworkAddresses
import QueryEngine

extension Kubernetes: DirectiveReader {
  /// `kubernetes [ZONES…] { … }`: each line has zones and options of its own, and one registry is behind all of them.
  static func read(_ lines: [Directive], into setup: BlockSetup) throws(CorefileError) {
    for line in lines {
      var options = KubernetesOptions(zones: try zones(of: line, setup))
      for option in line.options { try options.read(option) }
      options.configuration.localAddresses = ownAddresses(setup)
      let cluster = ClusterZone(options.configuration, reclaimer: setup.environment.reclaimer)
      let feed = KubernetesFeed(
        cluster, from: setup.environment.cluster, startupTimeout: options.startupTimeout ?? .seconds(5))
      setup.stages.append(Kubernetes(cluster: cluster))
      setup.preparations.append(feed)
      setup.services.append(feed)
      setup.readiness.append(feed)
    }
  }

  /// The zones of the line, or those of the block. One of them must have room for names of Services.
  private static func zones(of line: Directive, _ setup: BlockSetup) throws(CorefileError) -> [DomainName] {
    let zones = line.arguments.isEmpty ? setup.zones : try line.arguments.zoneNames()
    guard zones.contains(where: { !ClusterZone.isReverse($0) }) else {
      throw line.error(
        "\(line.name.shown) needs a zone that is no reverse zone",
        hint: "name one before the others: kubernetes cluster.local in-addr.arpa ip6.arpa")
    }
    var seen = Set<DomainName>()
    return zones.filter { seen.insert($0).inserted }
  }

  /// The addresses that the block listens at.
  private static func ownAddresses(_ setup: BlockSetup) -> [IPAddress] {
    let bound = setup.bindAddresses
    guard bound.isEmpty || bound.contains(where: \.isUnspecified) else { return bound }
    return NetworkInterface.all().map(\.address).filter { !$0.isLinkLocal }
  }
}
