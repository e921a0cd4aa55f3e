import ClusterZone
import DNSWire
import NetworkAddresses
import QueryEngine

extension Question {
  /// What somebody wants to have explained.
  ///
  /// - Parameters:
  ///   - name: the name in full; an address stands for its reverse name.
  ///   - type: the type's name; `nil` for A, and for PTR of an address.
  /// - Throws: ``Failure`` for what is no name or no type.
  init(explaining name: String, type: String?) throws {
    let address = IPAddress(name)
    let kind = type ?? (address == nil ? "A" : "PTR")
    guard let type = RecordType(kind.uppercased()) else {
      throw Failure.configuration("\(kind) is no type; write A, AAAA, SRV, PTR, …, or TYPE followed by its number")
    }
    if let address {
      self.init(name: DomainName(reverseOf: address), type: type, class: .in)
      return
    }
    do {
      self.init(name: try DomainName(name), type: type, class: .in)
    } catch {
      throw Failure.configuration("\(name): \(error)")
    }
  }
}

extension Configuration {
  /// What each server block answers to a question, and why.
  ///
  /// - Parameters:
  ///   - question: what is asked.
  ///   - upstream: what the blocks' upstream servers are, when nobody must be asked; `nil` when they may be.
  func explanation(of question: Question, upstream: SilentUpstream? = nil) async -> String {
    var lines = ["\(question.name) \(question.type)"]
    // Blocks without `bind` stand at one address of each family: one of them says it all.
    var seen = Set<ObjectIdentifier>()
    for address in blocks.keys.sorted(by: { ($0.port, $0.address) < ($1.port, $1.address) }) {
      let server = ServerPlan(blocks: blocks[address, default: []])
      guard let (block, zone) = server.block(for: question.name) else {
        lines.append("  \(address): no server block has a zone for it: REFUSED")
        continue
      }
      guard seen.insert(ObjectIdentifier(block.plan)).inserted else { continue }
      lines += await Explanation(question, block: block, zone: zone, at: address, upstream: upstream).lines
    }
    return lines.joined(separator: "\n")
  }
}

/// What one server block does with a question, in lines.
struct Explanation {
  private(set) var lines: [String] = []

  init(
    _ question: Question, block: BlockPlan, zone: DomainName, at address: SocketAddress, upstream: SilentUpstream?
  ) async {
    add("server block", "zone \(zone), port \(address.port)")
    add("stages", block.plan.stages.map { $0.name }.joined(separator: " → "))
    let message = Message(id: 0, questions: [question])
    let origin = QueryOrigin(
      client: SocketAddress(.v4(.loopback), port: 0), local: address, transport: .tcp)
    let response = await block.plan.answer(Query(message: message, origin: origin, size: message.encoded().count))
    let servers = upstream?.takeAsked() ?? []
    if !servers.isEmpty {
      add(
        "answered by", "forward, which would ask \(Set(servers.map(\.description)).sorted().joined(separator: " or "))")
    } else if let response {
      add("answered by", response.servedBy.map { $0.isEmpty ? "no stage" : $0 } ?? "no stage")
      add("answer", response.message)
    } else {
      add("answer", "none: the query is dropped")
    }
    for explanation in block.plan.clusterExplanations(of: question.name, type: question.type) { add(explanation) }
  }

  private mutating func add(_ label: String, _ text: String) {
    lines.append("  " + label + String(repeating: " ", count: max(1, 15 - label.count)) + text)
  }

  private mutating func add(_ label: String, _ message: Message) {
    add(label, "\(message.responseCode)\(message.authoritative ? ", authoritative" : "")")
    for (section, records) in [
      ("", message.answers), ("authority: ", message.authorities), ("additional: ", message.additionals),
    ] {
      for record in records {
        add("", "\(section)\(record.name) \(record.ttl) \(record.type) \(record.data.presentation)")
      }
    }
  }

  private mutating func add(_ explanation: NameExplanation) {
    add("kubernetes", "zone \(explanation.zone): \(Self.text(of: explanation.outcome))")
    for note in explanation.notes { add("", note) }
    if !explanation.objects.isEmpty { add("objects", explanation.objects.map(\.description).joined(separator: ", ")) }
    for endpoint in explanation.endpoints {
      let target = endpoint.target.isEmpty ? "" : " (\(endpoint.target))"
      add(
        "endpoint",
        "\(endpoint.address)\(target): \(endpoint.leftOut.map { "left out: \($0.rawValue)" } ?? "in the answer")")
    }
  }

  private static func text(of outcome: NameExplanation.Outcome) -> String {
    switch outcome {
    case .records(let records): "\(records.count) records"
    case .noData: "the name exists, without records of the type"
    case .nxDomain: "no such name"
    case .fallsThrough: "no such name here; the next stage is asked"
    case .alias(let target): "an alias of \(target)"
    case .notSynced: "the objects have not come yet"
    }
  }
}
