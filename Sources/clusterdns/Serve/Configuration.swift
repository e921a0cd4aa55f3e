import Corefile
import DNSWire
import Glibc
import NetworkAddresses
import QueryEngine
import QueryStages

/// A configuration that was read whole: what listens where, with which stages. Nothing of it is in force yet.
struct Configuration: Sendable {
  /// The files it was read from; empty for the built-in one.
  let corefile: Corefile
  /// The server blocks of each address, in the order of the file.
  let blocks: [SocketAddress: [BlockPlan]]
  let pages: [HTTPPage]
  let services: [any BackgroundService]
  /// The zones of `kubernetes`, for the configuration that will replace this one.
  private let suppliedZones: [SuppliedZone]
  private let preparations: [any Preparation]
  let lameduck: Duration
  let reload: ReloadSettings?

  /// Reads a configuration's blocks.
  ///
  /// - Parameters:
  ///   - corefile: the blocks.
  ///   - defaultPort: the port of blocks that name none.
  ///   - environment: what their directives share.
  ///   - old: the configuration that this one is to replace; it takes over what both have alike.
  init(
    _ corefile: Corefile, defaultPort: UInt16, environment: StageEnvironment, replacing old: Configuration? = nil
  ) throws(CorefileError) {
    var environment = environment
    environment.inherited = InheritedZones(old?.suppliedZones ?? [])
    var blocks: [SocketAddress: [BlockPlan]] = [:]
    var setups: [BlockSetup] = []
    for block in corefile.blocks {
      for (port, keys) in try Self.ports(of: block, defaultPort: defaultPort) {
        let setup = BlockSetup(
          block: block, zones: try Self.zones(of: keys), server: "dns://:\(port)", environment: environment)
        try setup.read()
        let plan = BlockPlan(zones: setup.zones, server: setup.server, stages: setup.stages)
        for address in Self.addresses(setup) { blocks[SocketAddress(address, port: port), default: []].append(plan) }
        setups.append(setup)
      }
    }
    self.corefile = corefile
    self.blocks = blocks
    pages = HTTPPage.merging(setups.flatMap(\.pages))
    suppliedZones = setups.flatMap(\.suppliedZones)
    services = setups.flatMap(\.services)
    preparations = setups.flatMap(\.preparations)
    lameduck = setups.map(\.lameduck).max() ?? .zero
    reload = setups.lazy.compactMap(\.reload).first
  }

  /// Does what must be done before the first query: zones take their objects.
  func prepare() async {
    for preparation in preparations { await preparation.prepare() }
  }

  /// Lets go of what ``prepare()`` began, when the configuration does not come into force: a service ends what it holds when it is cancelled.
  func discard() async {
    for service in services {
      let task = Task { await service.run() }
      task.cancel()
      await task.value
    }
  }

  /// Where a block without `bind` listens: everywhere.
  private static func addresses(_ setup: BlockSetup) -> [IPAddress] {
    setup.bindAddresses.isEmpty ? [.v4(.any), .v6(.unspecified)] : setup.bindAddresses
  }

  /// The keys of a block by port, in the order of their first appearance.
  private static func ports(of block: ServerBlock, defaultPort: UInt16) throws(CorefileError) -> [(
    UInt16, [ServerBlockKey]
  )] {
    var ports: [(UInt16, [ServerBlockKey])] = []
    for key in block.keys {
      guard key.scheme == .dns else {
        throw CorefileError(
          key.location, "\(key.scheme.rawValue):// is not built into this version",
          hint: "write dns://, or leave it out")
      }
      let port = key.port(defaultPort: defaultPort)
      if let index = ports.firstIndex(where: { $0.0 == port }) {
        ports[index].1.append(key)
      } else {
        ports.append((port, [key]))
      }
    }
    return ports
  }

  private static func zones(of keys: [ServerBlockKey]) throws(CorefileError) -> [DomainName] {
    var zones: [DomainName] = []
    for key in keys {
      do {
        zones.append(try DomainName(key.zone))
      } catch {
        throw CorefileError(key.location, "zone \(key.zone): \(error)")
      }
    }
    return zones
  }
}

extension Corefile {
  /// The configuration that the options name: their file, ./Corefile where there is one, else the built-in one.
  static func load(_ options: SourceOptions) throws -> Corefile {
    let environment = ProcessEnvironment.variables
    do {
      if let conf = options.conf { return try load(path: conf, environment: environment) }
      if unsafe access("Corefile", F_OK) == 0 { return try load(path: "Corefile", environment: environment) }
      return try parse(builtIn(options.clusterDomain), file: "(built-in)", environment: environment)
    } catch {
      throw Failure.configuration(error)
    }
  }

  /// The names of the cluster from the embedded registry, all others from the system's own servers.
  static func builtIn(_ clusterDomain: String) -> String {
    """
    . {
        errors
        kubernetes \(clusterDomain) in-addr.arpa ip6.arpa {
            pods insecure
            fallthrough in-addr.arpa ip6.arpa
        }
        forward . /etc/resolv.conf
        cache 30
        loop
        loadbalance
    }
    """
  }
}
