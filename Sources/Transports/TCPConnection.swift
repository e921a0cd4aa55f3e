import DNSWire
import NIOCore
import NetworkAddresses
import QueryEngine

/// One TCP connection: takes messages out of the stream, answers each as soon as its answer is there, and never holds more than it is allowed to.
///
/// It reads on only while fewer than the allowed queries are with the stages and the client takes its answers. A client's FIN is no reason not to answer
/// what it asked before.
final class TCPConnection: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  private let loop: TCPLoop
  private let client: NetworkAddresses.SocketAddress?
  private let local: NetworkAddresses.SocketAddress?
  /// Octets that have come and are not answered yet: whole messages while the connection is held back, and the beginning of one.
  private var input: ByteBuffer
  private var inFlight = 0
  private var inputClosed = false
  /// The last answer is on its way, and the connection closes behind it.
  private var isEnding = false
  /// Since when the beginning of a message waits for its rest.
  private var partialSince: NIODeadline?
  /// How many messages of answers that have several are on their way to the system.
  private var partsInFlight = 0
  /// Since when the client has left answers unread.
  private var blockedSince: NIODeadline?
  private var lastQuery = NIODeadline.now()
  private var watchdog: Scheduled<Void>?

  /// Answers are handed to the system when there are this many octets of them.
  private static let outputChunk = 32_768

  init(loop: TCPLoop, channel: any Channel) {
    self.loop = loop
    client = channel.remoteAddress.flatMap(NetworkAddresses.SocketAddress.init)
    local = channel.localAddress.flatMap(NetworkAddresses.SocketAddress.init)
    input = channel.allocator.buffer(capacity: 0)
  }

  func channelActive(context: ChannelHandlerContext) {
    loop.table.add(context.channel, client: client?.address, now: lastQuery)
    watch(context)
    context.fireChannelActive()
  }

  func channelInactive(context: ChannelHandlerContext) {
    loop.table.remove(context.channel)
    watchdog?.cancel()
    context.fireChannelInactive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    var data = unwrapInboundIn(data)
    if input.readableBytes == 0 { input = data } else { input.writeBuffer(&data) }
    answerInput(context)
  }

  /// Answers the messages that have come, as far as the connection is not held back.
  private func answerInput(_ context: ChannelHandlerContext) {
    var output = context.channel.allocator.buffer(capacity: 0)
    while !isHeldBack(context), let message = nextMessage() {
      note(context)
      switch loop.answer(message, isIPv6: client?.address.family == .ipv6, to: &output) {
      case .reply: if output.readableBytes >= Self.outputChunk { send(&output, context) }
      case .silence: continue
      case .stages: askStages(message, context)
      }
    }
    if output.readableBytes > 0 { send(&output, context) }
    input.discardReadBytes()
    partialSince = input.readableBytes == 0 ? nil : partialSince ?? .now()
    updateReading(context)
    closeIfDone(context)
  }

  private func isHeldBack(_ context: ChannelHandlerContext) -> Bool {
    inFlight >= loop.limits.queriesInFlight || !context.channel.isWritable
  }

  /// The next whole message without its length.
  private func nextMessage() -> ByteBuffer? {
    guard let length: UInt16 = input.getInteger(at: input.readerIndex), input.readableBytes >= 2 + Int(length) else {
      return nil
    }
    input.moveReaderIndex(forwardBy: 2)
    partialSince = nil
    return input.readSlice(length: Int(length))
  }

  private func note(_ context: ChannelHandlerContext) {
    lastQuery = .now()
    loop.table.touch(context.channel, now: lastQuery)
  }

  private func send(_ output: inout ByteBuffer, _ context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(output), promise: nil)
    output = context.channel.allocator.buffer(capacity: 0)
  }

  /// Reads on exactly while the connection is not held back.
  private func updateReading(_ context: ChannelHandlerContext) {
    _ = context.channel.setOption(.autoRead, value: !isHeldBack(context))
  }

  /// After the client's FIN the connection ends with its last answer.
  private func closeIfDone(_ context: ChannelHandlerContext) {
    guard inputClosed, !isEnding, inFlight == 0, context.channel.isWritable else { return }
    isEnding = true
    let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
    let written = context.eventLoop.makePromise(of: Void.self)
    context.writeAndFlush(wrapOutboundOut(context.channel.allocator.buffer(capacity: 0)), promise: written)
    written.futureResult.whenComplete { _ in bound.value.close(promise: nil) }
  }
}

// MARK: - The stages

extension TCPConnection {
  private func askStages(_ message: ByteBuffer, _ context: ChannelHandlerContext) {
    guard let client, let local, let ticket = StageTickets.take() else { return }
    inFlight += 1
    let origin = QueryOrigin(client: client, local: local, transport: .tcp)
    let packet = Array(message.readableBytesView)
    let server = loop.server
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    let eventLoop = context.eventLoop
    Task {
      let reply = await server.reply(to: packet, from: origin)
      let last = await TCPConnection.writeAllButLast(reply, bound, eventLoop)
      ticket.giveBack()
      eventLoop.execute { bound.value.0.finish(last, to: message, bound.value.1) }
    }
  }

  /// Sends the messages of an answer, each when the client has taken the one before, but the last one, which ends the answer.
  ///
  /// - Returns: the last message; `nil` when there is no answer, or nobody to take it any more.
  private static func writeAllButLast(
    _ reply: ServerReply?, _ bound: NIOLoopBound<(TCPConnection, ChannelHandlerContext)>, _ eventLoop: any EventLoop
  ) async -> [UInt8]? {
    guard let reply else { return nil }
    guard let following = reply.following else { return reply.first }
    var last = reply.first
    for message in following {
      guard await write(last, bound, eventLoop) else { return nil }
      last = message
    }
    return last
  }

  /// Sends a message that others follow; true when the system has taken all of it, false when the connection is gone.
  private static func write(
    _ part: [UInt8], _ bound: NIOLoopBound<(TCPConnection, ChannelHandlerContext)>, _ eventLoop: any EventLoop
  ) async -> Bool {
    let written = eventLoop.makePromise(of: Void.self)
    eventLoop.execute { bound.value.0.write(part, bound.value.1, written) }
    do {
      try await written.futureResult.get()
      return true
    } catch {
      return false
    }
  }

  private func write(_ part: [UInt8], _ context: ChannelHandlerContext, _ written: EventLoopPromise<Void>) {
    guard context.channel.isActive else { return written.fail(ChannelError.ioOnClosedChannel) }
    partsInFlight += 1
    blockedSince = blockedSince ?? .now()
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    written.futureResult.whenComplete { _ in
      let (connection, context) = bound.value
      connection.partsInFlight -= 1
      connection.noteProgress(context)
    }
    context.writeAndFlush(wrapOutboundOut(framed(part, context)), promise: written)
  }

  /// A message with its length in front (RFC 1035 §4.2.2).
  private func framed(_ message: [UInt8], _ context: ChannelHandlerContext) -> ByteBuffer {
    var output = context.channel.allocator.buffer(capacity: message.count + 2)
    output.writeInteger(UInt16(clamping: message.count))
    output.writeBytes(message)
    return output
  }

  /// Sends an answer that the stages gave, and takes up what had to wait for it.
  private func finish(_ reply: [UInt8]?, to message: ByteBuffer, _ context: ChannelHandlerContext) {
    inFlight -= 1
    guard context.channel.isActive else { return }
    if let reply {
      if reply.count > 2 { loop.noteCut(reply[2], of: message) }
      var output = framed(reply, context)
      send(&output, context)
    }
    answerInput(context)
  }
}

// MARK: - Time and trouble

extension TCPConnection {
  func channelWritabilityChanged(context: ChannelHandlerContext) {
    noteProgress(context)
    if context.channel.isWritable { answerInput(context) } else { updateReading(context) }
    context.fireChannelWritabilityChanged()
  }

  /// The client has taken something, or must begin to: what it still has to take is late from now on.
  private func noteProgress(_ context: ChannelHandlerContext) {
    blockedSince = context.channel.isWritable && partsInFlight == 0 ? nil : .now()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .some(.inputClosed) = event as? ChannelEvent {
      inputClosed = true
      answerInput(context)
    } else {
      context.fireUserInboundEventTriggered(event)
    }
  }

  /// Resets and the like: there is nobody to answer any more.
  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.close(promise: nil)
  }

  /// Looks now and then whether the client keeps to its times.
  private func watch(_ context: ChannelHandlerContext) {
    let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
    watchdog = context.eventLoop.scheduleTask(in: .seconds(1)) {
      let (connection, context) = bound.value
      if connection.isOverdue(.now()) { context.close(promise: nil) } else { connection.watch(context) }
    }
  }

  private func isOverdue(_ now: NIODeadline) -> Bool {
    if let partialSince, now - partialSince >= loop.limits.partialMessage, inFlight == 0, blockedSince == nil {
      return true
    }
    if let blockedSince, now - blockedSince >= loop.limits.unreadAnswers { return true }
    return inFlight == 0 && now - lastQuery >= loop.limits.idle
  }
}

extension NetworkAddresses.SocketAddress {
  /// NIO's address; `nil` for one that is no IP address.
  init?(_ address: NIOCore.SocketAddress) {
    guard let text = address.ipAddress, let ip = IPAddress(text), let port = address.port else { return nil }
    self.init(ip.unmapped, port: UInt16(truncatingIfNeeded: port))
  }
}
