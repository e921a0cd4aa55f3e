import DNSWire
import QueryEngine

/// Queries in wire form, one after the other in memory that nobody counts references to.
struct QueryMix: ~Copyable {
  /// What is asked.
  enum Kind: String, CaseIterable {
    /// 70 % addresses, 10 % SRV, 10 % AAAA where only A exists, 10 % names that do not exist.
    case mix
    case address, srv, nodata, nxdomain
    /// The addresses of a headless Service with 70 endpoints.
    case long
    /// Addresses of endpoints that their Service lists.
    case endpoint
  }

  static let count = 4_096
  /// Room for a query and what is read behind it.
  static let stride = 320

  let packets: UnsafeMutablePointer<UInt8>
  let lengths: UnsafeMutablePointer<Int>

  init(_ kind: Kind) throws {
    packets = .allocate(capacity: Self.count * Self.stride)
    packets.initialize(repeating: 0, count: Self.count * Self.stride)
    lengths = .allocate(capacity: Self.count)
    for index in 0..<Self.count {
      let octets = try Self.query(kind == .mix ? Self.kind(at: index) : kind, index).encoded()
      (packets + index * Self.stride).update(from: octets, count: octets.count)
      (lengths + index).initialize(to: octets.count)
    }
  }

  deinit {
    packets.deallocate()
    lengths.deallocate()
  }

  private static func kind(at index: Int) -> Kind {
    switch index % 10 {
    case 3: .srv
    case 5: .nodata
    case 8: .nxdomain
    default: .address
    }
  }

  private static func query(_ kind: Kind, _ index: Int) throws -> Message {
    // A step without a factor in common with the number of Services: the order looks like none.
    let number = index * 617 % SampleCluster.services
    let namespace = SampleCluster.namespace(number)
    let name = "service-\(number).\(namespace).svc.cluster.local"
    let (owner, type): (String, RecordType) =
      switch kind {
      case .mix, .address: (name, .a)
      case .srv: ("_http._tcp." + name, .srv)
      case .nodata: (name, .aaaa)
      case .nxdomain: (name + "." + namespace + ".svc.cluster.local", .a)
      case .long: ("large.ns-9.svc.cluster.local", .a)
      case .endpoint: ("\(SampleCluster.endpointLabel(number, 1)).\(name)", .a)
      }
    return Message(
      id: UInt16(truncatingIfNeeded: index), questions: [Question(name: try DomainName(owner), type: type)],
      edns: EDNS(udpPayloadSize: 1232))
  }

  /// What is wrong with the replies to these queries, judged before anything is counted; `nil` when nothing is.
  func complaint(_ kind: Kind, _ cluster: borrowing SampleCluster) -> String? {
    var fast = FastPath(plan: cluster.plan, metrics: cluster.metrics.queries)
    let out = UnsafeMutablePointer<UInt8>.allocate(capacity: Worker.replyRoom)
    defer { out.deallocate() }
    return cluster.zone.reclaimer.read {
      for index in 0..<Self.count {
        let outcome = fast.answer(
          packets + index * Self.stride, count: lengths[index], into: out, plan: cluster.plan,
          arrival: FastPath.Arrival(transport: .udp, isIPv6: false, now: 1))
        guard case .reply(let length) = outcome else { return "query \(index) gets no reply from the fast path" }
        let octets = Array(UnsafeBufferPointer(start: out, count: length))
        guard let reply = try? Message(parsing: octets) else { return "the reply to query \(index) cannot be read" }
        let part = kind == .mix ? Self.kind(at: index) : kind
        guard Self.isRight(reply, for: part) else { return "the reply to query \(index), \(part), is wrong: \(reply)" }
      }
      return nil
    }
  }

  private static func isRight(_ reply: Message, for kind: Kind) -> Bool {
    switch kind {
    case .mix, .address, .srv, .endpoint: reply.responseCode == .noError && [1, 3].contains(reply.answers.count)
    case .nodata: reply.responseCode == .noError && reply.answers.isEmpty && !reply.authorities.isEmpty
    case .nxdomain: reply.responseCode == .nxDomain && !reply.authorities.isEmpty
    case .long: reply.responseCode == .noError && reply.answers.count > 60
    }
  }
}
