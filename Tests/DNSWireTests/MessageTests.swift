import NetworkAddresses
import Testing

@testable import DNSWire

@Suite("RFC 1035 §4: messages")
struct MessageTests {
  static let name = try? DomainName("web.shop.svc.cluster.local")

  @Test("A query as resolvers send it")
  func query() throws {
    let bytes: [UInt8] =
      [0x12, 0x34, 0x01, 0x20, 0, 1, 0, 0, 0, 0, 0, 1, 3, 119, 101, 98, 0, 0, 28, 0, 1]
      + [0, 0, 41, 0x04, 0xD0, 0, 0, 0x80, 0, 0, 0]
    let message = try Message(parsing: bytes)
    var expected = Message(
      id: 0x1234, questions: [Question(name: try DomainName("web"), type: .aaaa)],
      edns: EDNS(udpPayloadSize: 1232, dnssecOK: true))
    expected.recursionDesired = true
    expected.authenticData = true
    #expect(message == expected)
    #expect(message.encoded() == bytes)
  }

  @Test("A response copies number, opcode, question, RD and CD, and nothing else")
  func response() throws {
    var query = Message(id: 7, opcode: .notify, questions: [Question(name: .root, type: .soa)], edns: EDNS())
    (query.recursionDesired, query.checkingDisabled, query.authenticData) = (true, true, true)
    query.recursionAvailable = true
    let response = Message.response(to: query)
    var expected = Message(id: 7, isResponse: true, opcode: .notify, questions: query.questions)
    (expected.recursionDesired, expected.checkingDisabled) = (true, true)
    #expect(response == expected)
  }
}
