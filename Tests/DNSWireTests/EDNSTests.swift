import NetworkAddresses
import Testing

@testable import DNSWire

@Suite("RFC 6891: EDNS")
struct EDNSTests {
  private static let opt: [UInt8] = [0, 0, 41, 0x10, 0, 0, 0, 0, 0, 0, 0]
  private static let a: [UInt8] = [0, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 10, 0, 0, 1]

  private static func message(answers: [[UInt8]] = [], additionals: [[UInt8]] = [], rcode: UInt8 = 0) -> [UInt8] {
    [0, 0, 0, rcode, 0, 0, 0, UInt8(answers.count), 0, 0, 0, UInt8(additionals.count)] + answers.flatMap { $0 }
      + additionals.flatMap { $0 }
  }

  @Test(
    "§6.1.1: one OPT record at most, in the additional section, at the root",
    arguments: [
      (message(answers: [opt]), .misplacedOPT(at: 12)), (message(additionals: [opt, a, opt]), .repeatedOPT(at: 38)),
      (message(additionals: [[1, 97] + opt]), .misplacedOPT(at: 12)),
      (message(additionals: [opt.dropLast() + [1]]), .truncated(at: 23)),
      (message(additionals: [opt.dropLast() + [3, 0, 3, 0]]), .truncated(at: 25)),
      (message(additionals: [opt.dropLast() + [5, 0, 3, 0, 2, 1]]), .truncated(at: 27)),
    ] as [([UInt8], WireError)])
  func placed(bytes: [UInt8], error: WireError) {
    #expect(throws: error) { try Message(parsing: bytes) }
  }

  @Test("It may stand before or behind other records, and is none of them", arguments: [[opt, a], [a, opt]])
  func order(additionals: [[UInt8]]) throws {
    let message = try Message(parsing: Self.message(additionals: additionals))
    #expect(message.additionals.map(\.type) == [.a])
    #expect(message.edns == EDNS(udpPayloadSize: 4096))
  }

  @Test(
    "§6.1.3: its fields",
    arguments: [
      // Extended code, version, flags.
      ([0, 0, 0x80, 0], 3, ResponseCode.nxDomain, EDNS(udpPayloadSize: 4096, dnssecOK: true)),
      ([1, 0, 0, 0], 0, .badVers, EDNS(udpPayloadSize: 4096)),
      ([0xFF, 0, 0x7F, 0xFF], 15, ResponseCode(rawValue: 4095), EDNS(udpPayloadSize: 4096, otherFlags: 0x7FFF)),
      ([1, 5, 0, 0], 0, .badVers, EDNS(udpPayloadSize: 4096, version: 5)),
    ] as [([UInt8], UInt8, ResponseCode, EDNS)])
  func fields(ttl: [UInt8], rcode: UInt8, code: ResponseCode, edns: EDNS) throws {
    var opt = Self.opt
    opt.replaceSubrange(5..<9, with: ttl)
    let bytes = Self.message(additionals: [opt], rcode: rcode)
    let message = try Message(parsing: bytes)
    #expect(message.responseCode == code)
    #expect(message.edns == edns)
    #expect(message.encoded() == bytes)
  }

  @Test("Options of a version that we do not know are passed over")
  func unknownVersion() throws {
    let opt: [UInt8] = [0, 0, 41, 0x10, 0, 0, 1, 0, 0, 0, 3, 1, 2, 3]
    let edns = try #require(try Message(parsing: Self.message(additionals: [opt])).edns)
    #expect(edns == EDNS(udpPayloadSize: 4096, version: 1))
  }

  @Test("Without EDNS, only four bits of the response code are written")
  func upperBits() throws {
    var message = Message(id: 1, isResponse: true)
    message.responseCode = .badVers
    #expect(try Message(parsing: message.encoded()).responseCode == .noError)
  }
}

@Suite("EDNS options")
struct EDNSOptionTests {
  private static func bytes(_ code: UInt16, _ content: [UInt8]) -> [UInt8] {
    let option = [UInt8(code >> 8), UInt8(code & 255), 0, UInt8(content.count)] + content
    return [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 41, 0x10, 0, 0, 0, 0, 0, 0, UInt8(option.count)] + option
  }

  private static let cookie: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8]

  @Test(
    "They are read, and written as they were",
    arguments: [
      (3, [], .nsid([])), (3, [97], .nsid([97])),
      (8, [0, 1, 20, 0, 10, 96, 16], subnet("10.96.16.0/20")), (8, [0, 1, 0, 0], subnet("0.0.0.0/0")),
      (8, [0, 2, 48, 40, 0x20, 1, 0xD, 0xB8, 0, 1], subnet("2001:db8:1::/48", scope: 40)),
      (8, [0, 0, 0, 0], .unknown(code: 8, bytes: [0, 0, 0, 0])), (8, [0, 9, 7], nil),
      (8, [0, 9, 7, 7, 7], .unknown(code: 8, bytes: [0, 9, 7, 7, 7])),
      (10, cookie, Cookie(client: cookie).map(EDNSOption.cookie)),
      (10, cookie + cookie, Cookie(client: cookie, server: cookie).map(EDNSOption.cookie)),
      (11, [], .keepalive(nil)), (11, [1, 2], .keepalive(258)), (12, [0, 0, 0], .padding(count: 3)),
      (15, [0, 18, 0xC3, 0xA9], .extendedError(ExtendedError(code: 18, text: "é"))),
      (15, [0, 3], .extendedError(ExtendedError(code: ExtendedError.staleAnswer))),
      (65001, [9], .unknown(code: 65001, bytes: [9])),
    ] as [(UInt16, [UInt8], EDNSOption?)])
  func read(code: UInt16, content: [UInt8], option: EDNSOption?) throws {
    let bytes = Self.bytes(code, content)
    let option = option ?? .unknown(code: code, bytes: content)
    let message = try Message(parsing: bytes)
    #expect(message.edns?.options == [option])
    #expect(option.code == code)
    #expect(message.encoded() == bytes)
  }

  @Test(
    "Malformed ones are kept as octets, for who acts upon them to refuse",
    arguments: [
      // RFC 7871 §6: too few octets, too many, bits behind the prefix, lengths beyond the family, no lengths.
      (8, [0, 1, 24, 0, 10, 96]), (8, [0, 1, 8, 0, 10, 96]), (8, [0, 1, 20, 0, 10, 96, 17]),
      (8, [0, 1, 33, 0, 10, 96, 16, 1, 1]), (8, [0, 1, 8, 33, 10]), (8, [0, 2, 0, 129]), (8, [0, 1]), (8, []),
      // RFC 7873 §5.2.2
      (10, []), (10, [1, 2, 3, 4, 5, 6, 7]), (10, cookie + [1]), (10, [UInt8](repeating: 0, count: 41)),
      (11, [1]), (11, [1, 2, 3]), (15, [0]), (15, []),
    ] as [(UInt16, [UInt8])])
  func malformed(code: UInt16, content: [UInt8]) throws {
    let bytes = Self.bytes(code, content)
    let message = try Message(parsing: bytes)
    #expect(message.edns?.options == [.unknown(code: code, bytes: content)])
    #expect(message.encoded() == bytes)
  }

  @Test("RFC 7873 §4: a cookie's parts have their lengths", arguments: [(7, 0), (9, 0), (8, 7), (8, 33)])
  func cookies(client: Int, server: Int) {
    #expect(Cookie(client: [UInt8](repeating: 0, count: client), server: [UInt8](repeating: 0, count: server)) == nil)
  }

  private static func subnet(_ prefix: String, scope: UInt8 = 0) -> EDNSOption? {
    IPPrefix(prefix).map { .clientSubnet(ClientSubnet(source: $0, scopeLength: scope)) }
  }
}
