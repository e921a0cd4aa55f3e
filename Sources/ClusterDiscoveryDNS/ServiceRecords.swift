import ClusterDiscovery
import DNSWire
import NetworkAddresses

/// The SRV records of a service and the addresses of their hosts, as endpoints (RFC 2782). Pure.
struct ServiceRecords {
  /// Each host with a port once, in the message's order; those without a port are no endpoints.
  let records: [SRV]

  /// - Parameter data: the answer's records. A lone one whose host is the root says that there is no such service.
  init(_ data: [RecordData]) {
    var seen: Set<Place> = []
    records = data.compactMap {
      guard case .srv(let srv) = $0, !srv.target.isRoot, srv.port > 0 else { return nil }
      return seen.insert(Place(host: srv.target, port: srv.port)).inserted ? srv : nil
    }
  }

  private struct Place: Hashable {
    let host: DomainName
    let port: UInt16
  }

  /// The hosts, each once.
  var hosts: [DomainName] {
    var seen: Set<DomainName> = []
    return records.map(\.target).filter { seen.insert($0).inserted }
  }

  /// The ports, when a host has several of them; else empty.
  var competingPorts: [UInt16] { hosts.count == records.count ? [] : Set(records.map(\.port)).sorted() }

  /// Each address of a host is an endpoint.
  ///
  /// - Parameters:
  ///   - addresses: the hosts' addresses.
  ///   - domain: the Service's own name; a host directly below it has its first label as its hostname.
  func endpoints(_ addresses: [DomainName: [IPAddress]], in domain: DomainName?) -> [Endpoint] {
    let reachable = records.filter { addresses[$0.target]?.isEmpty == false }
    let weights = Self.weights(reachable.map { ($0.weight, addresses[$0.target]?.count ?? 1) })
    let first = reachable.map(\.priority).min() ?? 0
    return zip(reachable, weights).flatMap { srv, weight in
      (addresses[srv.target] ?? []).map { address in
        Endpoint(
          SocketAddress(address, port: srv.port), hostname: srv.target.hostname(in: domain), weight: weight,
          condition: srv.priority == first ? .ready : .inReserve,
          metadata: srv.priority == first ? [:] : ["priority": "\(srv.priority)"])
      }
    }
  }

  /// What each address of a host weighs, so that together they weigh what the host does beside others. As the records say
  /// where that comes out even, else on a larger scale.
  private static func weights(_ hosts: [(weight: UInt16, addresses: Int)]) -> [UInt16] {
    let shares = hosts.map { Double($0.weight) / Double($0.addresses) }
    let isEven = shares.allSatisfy { $0 == $0.rounded() }
    let scale = isEven ? 1 : Double(UInt16.max) / (shares.max() ?? 1)
    return shares.map { UInt16(min(max(($0 * scale).rounded(), 1), Double(UInt16.max))) }
  }
}

extension DomainName {
  /// The first label of a name directly below another.
  fileprivate func hostname(in domain: DomainName?) -> String? {
    guard let domain, parent == domain, let label = labels.first else { return nil }
    return String(decoding: label, as: UTF8.self)
  }
}

extension EndpointCondition {
  /// Of a priority that comes after another: it answers, and is to be asked when nobody of that one is there.
  fileprivate static let inReserve = Self(isReady: false, isServing: true, isTerminating: false)
}
