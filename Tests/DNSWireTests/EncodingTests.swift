import NetworkAddresses
import Testing

@testable import DNSWire

@Suite("RFC 2181 §9, RFC 6891 §6.2: messages within a size")
struct EncodingTests {
  /// A response to `web.a. A` with as many A records in each section, sixteen octets each, at owners of their own.
  private func response(answers: Int = 0, authorities: Int = 0, additionals: [String] = []) throws -> Message {
    let name = try DomainName("web.a")
    var message = Message(id: 1, isResponse: true, questions: [Question(name: name, type: .a)])
    message.authoritative = true
    message.answers = (0..<answers).map { record(name, $0) }
    message.authorities = (0..<authorities).map { record(name, $0) }
    message.additionals = try additionals.enumerated().map { record(try DomainName($1), $0) }
    return message
  }

  private func record(_ name: DomainName, _ number: Int) -> ResourceRecord {
    ResourceRecord(name: name, ttl: 5, data: .a(IPv4Address(bits: UInt32(number))))
  }

  /// What a message is after it was written within a limit, which it must keep.
  private func written(_ message: Message, limit: Int) throws -> Message {
    let bytes = message.encoded(limit: limit)
    #expect(bytes.count <= limit)
    return try Message(parsing: bytes)
  }

  @Test("Additional records go first, in whole RRsets, without TC")
  func additionalsFirst() throws {
    let names = ["x.web.a", "x.web.a", "y.web.a", "y.web.a", "y.web.a"]
    // 12 + 11 octets of header and question, 16 a record, 2 more where an owner is new.
    let message = try response(answers: 28, additionals: names)
    let whole = message.encoded().count
    #expect(whole == 23 + 33 * 16 + 4)
    for limit in stride(from: whole, through: 512, by: -1) {
      let read = try written(message, limit: limit)
      #expect(read.answers == message.answers)
      #expect(!read.truncated)
      #expect(read.additionals.count == (limit == whole ? 5 : limit >= 23 + 30 * 16 + 2 ? 2 : 0))
    }
  }

  @Test("Then TC is set, with as many whole records as fit")
  func truncation() throws {
    let read = try written(try response(answers: 31, authorities: 1, additionals: ["x.web.a"]), limit: 512)
    #expect(read.answers.count == 30)
    #expect(read.authorities.isEmpty && read.additionals.isEmpty)
    #expect(read.truncated)
    #expect(read.questions.count == 1)
  }

  @Test("A record of the authority section that is missing is truncation too")
  func authorities() throws {
    let read = try written(try response(answers: 29, authorities: 3), limit: 512)
    #expect((read.answers.count, read.authorities.count, read.truncated) == (29, 1, true))
  }

  @Test("OPT is always there, with its options if there is room")
  func opt() throws {
    var message = try response(answers: 40)
    message.edns = EDNS(options: [.padding(count: 100)])
    let read = try written(message, limit: 512)
    #expect(read.edns == message.edns)
    #expect((read.truncated, read.answers.count) == (true, (512 - 23 - 115) / 16))
    message.edns = EDNS(options: [.padding(count: 1000)])
    let bare = try written(message, limit: 512)
    #expect(bare.edns == EDNS())
    #expect((bare.truncated, bare.answers.count) == (true, (512 - 23 - 11) / 16))
  }

  @Test("An OPT record takes the room of additional records, not of answers")
  func optBeforeAdditionals() throws {
    var message = try response(answers: 28, additionals: ["x.web.a", "y.web.a"])
    message.edns = EDNS()
    let read = try written(message, limit: 512)
    #expect((read.answers.count, read.additionals.count, read.truncated) == (28, 1, false))
    #expect(read.edns == EDNS())
  }

  @Test("RFC 9471 §3.1: a referral that loses the glue of its own zone is truncated", arguments: [true, false])
  func referral(inside: Bool) throws {
    var message = try response(additionals: (0..<40).map { inside ? "ns\($0).web.a" : "ns\($0).b" })
    message.authoritative = false
    message.authorities = [
      ResourceRecord(name: try DomainName("web.a"), ttl: 5, data: .ns(try DomainName("ns1.web.a")))
    ]
    #expect(try written(message, limit: 512).truncated == inside)
    #expect(try written(message, limit: 4096).truncated == false)
  }

  @Test("65,535 octets are the most, whatever is asked for", arguments: [65535, 100_000])
  func largest(limit: Int) throws {
    let message = try response(answers: 5000)
    let read = try written(message, limit: 65535)
    #expect(read.answers.count == (65535 - 23) / 16)
    #expect(read.truncated)
    #expect(message.encoded(limit: limit).count <= 65535)
  }

  @Test("512 octets are always allowed", arguments: [-1, 0, 511, 512])
  func smallest(limit: Int) throws {
    #expect(try response(answers: 20).encoded(limit: limit) == response(answers: 20).encoded())
  }

  @Test("A record that no message can hold is left out, with TC")
  func hugeRecord() throws {
    var message = try response(answers: 1)
    message.answers.append(
      ResourceRecord(name: .root, ttl: 0, data: .unknown(type: .null, bytes: [UInt8](repeating: 1, count: 70_000))))
    let read = try written(message, limit: 65535)
    #expect((read.answers.count, read.truncated) == (1, true))
  }

  @Test("5,000 endpoints at one name: each target written once, their addresses pointing to it")
  func manyEndpoints() throws {
    let service = try DomainName("_http._tcp.web.shop.svc.cluster.local")
    var message = Message(id: 1, isResponse: true, questions: [Question(name: service, type: .srv)])
    for index in 0..<800 {
      let target = try DomainName("10-0-\(index / 250)-\(index % 250).web.shop.svc.cluster.local")
      message.answers.append(
        ResourceRecord(name: service, ttl: 5, data: .srv(SRV(priority: 0, weight: 1, port: 80, target: target))))
      message.additionals.append(ResourceRecord(name: target, ttl: 5, data: .a(IPv4Address(bits: UInt32(index)))))
    }
    let bytes = message.encoded()
    #expect(try Message(parsing: bytes) == message)
    // Pointers reach the first 16,383 octets; behind them a target is written once more, but for its known end.
    let reachable = 0x3FFF / (12 + 18 + 33)
    #expect(bytes.count < 54 + 800 * (12 + 6 + 42) + reachable * 16 + (800 - reachable) * (16 + 13))
  }

  @Test("What is taken back can't be pointed to")
  func takenBack() throws {
    var writer = MessageWriter()
    writer.write(Header(id: 0, flags: HeaderFlags(rawValue: 0), answerCount: 1))
    writer.write(record(try DomainName("gone.b"), 1))
    writer.truncate(to: Header.length)
    writer.write(record(try DomainName("here.b"), 1))
    writer.write(record(try DomainName("gone.b"), 2))
    writer.write(Header(id: 0, flags: HeaderFlags(rawValue: 0), answerCount: 2))
    #expect(try Message(parsing: writer.bytes).answers.map(\.name.description) == ["here.b.", "gone.b."])
  }
}
