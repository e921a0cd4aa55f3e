import ClusterModel
public import DNSWire
import FinishedAnswers
import NetworkAddresses

// What a zone transfer hands out (RFC 5936): not all that is answered, but what a secondary needs, as CoreDNS does it.

extension ClusterZone {
  /// All records of a zone, its SOA first and last, each other record once. O(objects).
  ///
  /// - Parameter zone: among ``zones``.
  public func transferRecords(of zone: Int) -> [ResourceRecord] {
    let soa = soa(of: zone, asked: zones[zone].name)
    var list = TransferList(zone: zones[zone].name, ttl: configuration.ttl)
    state.withLock { state in
      state.apex.list(in: &list, isForward: layouts[zone].isForward)
      if layouts[zone].isForward { listServices(state, &list) }
    }
    if !ReverseZone.prefixes(of: zones[zone].name).isEmpty { listPointers(of: zone, &list) }
    return [soa] + list.records + [soa]
  }

  private func listServices(_ state: State, _ list: inout TransferList) {
    let names = state.index.services.keys.filter { state.index.shows($0.namespace) }
    for name in names.sorted(by: { ($0.namespace, $0.name) < ($1.namespace, $1.name) }) {
      guard let entry = state.index.services[name], let service = entry.service.flatMap(Service.init),
        let key = ServiceCompiler.key(of: service)
      else { continue }
      if let target = service.externalTarget {
        list.add(key, .cname(target))
      } else if service.spec.isHeadless {
        listHeadless(service, entry.endpointSlices, key, &list)
      } else if service.spec.type != .externalName {
        listClusterIP(service.spec, key, &list)
      }
    }
  }

  /// The addresses, and each port at the Service's name and, when it has a name, at its own.
  private func listClusterIP(_ spec: ServiceSpec, _ key: NameKey, _ list: inout TransferList) {
    for address in spec.clusterIPs { list.add(key, RecordData(address)) }
    for port in spec.ports where !spec.clusterIPs.isEmpty {
      guard let number = UInt16(exactly: port.port) else { continue }
      list.add(key, weight: 100, port: number, target: key)
      if let portKey = key.below(port: port.name, port.protocol) {
        list.add(portKey, weight: 100, port: number, target: key)
      }
    }
  }

  /// The endpoints at the Service's name and at their own, and their named ports; weights are those within a slice.
  private func listHeadless(_ service: Service, _ slices: [EndpointSlice], _ key: NameKey, _ list: inout TransferList) {
    let endpoints = compiler.endpoints(of: service, slices)
    var counts = endpoints.ports.map { _ in 0 }
    for member in endpoints.members { counts[member.slice] += 1 }
    for member in endpoints.members {
      let name = endpoints.names[member.name].key
      list.add(key, RecordData(member.address))
      list.add(name, RecordData(member.address))
      for port in endpoints.ports[member.slice] {
        guard let number = port.number, let key = key.below(port: port.name, port.protocol) else { continue }
        list.add(key, weight: UInt16(max(1, 100 / counts[member.slice])), port: number, target: name)
      }
    }
  }

  private func listPointers(of zone: Int, _ list: inout TransferList) {
    var found: [(key: NameKey, targets: [[UInt8]])] = []
    zones[zone].table.forEach { answers in
      let targets = answers.recordData(RecordType.ptr.rawValue)
      if !targets.isEmpty { found.append((answers.name, targets)) }
    }
    for (key, targets) in found.sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
      for target in targets { if let name = try? DomainName(wire: target) { list.add(key, .ptr(name)) } }
    }
  }
}

/// The records of a transfer in their order, each once.
struct TransferList {
  private(set) var records: [ResourceRecord] = []
  private var seen = Set<ResourceRecord>()
  private let zone: DomainName
  private let ttl: UInt32

  init(zone: DomainName, ttl: UInt32) {
    self.zone = zone
    self.ttl = ttl
  }

  mutating func add(_ key: NameKey, _ data: RecordData) {
    guard let owner = name(key) else { return }
    let record = ResourceRecord(name: owner, ttl: ttl, data: data)
    if seen.insert(record).inserted { records.append(record) }
  }

  mutating func add(_ key: NameKey, weight: UInt16, port: UInt16, target: NameKey) {
    guard let target = name(target) else { return }
    add(key, .srv(SRV(priority: 0, weight: weight, port: port, target: target)))
  }

  /// A name of the zone; `nil` when it would be too long.
  func name(_ key: NameKey) -> DomainName? { try? DomainName(wire: key + zone.wire) }
}

extension NameKey {
  /// The name of a Service's port: `_http._tcp` in front; `nil` for ports without a name.
  func below(port: String, _ proto: TransportProtocol) -> NameKey? {
    port.isEmpty ? nil : below(underscored: proto.rawValue)?.below(underscored: port)
  }
}

extension ApexNames {
  /// The zone's name servers with their addresses.
  func list(in list: inout TransferList, isForward: Bool) {
    for server in servers(isForward: isForward) {
      if let name = list.name(server.target) { list.add(.apex, .ns(name)) }
      for address in server.addresses { list.add(server.target, RecordData(address)) }
    }
  }
}
