import DNSWire
import LiveServer

extension Ask {
  /// `ask NAME TYPE [CLASS] [+OPTION]…`
  init(_ block: Block) throws {
    let words = block.words.dropFirst()
    let plain = words.filter { !$0.hasPrefix("+") }
    guard (2...3).contains(plain.count), let type = RecordType(plain[plain.startIndex + 1]) else {
      throw block.error("\(block.words[0]) NAME TYPE [CLASS] [+OPTION]…")
    }
    guard let recordClass = plain.count == 3 ? RecordClass(plain[plain.startIndex + 2]) : .in else {
      throw block.error("unknown class")
    }
    let question = Question(name: try DomainName(plain[plain.startIndex]), type: type, class: recordClass)
    message = Message(id: 0, questions: [question])
    message.recursionDesired = true
    transports = [.udp, .tcp]
    for option in words where option.hasPrefix("+") { try apply(String(option.dropFirst()), block) }
  }

  private mutating func apply(_ option: String, _ block: Block) throws {
    let parts = option.split(separator: "=", maxSplits: 1).map(String.init)
    let value = parts.count == 2 ? parts[1] : ""
    switch parts[0] {
    case "udp": transports = [.udp]
    case "tcp": transports = [.tcp]
    case "times": times = UInt16(value) ?? 1
    case "norec": message.recursionDesired = false
    case "cd": message.checkingDisabled = true
    case "ad": message.authenticData = true
    case "aa": message.authoritative = true
    case "opcode": message.opcode = Opcode(rawValue: UInt8(value) ?? 0)
    case "edns": withEDNS { $0.udpPayloadSize = UInt16(value) ?? 1232 }
    case "do": withEDNS { $0.dnssecOK = true }
    case "version": withEDNS { $0.version = UInt8(value) ?? 0 }
    case "nsid": withEDNS { $0.options.append(.nsid([])) }
    case "keepalive": withEDNS { $0.options.append(.keepalive(nil)) }
    case "option": withEDNS { $0.options.append(.unknown(code: UInt16(value) ?? 0, bytes: [1, 2, 3, 4, 5, 6, 7, 8])) }
    case "serial": addSOA(serial: value)
    default: throw block.error("unknown option +\(option)")
    }
  }

  private mutating func withEDNS(_ change: (inout EDNS) -> Void) {
    var edns = message.edns ?? EDNS()
    change(&edns)
    message.edns = edns
  }

  /// IXFR: the serial that the client has (RFC 1995 §3).
  private mutating func addSOA(serial: String) {
    let soa = SOA(
      primary: .root, mailbox: .root, serial: UInt32(serial) ?? 0, refresh: 0, retry: 0, expire: 0, minimum: 0)
    message.authorities = [
      ResourceRecord(name: message.questions[0].name, ttl: 0, data: .soa(soa))
    ]
  }
}

extension Expectation {
  init(_ block: Block) throws {
    self.init()
    var sawStatus = false
    for part in block.inner {
      if try !read(part) {
        guard !sawStatus else { throw part.error("unknown expectation '\(part.words[0])'") }
        sawStatus = true
        (status, flags) = try Self.status(part)
      }
    }
    guard sawStatus || silence else { throw block.error("no response code is expected") }
  }

  /// Whether the line was something other than response code and flags.
  private mutating func read(_ part: Block) throws -> Bool {
    switch part.words[0] {
    case "silence": silence = true
    case "answer": answer = try SectionExpectation(part)
    case "authority": authority = try SectionExpectation(part)
    case "additional": additional = try SectionExpectation(part)
    case "absent": absent.append(part.words.dropFirst().joined(separator: " "))
    case "orders": orders = Orders(rawValue: part.words.last ?? "")
    case "option": options += part.words.dropFirst()
    default: return false
    }
    return true
  }

  static func status(_ part: Block) throws -> (ResponseCode, Set<String>) {
    guard let code = ResponseCode(part.words[0]) else { throw part.error("unknown response code '\(part.words[0])'") }
    let flags = Set(part.words.dropFirst())
    guard flags.isSubset(of: ["aa", "tc", "ra", "ad"]) else { throw part.error("flags are aa, tc, ra and ad") }
    return (code, flags)
  }
}

extension SectionExpectation {
  init(_ part: Block) throws {
    let arguments = part.words.dropFirst().joined(separator: " ")
    let patterns = part.body.filter { !$0.text.isEmpty }.map { RecordPattern($0.text) }
    switch arguments {
    case "": self = .records(patterns, inOrder: false)
    case "in order": self = .records(patterns, inOrder: true)
    case "any": self = .any
    default:
      let words = part.words
      if words[1] == "soa", words.count == 4 {
        self = .records([Self.soa(zone: words[2], ttl: words[3])], inOrder: false)
      } else if words[1] == "some", words.count == 3, let least = Int(words[2]) {
        self = .some(least, of: patterns)
      } else {
        throw part.error("unknown kind of section: \(arguments)")
      }
    }
  }

  /// The SOA record of a cluster zone: its minimum is the zone's TTL, its own TTL at most 300 s.
  private static func soa(zone: String, ttl: String) -> RecordPattern {
    let own = UInt32(ttl).map { String(min($0, 300)) } ?? ttl
    return RecordPattern("\(zone) \(own) SOA ns.dns.\(zone) hostmaster.\(zone) * 7200 1800 86400 \(ttl)")
  }
}

extension UpstreamRule {
  /// `NAME TYPE [+udp|+tcp] [+FAULT]…`, below it `silence`, or a response code with flags, and sections of records.
  static func rules(_ block: Block) throws -> [UpstreamRule] {
    let plain = block.words.filter { !$0.hasPrefix("+") }
    guard plain.count == 2 else { throw block.error("NAME TYPE [+OPTION]…") }
    let marks = block.words.filter { $0.hasPrefix("+") }.map { String($0.dropFirst()) }
    var rule = UpstreamRule(
      question: "\(try DomainName(plain[0]).lowercased()) \(plain[1])", transport: nil, faults: [], reply: nil)
    for mark in marks {
      if let transport = Transport(rawValue: mark) { rule.transport = transport } else { rule.faults.append(mark) }
    }
    var reply = UpstreamReply(status: .noError, flags: [], sections: [[], [], []])
    var isSilent = false
    for part in block.inner {
      if part.words[0] == "silence" {
        isSilent = true
      } else if let section = ["answer", "authority", "additional"].firstIndex(of: part.words[0]) {
        reply.sections[section] = part.body.map(\.text)
      } else {
        (reply.status, reply.flags) = try Expectation.status(part)
      }
    }
    rule.reply = isSilent ? nil : reply
    return [rule]
  }
}
