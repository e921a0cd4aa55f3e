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
      let zone = suppliedZone(options.configuration, setup.environment)
      let feed = KubernetesFeed(zone, startupTimeout: options.startupTimeout ?? .seconds(5))
      setup.stages.append(Kubernetes(cluster: zone.cluster))
      setup.suppliedZones.append(zone)
      setup.preparations.append(feed)
      setup.services.append(feed)
      setup.readiness.append(feed)
    }
  }

  /// The zones of the configuration that is to be replaced, when it has the same directive; else new ones.
  private static func suppliedZone(
    _ configuration: ClusterZoneConfiguration, _ environment: StageEnvironment
  ) -> SuppliedZone {
    let delays = programmingDelays(environment.metrics)
    return environment.inherited.take(configuration)
      ?? SuppliedZone(
        ClusterZone(configuration, reclaimer: environment.reclaimer, onProgrammed: { delays.observe($0) }),
        from: environment.cluster)
  }

  /// How long changes take from their cause to the answers, in buckets of 1 ms to 524 s as CoreDNS has them.
  private static func programmingDelays(_ metrics: MetricsRegistry) -> Histogram {
    metrics.histogram(
      "coredns_kubernetes_dns_programming_duration_seconds",
      help: "Histogram of the time (in seconds) it took to program a dns instance.", labels: ["service_kind"],
      buckets: (0..<20).map { 0.001 * Double(1 << $0) }
    ).with("headless_with_selector")
  }

  /// The zones of the line, or those of the block. One of them must have room for names of Services.
  private static func zones(of line: Directive, _ setup: BlockSetup) throws(CorefileError) -> [DomainName] {
    let zones = line.arguments.isEmpty ? setup.zones : try line.arguments.zoneNames()
    guard zones.contains(where: { !ClusterZone.isReverse($0) }) else {
      throw line.error(
        "\(line.name.shown) needs a zone that is no reverse zone",
        hint: "name one before the others: kubernetes cluster.local in-addr.arpa ip6.arpa")
    }
    if let long = zones.first(where: { $0.wire.count > longestZone }) {
      throw line.error(
        "the zone \(long) leaves no room for the names in it", hint: "it may be \(longestZone) octets long")
    }
    var seen = Set<DomainName>()
    return zones.filter { seen.insert($0).inserted }
  }

  /// In octets: `hostmaster` must fit in front, for the SOA record.
  private static let longestZone = 244

  /// The addresses that the block listens at.
  private static func ownAddresses(_ setup: BlockSetup) -> [IPAddress] {
    let bound = setup.bindAddresses
    guard bound.isEmpty || bound.contains(where: \.isUnspecified) else { return bound }
    return NetworkInterface.all().map(\.address).filter { !$0.isLinkLocal }
  }
}
