import DNSWire
import NetworkAddresses
import QueryEngine

/// Answers A, AAAA and PTR from a hosts file.
struct Hosts: QueryStage {
  static let name = "hosts"

  let file: HostsFile
  /// Other names go to the next stage.
  let zones: ZoneSet
  /// In seconds.
  let ttl: UInt32
  let falls: Fallthrough
  /// Whether other types of names that exist fall through, too.
  let unsupportedFalls: Bool

  var fastPath: FastPathRole { .guards(self) }

  func answer(_ query: Query, next: NextStage) async -> Response? {
    let question = query.question
    if question.type == .ptr {
      if let response = pointers(query) { return response }
      return await next(query)
    }
    guard zones.contains(question.name) else { return await next(query) }
    guard let addresses = file.table.addresses(of: question.name) else {
      // There is no SOA that could come with a denial.
      return falls.applies(to: question.name) ? await next(query) : Response(.servFail, to: query)
    }
    switch question.type {
    case .a: return response(query, addresses.v4.map(RecordData.a))
    case .aaaa: return response(query, addresses.v6.map(RecordData.aaaa))
    default:
      let falls = unsupportedFalls && falls.applies(to: question.name)
      return falls ? await next(query) : response(query, [])
    }
  }

  /// The answer to a question for an address's names; `nil` when there are none.
  private func pointers(_ query: Query) -> Response? {
    guard let address = query.question.name.reverseAddress else { return nil }
    let names = file.table.names(of: address)
    return names.isEmpty ? nil : response(query, names.map(RecordData.ptr))
  }

  private func response(_ query: Query, _ data: [RecordData]) -> Response {
    var message = Message.response(to: query.message)
    message.authoritative = true
    message.answers = data.map { ResourceRecord(name: query.question.name, ttl: ttl, data: $0) }
    return Response(message)
  }
}

extension Hosts: FastGuard {
  /// A zone is open as long as the table has nothing in it. Where names that the table does not have fail, it is shut for good.
  func passage(to zone: DomainName) -> FastPassage {
    let misses = zones.zones.filter { ZoneSet([$0]).overlaps(zone) }.map { $0.labelCount > zone.labelCount ? $0 : zone }
    return misses.allSatisfy(falls.applies) ? .gate(file.gate(for: zone)) : .shut
  }
}
