import DNSWire
import Foundation
import LiveServer
import NetworkAddresses
import Synchronization

/// A name server that lies as the first label of the question says, and keeps what it was asked.
final class LyingUpstream: Sendable {
  /// A question as it came: its octets' ID, and the port that it came from.
  struct Asked: Sendable {
    var name: String
    var id: UInt16
    var port: UInt16
  }

  let endpoint: Endpoint
  private let socket: Socket
  private let kept = Mutex<[Asked]>([])

  /// The address of all lies, and that of all true answers.
  static let lie: [UInt8] = [6, 6, 6, 6]
  static let truth: [UInt8] = [1, 2, 3, 4]

  init() throws {
    socket = try Socket(.udp)
    endpoint = try Endpoint.free()
    try socket.bind(endpoint)
    Thread.detachNewThread { [self] in run() }
  }

  func asked(below name: String) -> [Asked] { kept.withLock { $0.filter { $0.name.hasSuffix(name) } } }

  private func run() {
    var buffer = [UInt8](repeating: 0, count: 65_535)
    while true {
      var client = sockaddr_in()
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let count = withUnsafeMutablePointer(to: &client) { pointer in
        pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          recvfrom(socket.descriptor, &buffer, buffer.count, 0, $0, &length)
        }
      }
      guard count > 0, let query = try? Message(parsing: Array(buffer.prefix(count))),
        let question = query.questions.first
      else { continue }
      let asked = Asked(name: "\(question.name)", id: query.id, port: UInt16(bigEndian: client.sin_port))
      kept.withLock { $0.append(asked) }
      for packet in Self.replies(to: query, question) { send(packet, &client) }
    }
  }

  private func send(_ packet: [UInt8], _ client: inout sockaddr_in) {
    withUnsafePointer(to: &client) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        _ = sendto(socket.descriptor, packet, packet.count, 0, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }

  private static func replies(to query: Message, _ question: Question) -> [[UInt8]] {
    let truth = reply(to: query, [address(question.name, truth)]).encoded()
    var lie = reply(to: query, [address(question.name, lie)])
    switch "\(question.name)".prefix(while: { $0 != "." }) {
    case "wrong-id": lie.id ^= 0x5555
    case "wrong-name": lie.questions = [Question(name: .root, type: .a)]
    case "wrong-type": lie.questions[0].type = .aaaa
    case "wrong-class": lie.questions[0].class = RecordClass(rawValue: 3)
    case "no-question": lie.questions = []
    case "no-response": lie.isResponse = false
    case "other-opcode": lie.opcode = Opcode(rawValue: 2)
    case "cut": return [Array(lie.encoded().dropLast(3)), truth]
    case "nothing": return [[], [1], truth]
    case "silent": return []
    case "unasked":
      let parent = question.name.parent ?? .root
      return [reply(to: query, [address(question.name, Self.truth), address(parent, Self.lie)]).encoded()]
    case "endless": return [reply(to: query, [address(question.name, Self.truth, ttl: .max)]).encoded()]
    default: return [truth]
    }
    return [lie.encoded(), truth]
  }

  private static func reply(to query: Message, _ answers: [ResourceRecord]) -> Message {
    var reply = Message.response(to: query)
    reply.answers = answers
    return reply
  }

  private static func address(_ name: DomainName, _ octets: [UInt8], ttl: UInt32 = 60) -> ResourceRecord {
    ResourceRecord(name: name, ttl: ttl, data: .a(IPv4Address(octets[0], octets[1], octets[2], octets[3])))
  }
}
