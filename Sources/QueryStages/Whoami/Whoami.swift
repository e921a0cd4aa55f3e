import DNSWire
import NetworkAddresses
import QueryEngine

/// Answers every question with who asked: the client's address, port and transport, in the additional section.
struct Whoami: QueryStage {
  static let name = "whoami"

  /// Each answer depends on who asks.
  var fastPath: FastPathRole { .opaque }

  func answer(_ query: Query, next: NextStage) async -> Response? {
    var message = Message.response(to: query.message)
    message.authoritative = true
    let client = query.origin.client
    message.additionals = [record(query.question.name, query, RecordData(client.address.unmapped))]
    // A name that leaves no room for one more label gets no SRV record.
    if let owner = try? query.question.name.prepending(label: "_" + query.origin.transport.rawValue) {
      let srv = SRV(priority: 0, weight: 0, port: client.port, target: .root)
      message.additionals.append(record(owner, query, .srv(srv)))
    }
    return Response(message)
  }

  private func record(_ owner: DomainName, _ query: Query, _ data: RecordData) -> ResourceRecord {
    ResourceRecord(name: owner, class: query.question.class, ttl: 0, data: data)
  }
}
