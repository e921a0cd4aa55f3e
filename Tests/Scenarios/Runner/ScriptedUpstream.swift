import DNSWire
import Foundation
import LiveServer
import Synchronization

/// A name server that answers by a script, well or badly, on one port over UDP and TCP, and counts what it is asked.
final class ScriptedUpstream: Sendable {
  let endpoint: Endpoint
  private let rules: [UpstreamRule]
  private let counts = Mutex<[String: Int]>([:])
  private let isStopped = Atomic(false)

  init(rules: [UpstreamRule]) throws {
    self.rules = rules
    endpoint = try Endpoint.free()
    let udp = try Socket(.udp)
    try udp.bind(endpoint)
    let tcp = try Socket(.tcp)
    try tcp.bind(endpoint)
    guard listen(tcp.descriptor, 64) == 0 else { throw SocketError(call: "listen") }
    Thread.detachNewThread { [self] in serve(udp, tcp) }
  }

  func stop() { isStopped.store(true, ordering: .relaxed) }

  /// How often this question came: `www.example.org. A`.
  func count(of question: String) -> Int { counts.withLock { $0[question, default: 0] } }

  // MARK: Sockets

  /// Looks for a stop every 50 ms.
  private func serve(_ udp: Socket, _ tcp: Socket) {
    var connections: [Socket] = []
    while !isStopped.load(ordering: .relaxed) {
      let sockets = [udp, tcp] + connections
      var entries = sockets.map { pollfd(fd: $0.descriptor, events: Int16(POLLIN), revents: 0) }
      guard poll(&entries, nfds_t(entries.count), 50) > 0 else { continue }
      for (socket, entry) in zip(sockets, entries) where entry.revents != 0 {
        if socket === udp {
          answerDatagram(udp)
        } else if socket === tcp {
          let accepted = accept(tcp.descriptor, nil, nil)
          if accepted >= 0 { connections.append(Socket(accepted: accepted)) }
        } else if !answerStream(socket) {
          connections.removeAll { $0 === socket }
        }
      }
    }
  }

  private func answerDatagram(_ socket: Socket) {
    var buffer = [UInt8](repeating: 0, count: 4096)
    var sender = sockaddr_in()
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let count = withUnsafeMutablePointer(to: &sender) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        recvfrom(socket.descriptor, &buffer, buffer.count, 0, $0, &length)
      }
    }
    guard count > 0 else { return }
    let client = Endpoint(port: UInt16(bigEndian: sender.sin_port))
    for (bytes, fromElsewhere) in replies(to: Array(buffer.prefix(count)), .udp) {
      guard let from = fromElsewhere ? try? Socket(.udp) : socket else { continue }
      _ = client.withSocketAddress { sendto(from.descriptor, bytes, bytes.count, 0, $0, $1) }
    }
  }

  /// Whether the connection goes on.
  private func answerStream(_ socket: Socket) -> Bool {
    guard let query = socket.receiveMessage(within: 1_000) else { return false }
    for (bytes, _) in replies(to: query, .tcp) {
      guard (try? socket.sendMessage(bytes)) != nil else { return false }
    }
    return true
  }

  // MARK: Answers

  /// What goes out for a query: faulty packets first, each perhaps from another port.
  private func replies(to query: [UInt8], _ transport: Transport) -> [(bytes: [UInt8], fromElsewhere: Bool)] {
    guard let message = try? Message(parsing: query), let asked = message.questions.first else { return [] }
    let question = "\(asked.name.lowercased()) \(asked.type)"
    counts.withLock { $0[question, default: 0] += 1 }
    let rule = rules.first { $0.question == question && ($0.transport ?? transport) == transport }
    let refusal = UpstreamReply(status: .refused, flags: [], sections: [[], [], []])
    guard let reply = rule == nil ? refusal : rule?.reply, let good = try? write(reply, query, message) else {
      return []
    }
    var faults = rule?.faults ?? []
    if let index = faults.firstIndex(of: "slow") {
      faults.remove(at: index)
      usleep(300_000)
    }
    return faults.map { (Self.spoiled(good, $0), $0 == "other-port") } + [(good, false)]
  }

  private static func spoiled(_ good: [UInt8], _ fault: String) -> [UInt8] {
    var bytes = good
    switch fault {
    case "wrong-id": bytes[0] ^= 0x55
    case "wrong-question": bytes[13] = bytes[13] == UInt8(ascii: "x") ? UInt8(ascii: "y") : UInt8(ascii: "x")
    case "query": bytes[2] &= 0x7F
    case "garbage": bytes = Array(bytes.prefix(14))
    default: break
    }
    return bytes
  }

  /// Header, the question as it came, records, and an OPT for an OPT.
  private func write(_ reply: UpstreamReply, _ query: [UInt8], _ message: Message) throws -> [UInt8] {
    let questionEnd = 12 + message.questions[0].name.wire.count + 4
    let additional = reply.sections[2].count + (message.edns == nil ? 0 : 1)
    var bytes = Array(query[0..<2])
    bytes.append(0x80 | query[2] & 0x79 | (reply.flags.contains("aa") ? 4 : 0) | (reply.flags.contains("tc") ? 2 : 0))
    bytes.append(
      UInt8(reply.status.rawValue & 15) | (reply.flags.contains("ra") ? 0x80 : 0)
        | (reply.flags.contains("ad") ? 0x20 : 0)
        | query[3] & 0x10)
    for count in [1, reply.sections[0].count, reply.sections[1].count, additional] {
      bytes += [UInt8(count >> 8), UInt8(count & 0xFF)]
    }
    bytes += query[12..<questionEnd]
    for record in reply.sections.joined() { bytes += try wireForm(ofRecord: record) }
    if let edns = message.edns { bytes += [0, 0, 41, 4, 0xD0, 0, 0, edns.dnssecOK ? 0x80 : 0, 0, 0, 0] }
    return bytes
  }
}
