import DNSWire
import Foundation
import LiveServer

/// Plays one scenario and collects what breaks its rule.
final class Player {
  private let scenario: Scenario
  private var server: ServerUnderTest?
  private var upstreams: [String: ScriptedUpstream] = [:]
  /// Each with the file's line in front.
  private(set) var breaches: [String] = []

  init(_ scenario: Scenario) { self.scenario = scenario }

  deinit {
    for upstream in upstreams.values { upstream.stop() }
  }

  func play() throws {
    server = scenario.usesDefault ? try ServerUnderTest.shared.get() : try ServerUnderTest()
    for step in scenario.steps {
      let found = try step.eventually ? outcomeInTheEnd(of: step) : outcome(of: step)
      breaches += found.map { "line \(step.line): \($0)" }
    }
    if !scenario.usesDefault {
      if !breaches.isEmpty, let log = server?.log, !log.isEmpty {
        breaches.append("the server's log:\n\(log.suffix(2000))")
      }
      server?.stop()
    }
  }

  private func outcomeInTheEnd(of step: Step) throws -> [String] {
    let deadline = Date(timeIntervalSinceNow: 10)
    while true {
      let found = try outcome(of: step)
      if found.isEmpty || Date() >= deadline { return found }
      usleep(20_000)
    }
  }

  /// What was not as the step says.
  private func outcome(of step: Step) throws -> [String] {
    guard let server else { return [] }
    switch step.action {
    case .write(let file, let text): try server.write(file, withUpstreams(text))
    case .remove(let file): try server.remove(file)
    case .upstream(let name, let rules): upstreams[name] = try ScriptedUpstream(rules: rules)
    case .signal(let number): server.signal(number)
    case .startFails(let texts): return try failingStart(texts)
    default:
      if !server.isRunning { try server.start() }
      return try exchange(step.action, server)
    }
    return []
  }

  private func exchange(_ action: Step.Action, _ server: ServerUnderTest) throws -> [String] {
    switch action {
    case .ask(let ask, let expectation):
      let found = try ask.transports.flatMap { try outcome(of: ask, over: $0, expectation, server) }
      return try found + orderBreaches(ask, expectation, server)
    case .send(let bytes, let transport, let expectation):
      return try outcome(ofSending: bytes, over: transport, expectation, server)
    case .transfer(let ask, let expectation): return try outcome(ofTransfer: ask, expectation, server)
    case .sawQueries(let upstream, let question, let count):
      let seen = upstreams[upstream]?.count(of: question) ?? 0
      return count.contains(seen) ? [] : ["upstream \(upstream) saw \(question) \(seen) times, not \(count)"]
    case .logs(let texts):
      return texts.filter { !server.log.contains($0) }.map { "the log does not say '\($0)'" }
    case .fetch(let url, let status, let texts): return try fetch(server.filled(url), status, texts)
    case .write, .remove, .upstream, .signal, .startFails: return []
    }
  }

  /// `{upstream:NAME}` is the upstream's address and port, `{upstream-port:NAME}` its port alone.
  private func withUpstreams(_ text: String) -> String {
    upstreams.reduce(text) { text, upstream in
      text.replacing("{upstream:\(upstream.key)}", with: "\(upstream.value.endpoint)")
        .replacing("{upstream-port:\(upstream.key)}", with: "\(upstream.value.endpoint.port)")
    }
  }

  private func failingStart(_ texts: [String]) throws -> [String] {
    guard let server else { return [] }
    try server.launch()
    guard let status = server.exitStatus(within: 20) else { return ["the server started"] }
    let log = server.log
    let unsaid = try texts.filter { !log.contains(try server.filled($0)) }
    return ((1...2).contains(status) ? [] : ["exit status \(status)"])
      + unsaid.map { "it did not say '\($0)' but: \(log)" }
  }
}

// MARK: DNS

extension Player {
  private func outcome(
    of ask: Ask, over transport: Transport, _ expectation: Expectation, _ server: ServerUnderTest
  ) throws -> [String] {
    let socket = try Socket.connected(transport, to: server.endpoint)
    let first = UInt16.random(in: 0...UInt16.max)
    for number in 0..<ask.times { try socket.sendMessage(ask.query(id: first &+ number)) }
    if expectation.silence { return try Self.silence(socket, server) }
    for number in 0..<ask.times {
      guard let bytes = socket.receiveMessage(within: 8_000) else { return ["\(transport): no reply \(number + 1)"] }
      let reply: ReceivedMessage
      do { reply = try ReceivedMessage(bytes) } catch { return ["\(transport): \(error)"] }
      // Of several at once, the replies come in any order.
      let id = ask.times == 1 ? first : reply.header.id
      let found =
        expectation.breaches(reply)
        + reply.breachesOfRules(ask: ask.message, query: ask.query(id: id), transport: transport)
      if !found.isEmpty { return found.map { "\(transport): \($0)" } }
    }
    return []
  }

  /// Asks thirty times over UDP where the order matters.
  private func orderBreaches(_ ask: Ask, _ expectation: Expectation, _ server: ServerUnderTest) throws -> [String] {
    guard let orders = expectation.orders else { return [] }
    let socket = try Socket.connected(.udp, to: server.endpoint)
    var seen: Set<[String]> = []
    for id in 0..<30 {
      try socket.sendMessage(ask.query(id: UInt16(id)))
      if let reply = socket.receiveMessage() { seen.insert(try ReceivedMessage(reply).answer) }
    }
    return (seen.count == 1) == (orders == .one) ? [] : ["thirty answers came in \(seen.count) orders"]
  }

  private func outcome(
    ofSending bytes: [UInt8], over transport: Transport, _ expectation: Expectation, _ server: ServerUnderTest
  ) throws -> [String] {
    let socket = try Socket.connected(transport, to: server.endpoint)
    try socket.sendMessage(bytes)
    if expectation.silence { return try Self.silence(socket, server) }
    guard let reply = socket.receiveMessage(within: 8_000) else { return ["no reply"] }
    do {
      let reply = try ReceivedMessage(reply)
      return expectation.breaches(reply) + reply.breachesOfRules(query: bytes, transport: transport)
    } catch {
      return ["\(error)"]
    }
  }

  /// After silence a good query is answered, and only that one: over UDP on the same socket; TCP may have been closed.
  private static func silence(_ socket: Socket, _ server: ServerUnderTest) throws -> [String] {
    var probe = Message(id: 0xBEEF, questions: [Question(name: try DomainName("silence.probe.invalid"), type: .a)])
    probe.recursionDesired = true
    let prober = socket.transport == .udp ? socket : try Socket.connected(.tcp, to: server.endpoint)
    for _ in 0..<2 {
      try prober.sendMessage(probe.encoded())
      guard let reply = prober.receiveMessage(within: 8_000) else { return ["no reply to a good query afterwards"] }
      if Header(reply)?.id != probe.id { return ["a reply where none should be: \(reply)"] }
    }
    if socket.transport == .tcp, let some = socket.receive(within: 0), !some.isEmpty { return ["a reply: \(some)"] }
    return []
  }

  /// All messages up to the second SOA, or the first that carries no answer.
  private func outcome(ofTransfer ask: Ask, _ expectation: Expectation, _ server: ServerUnderTest) throws -> [String] {
    var message = ask.message
    message.id = UInt16.random(in: 0...UInt16.max)
    message.recursionDesired = false
    let socket = try Socket.connected(.tcp, to: server.endpoint)
    try socket.sendMessage(message.encoded())
    guard var whole = try socket.receiveMessage(within: 8_000).map(ReceivedMessage.init) else { return ["no reply"] }
    let isSOA = { (record: String) in record.split(separator: " ").dropFirst(2).first == "SOA" }
    while !whole.answer.isEmpty, whole.answer.count(where: isSOA) < 2, message.questions[0].type != RecordType("IXFR") {
      guard let next = try socket.receiveMessage(within: 8_000).map(ReceivedMessage.init) else {
        return ["the transfer ends without its last SOA, after \(whole.answer)"]
      }
      whole.answer += next.answer
    }
    return expectation.breaches(whole)
  }
}

// MARK: HTTP

extension Player {
  private func fetch(_ url: String, _ status: Int, _ texts: [String]) throws -> [String] {
    guard let parts = URL(string: url), let port = parts.port.flatMap(UInt16.init(exactly:)) else {
      return ["bad URL \(url)"]
    }
    guard let socket = try? Socket.connected(.tcp, to: Endpoint(port: port)) else {
      return ["nobody listens at \(url)"]
    }
    let path = parts.path.isEmpty ? "/" : parts.path
    try socket.send(Array("GET \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n".utf8))
    var octets: [UInt8] = []
    while let more = socket.receive(within: 5_000), !more.isEmpty { octets += more }
    let reply = String(decoding: octets, as: UTF8.self)
    var found: [String] = []
    if !reply.hasPrefix("HTTP/1.1 \(status)") { found.append("not status \(status): \(reply.prefix(80))") }
    for text in try texts.map({ try server?.filled($0) ?? $0 }) {
      let isBanned = text.hasPrefix("!")
      if reply.contains(text.drop { $0 == "!" }) == isBanned {
        found.append("the body \(isBanned ? "has" : "lacks") '\(text)'")
      }
    }
    return found
  }
}
