import DNSWire
import FinishedAnswers
public import Reclamation
import Synchronization

/// Answers the queries of one port, over every transport: the current plan, and the way through its stages.
///
/// A transport asks ``FastPath`` first, and for what that leaves, ``answer(_:from:)``.
public final class QueryServer: Sendable {
  /// Where queries are counted.
  public let metrics: QueryMetrics
  /// What readers of finished answers announce themselves to.
  public let reclaimer: Reclaimer
  private let current: Mutex<ServerPlan>
  /// Grows with each new plan, so that workers see that there is one.
  private let version = Atomic<UInt64>(1)

  /// A server that begins with a plan.
  public init(plan: ServerPlan, metrics: QueryMetrics, reclaimer: Reclaimer) {
    current = Mutex(plan)
    self.metrics = metrics
    self.reclaimer = reclaimer
  }

  /// The plan in force. A new one counts from the next query on; queries under way end with the old one.
  public var plan: ServerPlan {
    get { current.withLock { $0 } }
    set {
      current.withLock { $0 = newValue }
      version.wrappingAdd(1, ordering: .releasing)
    }
  }

  /// Changes with each new ``plan``.
  public var planVersion: UInt64 { version.load(ordering: .acquiring) }

  /// Answers a query through the stages with one message.
  ///
  /// - Parameter origin: where it came from.
  /// - Parameter packet: the query's octets.
  /// - Returns: the reply, as long as the transport and the client allow; `nil` when there is none.
  public func answer(_ packet: [UInt8], from origin: QueryOrigin) async -> [UInt8]? {
    await reply(to: packet, from: origin)?.first
  }

  /// Answers a query through the stages with as many messages as it takes.
  ///
  /// - Parameter origin: where it came from.
  /// - Parameter packet: the query's octets.
  /// - Returns: the reply, each message as long as the transport and the client allow; `nil` when there is none.
  public func reply(to packet: [UInt8], from origin: QueryOrigin) async -> ServerReply? {
    let message: Message
    do {
      message = try Message(parsing: packet)
    } catch {
      return Self.formatError(packet).map { ServerReply(first: $0, following: nil) }
    }
    guard !message.isResponse else { return nil }
    guard let response = await respond(to: message, size: packet.count, origin: origin) else { return nil }
    let limit = Self.limit(message, origin.transport)
    let following = response.following.map { FollowingMessages($0, query: message, limit: limit) }
    if let finished = response.finished, finished.count <= limit {
      return ServerReply(first: finished, following: following)
    }
    return ServerReply(first: Self.encode(response.message, for: message, limit: limit), following: following)
  }

  /// The octets of a message that answers a query.
  fileprivate static func encode(_ reply: Message, for query: Message, limit: Int) -> [UInt8] {
    var reply = reply
    fit(&reply, to: query)
    return reply.encoded(limit: limit)
  }

  /// The answer to a message that could be read.
  private func respond(to message: Message, size: Int, origin: QueryOrigin) async -> Response? {
    guard message.questions.count == 1 else { return Self.bare(.formErr, to: message) }
    var query = Query(message: message, origin: origin, size: size)
    guard message.opcode == .query else { return Response(.notImp, to: query) }
    guard message.edns?.version ?? 0 == 0 else { return Response(.badVers, to: query) }
    if let refusal = TransactionSignature.refusal(of: query) { return refusal }
    let plan = plan
    guard let (block, _) = plan.block(for: query.question.name) else { return Response(.refused, to: query) }
    query.server = plan
    guard query.question.class == .in || block.plan.takesOtherClasses else { return Response(.refused, to: query) }
    // A block without a stage that answers serves nothing.
    guard !block.plan.stages.isEmpty else { return Response(.refused, to: query) }
    return await block.plan.answer(query)
  }

  private static func bare(_ code: ResponseCode, to message: Message) -> Response {
    var reply = Message.response(to: message)
    reply.responseCode = code
    return Response(reply)
  }

  /// FORMERR, or NOTIMP where the opcode is to blame, to what is no message; with the question when it can be read.
  private static func formatError(_ packet: [UInt8]) -> [UInt8]? {
    guard var reader = try? MessageReader(packet), !reader.header.flags.isResponse else { return nil }
    let flags = reader.header.flags
    var reply = Message(id: reader.header.id, isResponse: true, opcode: flags.opcode)
    reply.recursionDesired = flags.recursionDesired
    reply.checkingDisabled = flags.checkingDisabled
    reply.responseCode = flags.opcode == .query ? .formErr : .notImp
    if reader.header.questionCount == 1, let head = try? reader.nextQuestion(),
      let name = try? reader.name(at: head.name.lowerBound)
    {
      reply.questions = [Question(name: name, type: head.type, class: head.class)]
    }
    return reply.encoded()
  }

  /// Makes the reply's ID, question and EDNS those that the client sent, whatever stages did.
  private static func fit(_ reply: inout Message, to query: Message) {
    reply.id = query.id
    reply.isResponse = true
    reply.opcode = query.opcode
    reply.questions = query.questions
    reply.edns = query.edns.map { asked in
      var edns = reply.edns ?? EDNS()
      edns.version = 0
      edns.udpPayloadSize = ReplyWriter.payloadSize
      edns.dnssecOK = asked.dnssecOK
      return edns
    }
  }

  /// The longest reply, in octets.
  private static func limit(_ query: Message, _ transport: Transport) -> Int {
    guard transport == .udp else { return transport.defaultLimit }
    guard let size = query.edns?.udpPayloadSize else { return transport.defaultLimit }
    return min(max(Int(size), 512), Int(ReplyWriter.payloadSize))
  }
}

/// What answers one query: a message, or a few in a row.
public struct ServerReply: Sendable {
  /// The octets of the first message, mostly the only one.
  public let first: [UInt8]
  /// Those of the messages behind it, each made when it is asked for; `nil` when there are none.
  public let following: FollowingMessages?
}

/// The octets of the messages that follow the first one of a reply.
public struct FollowingMessages: Sequence, Sendable {
  private let messages: any Sequence<Message> & Sendable
  private let query: Message
  /// The longest message, in octets.
  private let limit: Int

  fileprivate init(_ messages: any Sequence<Message> & Sendable, query: Message, limit: Int) {
    self.messages = messages
    self.query = query
    self.limit = limit
  }

  /// Makes one message at a time.
  public func makeIterator() -> AnyIterator<[UInt8]> { iterator(over: messages) }

  private func iterator(over messages: some Sequence<Message>) -> AnyIterator<[UInt8]> {
    var iterator = messages.makeIterator()
    return AnyIterator { iterator.next().map { QueryServer.encode($0, for: query, limit: limit) } }
  }
}
