import ClusterDiscovery
import DNSWire
import NetworkAddresses

/// What a lookup found, and how long that holds.
struct FoundEndpoints {
  let update: EndpointUpdate
  /// In seconds; `nil` when it does not say, and after a failure.
  let ttl: UInt32?
}

/// One lookup of a target: its questions, and what the answers mean.
struct TargetLookup {
  private let target: Target
  private let settings: DNSSourceSettings
  private let resolver: StubResolver
  private let names: TargetNames

  /// So many hosts are asked for at a time.
  private static let hostsAtOnce = 16
  /// So many hosts' addresses are asked for one by one; for more the answer is asked again over TCP, which has room for all.
  private static let fewHosts = 4
  /// So many hosts' addresses are asked for at all.
  private static let mostHosts = 2048

  init(_ target: Target, settings: DNSSourceSettings, resolver: StubResolver) {
    self.target = target
    self.settings = settings
    self.resolver = resolver
    names = TargetNames(target, settings.completion, resolver.configuration)
  }

  /// Asks and puts the set together.
  func run() async -> FoundEndpoints {
    do throws(Ending) {
      switch target.port {
      case .number(let port): return try await findAddresses(port: port)
      case .name(let name): return try await findService("_\(name)._\(target.transport.rawValue).")
      case nil: return try await findService("")
      }
    } catch {
      return error.found
    }
  }

  // MARK: - A and AAAA

  /// The addresses of the Service's name, with the port that the target has.
  private func findAddresses(port: UInt16) async throws(Ending) -> FoundEndpoints {
    var denial: UInt32?
    for name in names.candidates("") {
      let host = try await findHost(name)
      if host.exists {
        let addresses = settings.families.narrowed([name: host.addresses])[name] ?? []
        return found(addresses.map { Endpoint(SocketAddress($0, port: port)) }, ttl: host.ttl)
      }
      denial = host.ttl
    }
    throw notFound(ttl: denial)
  }

  private struct Host {
    let name: DomainName
    let addresses: [IPAddress]
    let exists: Bool
    let ttl: UInt32?
  }

  /// The addresses of a name. All families or none: a set is never a part.
  private func findHost(_ name: DomainName) async throws(Ending) -> Host {
    let answers = await withTaskGroup(of: Result<ResolvedRecords, DiscoveryError>.self) { group in
      for family in settings.families.asked { group.addTask { await resolver.find(name, family.recordType) } }
      return await group.reduce(into: []) { $0.append($1) }
    }
    var (addresses, exists, ttls): ([IPAddress], Bool, [UInt32]) = ([], false, [])
    for answer in answers {
      let known = try answer.orEnd()
      if let ttl = known.ttl { ttls.append(ttl) }
      exists = exists || known.content != .denied(nameExists: false)
      if case .records(let data) = known.content { addresses += data.compactMap(\.address) }
    }
    return Host(name: name, addresses: addresses, exists: exists, ttl: ttls.min())
  }

  // MARK: - SRV

  /// The hosts and ports of the SRV records, and the hosts' addresses.
  private func findService(_ prefix: String) async throws(Ending) -> FoundEndpoints {
    var denial: UInt32?
    for name in names.candidates(prefix) {
      let known = try await resolver.find(name, .srv).orEnd()
      switch known.content {
      case .records(let data): return try await endpoints(of: data, known, at: name, below: prefix)
      case .denied(nameExists: true) where target.port == nil: throw withoutPorts(name, ttl: known.ttl)
      case .denied(nameExists: true): return found([], ttl: known.ttl)
      case .denied(nameExists: false): denial = known.ttl
      }
    }
    throw notFound(ttl: denial)
  }

  private func endpoints(
    of data: [RecordData], _ known: ResolvedRecords, at name: DomainName, below prefix: String
  ) async throws(Ending) -> FoundEndpoints {
    let service = ServiceRecords(data)
    if data.count == 1, case .srv(let only) = data[0], only.target.isRoot { throw notFound(ttl: known.ttl) }
    if target.port == nil {
      guard service.competingPorts.isEmpty else { throw severalPorts(service.competingPorts, ttl: known.ttl) }
      guard !service.records.isEmpty else { throw withoutPorts(name, ttl: known.ttl) }
    }
    var hosts = HostAddresses(known.additionals, of: service.hosts, settings.families)
    if hosts.missing.count > Self.fewHosts, known.transport == .udp {
      let whole = try await resolver.find(name, .srv, over: .tcp).orEnd()
      guard case .records(let data) = whole.content, ServiceRecords(data).records.isEmpty == false else {
        return found([], ttl: whole.ttl)
      }
      return try await endpoints(of: data, whole, at: name, below: prefix)
    }
    try await fill(&hosts)
    let domain = prefix.isEmpty ? name : name.parent?.parent
    let addresses = settings.families.narrowed(hosts.addresses)
    return found(service.endpoints(addresses, in: domain), ttl: [known.ttl, hosts.ttl].compactMap(\.self).min())
  }

  /// Asks for the addresses of the hosts that the answer did not bring along.
  private func fill(_ hosts: inout HostAddresses) async throws(Ending) {
    let missing = hosts.missing
    guard missing.count <= Self.mostHosts else {
      throw Ending(
        .malformed, "\(target): DNS names \(missing.count) hosts without addresses; at most \(Self.mostHosts)")
    }
    for start in stride(from: 0, to: missing.count, by: Self.hostsAtOnce) {
      let batch = missing[start..<min(start + Self.hostsAtOnce, missing.count)]
      let answers = await withTaskGroup(of: Result<Host, Ending>.self) { group in
        for name in batch {
          group.addTask {
            do throws(Ending) { return .success(try await findHost(name)) } catch { return .failure(error) }
          }
        }
        return await group.reduce(into: []) { $0.append($1) }
      }
      for answer in answers {
        let host = try answer.get()
        hosts.take(host.addresses, of: host.name, ttl: host.ttl)
      }
    }
  }

  // MARK: - What comes of it

  private func found(_ endpoints: [Endpoint], ttl: UInt32?) -> FoundEndpoints {
    FoundEndpoints(update: .success(EndpointSet(target, endpoints)), ttl: ttl)
  }

  private func notFound(ttl: UInt32?) -> Ending {
    let port = target.port.map { " or its port \($0)" } ?? ""
    return Ending(
      .notFound,
      "\(target): DNS knows no such name: the Service\(port) is not there, or it is headless and nothing is ready",
      ttl: ttl)
  }

  private func withoutPorts(_ name: DomainName, ttl: UInt32?) -> Ending {
    Ending(
      .notFound,
      "\(target): DNS tells no port of \(name); give one by its number, as in \(target.service).\(target.namespace):8080",
      ttl: ttl)
  }

  private func severalPorts(_ ports: [UInt16], ttl: UInt32?) -> Ending {
    let list = ports.map(String.init).joined(separator: ", ")
    return Ending(
      .notFound,
      "\(target) has the ports \(list), and DNS does not tell which is the first; give one, as in "
        + "\(target.service).\(target.namespace):\(ports[0])",
      ttl: ttl)
  }
}

/// The addresses of SRV records' hosts: those that the answer brought along, and those that were asked for.
struct HostAddresses {
  /// What is known so far.
  private(set) var addresses: [DomainName: [IPAddress]] = [:]
  /// How long that holds, in seconds.
  private(set) var ttl: UInt32?
  /// The hosts of which nothing is known.
  private(set) var missing: [DomainName] = []

  /// Takes what an answer brought along. A host with an address of a family that is asked for is taken as known.
  init(_ records: [ResourceRecord], of hosts: [DomainName], _ families: EndpointFamilies) {
    let wanted = Set(hosts)
    for record in records where record.class == .in && wanted.contains(record.name) {
      guard let address = record.data.address, families.asked.contains(address.family) else { continue }
      take([address], of: record.name, ttl: record.usableTTL)
    }
    missing = hosts.filter { addresses[$0] == nil }
  }

  /// Notes a host's addresses; none says that it has none.
  mutating func take(_ more: [IPAddress], of host: DomainName, ttl: UInt32?) {
    addresses[host, default: []] += more
    self.ttl = [self.ttl, ttl].compactMap(\.self).min()
  }
}

/// Why a lookup ends without a set, and how long that holds, in seconds.
private struct Ending: Error {
  let error: DiscoveryError
  let ttl: UInt32?

  init(_ reason: DiscoveryError.Reason, _ message: String, ttl: UInt32? = nil) {
    self.init(DiscoveryError(reason, message), ttl: ttl)
  }

  init(_ error: DiscoveryError, ttl: UInt32? = nil) { (self.error, self.ttl) = (error, ttl) }

  var found: FoundEndpoints { FoundEndpoints(update: .failure(error), ttl: ttl) }
}

extension Result<ResolvedRecords, DiscoveryError> {
  fileprivate func orEnd() throws(Ending) -> ResolvedRecords {
    switch self {
    case .success(let records): return records
    case .failure(let error): throw Ending(error)
    }
  }
}

extension EndpointFamilies {
  /// The families of which addresses are asked for.
  fileprivate var asked: [AddressFamily] {
    if case .only(let family) = self { [family] } else { AddressFamily.allCases }
  }

  /// The addresses of a Service's hosts that count.
  fileprivate func narrowed(_ hosts: [DomainName: [IPAddress]]) -> [DomainName: [IPAddress]] {
    guard self == .first, hosts.values.contains(where: { $0.contains { $0.family == .ipv4 } }) else { return hosts }
    return hosts.mapValues { $0.filter { $0.family == .ipv4 } }
  }
}

extension AddressFamily {
  fileprivate var recordType: RecordType { self == .ipv4 ? .a : .aaaa }
}

extension RecordData {
  /// The address of an A or AAAA record.
  fileprivate var address: IPAddress? {
    switch self {
    case .a(let address): .v4(address)
    case .aaaa(let address): .v6(address)
    default: nil
    }
  }
}
