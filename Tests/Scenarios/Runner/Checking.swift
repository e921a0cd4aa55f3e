import DNSWire
import LiveServer

extension Expectation {
  /// What of a reply is not as expected, one line each.
  func breaches(_ reply: ReceivedMessage) -> [String] {
    var found: [String] = []
    if reply.status != status { found.append("response code \(reply.status), not \(status)") }
    if reply.flags != flags { found.append("flags \(reply.flags.sorted()), not \(flags.sorted())") }
    for (name, section, records) in [
      ("answer", answer, reply.answer), ("authority", authority, reply.authority),
      ("additional", additional, reply.additional),
    ] {
      if let breach = section.breach(records) { found.append("\(name): \(breach)") }
    }
    for text in absent {
      found += (reply.answer + reply.authority + reply.additional).filter { $0.contains(text) }.map {
        "there is '\($0)'"
      }
    }
    return found + options.compactMap { Self.breach($0, reply.edns) }
  }

  private static func breach(_ option: String, _ edns: EDNS?) -> String? {
    guard let edns else { return "no OPT record, so no \(option)" }
    let isPresent =
      switch option.drop(while: { $0 == "!" }).split(separator: "=").first ?? "" {
      case "nsid": edns.options.contains { $0.code == 3 }
      case "cookie": edns.options.contains { $0.code == 10 }
      case "subnet": edns.options.contains { $0.code == 8 }
      case "keepalive": edns.options.contains { $0.code == 11 }
      case "any": !edns.options.isEmpty
      case "ede":
        edns.options.contains {
          if case .extendedError(let error) = $0 { option == "ede=\(error.code)" } else { false }
        }
      case "udp": option == "udp=\(edns.udpPayloadSize)"
      case "do": edns.dnssecOK
      case "version": option == "version=\(edns.version)"
      default: false
      }
    return isPresent == !option.hasPrefix("!") ? nil : "OPT is not \(option): \(edns)"
  }
}

extension SectionExpectation {
  /// `nil` when the records fit.
  func breach(_ records: [String]) -> String? {
    switch self {
    case .any: return nil
    case .some(let least, let patterns):
      if records.count < least { return "\(records.count) records, not \(least) at least" }
      let odd = records.filter { record in !patterns.contains { $0.fits(record) } }
      return odd.isEmpty ? nil : "unexpected \(odd)"
    case .records(let patterns, let inOrder):
      let fits =
        inOrder
        ? patterns.count == records.count && zip(patterns, records).allSatisfy { $0.fits($1) }
        : Self.match(patterns, records)
      return fits ? nil : "got \(records), expected \(patterns)\(inOrder ? " in this order" : "")"
    }
  }

  /// Whether each record fits a pattern of its own.
  private static func match(_ patterns: [RecordPattern], _ records: [String]) -> Bool {
    guard patterns.count == records.count else { return false }
    var rest = patterns
    return records.allSatisfy { record in
      guard let index = rest.firstIndex(where: { $0.fits(record) }) else { return false }
      rest.remove(at: index)
      return true
    }
  }
}

extension ReceivedMessage {
  /// What every reply must keep to, whatever was asked.
  func breachesOfRules(query: [UInt8], transport: Transport) -> [String] {
    var found: [String] = []
    let asked = Header(query)
    if header.id != asked?.id { found.append("another ID") }
    if !header.flags.isResponse { found.append("QR is 0") }
    if let asked, header.flags.opcode != asked.flags.opcode {
      found.append("opcode \(header.flags.opcode), not as asked")
    }
    if bytes[3] & 0x40 != 0 { found.append("the Z bit is set") }
    if status != .noError, status != .nxDomain, bytes.count > query.count + 160 {
      found.append("an error of \(bytes.count) octets for \(query.count)")
    }
    if header.questionCount > 1 { found.append("\(header.questionCount) questions") }
    return found
  }

  /// What a reply to a well-formed query must keep to besides: the question as it came, RD and CD copied, OPT for OPT, the size.
  func breachesOfRules(ask: Message, query: [UInt8], transport: Transport) -> [String] {
    var found = breachesOfRules(query: query, transport: transport)
    if let question = ask.questions.first {
      let octets = query[12..<(12 + question.name.wire.count + 4)]
      if !bytes.dropFirst(12).starts(with: octets) {
        found.append("the question is not as it was asked, octet by octet")
      }
    }
    if header.flags.recursionDesired != ask.recursionDesired { found.append("RD is not as asked") }
    if header.flags.checkingDisabled != ask.checkingDisabled { found.append("CD is not as asked") }
    if (edns == nil) != (ask.edns == nil) { found.append(edns == nil ? "no OPT record" : "an OPT record unasked") }
    let limit = ask.edns.map { max(512, min(Int($0.udpPayloadSize), 1232)) } ?? 512
    if transport == .udp, bytes.count > limit { found.append("\(bytes.count) octets, over \(limit)") }
    return found
  }
}
