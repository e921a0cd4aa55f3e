import DNSWire
import Foundation
import LiveServer
import Testing

/// Queries cut off and changed at every octet: each reply is a message that libldns takes, and the server goes on answering.
@Suite("Mutated queries")
struct MutationTests {
  /// A question with an OPT record that carries a cookie and a client subnet.
  private let seed: [UInt8]

  init() throws {
    let options: [EDNSOption] = [.unknown(code: 10, bytes: [1, 2, 3, 4, 5, 6, 7, 8]), .nsid([])]
    let question = Question(name: try DomainName("_http._tcp.web.shop.svc.cluster.local"), type: .srv)
    seed = Message(id: 0x4242, questions: [question], edns: EDNS(options: options)).encoded()
  }

  @Test("cut off at every octet")
  func truncated() throws {
    try play((0..<seed.count).map { Array(seed.prefix($0)) })
  }

  @Test("every octet changed", arguments: [0x00, 0x01, 0x3F, 0x40, 0x7F, 0x80, 0xC0, 0xFF] as [UInt8])
  func changed(to value: UInt8) throws {
    try play(
      seed.indices.map { index in
        var bytes = seed
        bytes[index] = value
        return bytes
      })
  }

  @Test("every octet left out, and every octet twice")
  func shifted() throws {
    try play(
      seed.indices.flatMap { index in
        var shorter = seed
        shorter.remove(at: index)
        var longer = seed
        longer.insert(seed[index], at: index)
        return [shorter, longer]
      })
  }

  /// Sends each, then a good query on the same socket: what comes before its answer are the replies to the bad one.
  private func play(_ packets: [[UInt8]]) throws {
    let server = try ServerUnderTest.shared.get()
    let socket = try Socket.connected(.udp, to: server.endpoint)
    let probe = Message(id: 0xBEEF, questions: [Question(name: try DomainName("web.shop.svc.cluster.local"), type: .a)])
      .encoded()
    for packet in packets {
      try socket.send(packet)
      try socket.send(probe)
      var isAnswered = false
      while !isAnswered {
        let reply = try ReceivedMessage(try #require(socket.receiveMessage(within: 8_000), "no reply after \(packet)"))
        isAnswered = reply.header.id == 0xBEEF
        if !isAnswered {
          #expect(reply.header.flags.isResponse)
          #expect(reply.bytes.count <= max(1232, packet.count))
          #expect(
            reply.status == .noError || reply.bytes.count <= packet.count + 160,
            "\(reply.bytes.count) octets for \(packet.count)")
        }
      }
    }
  }
}
