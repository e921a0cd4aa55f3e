import HTTPTypes
import NIOCore
import NIOHTTPTypes
import Registry

/// One watch on its connection: writes the reply, event by event, as fast as the client reads, and ends with the client.
///
/// It is the last handler of the connection's pipeline while the watch goes on, and is used on its event loop only. What
/// waits for a client is bounded by the channel's buffer and one piece of ``pieceOctets``, or one event that is larger.
final class WatchStream: ChannelInboundHandler, RemovableChannelHandler {
  typealias InboundIn = HTTPRequestPart
  typealias OutboundOut = HTTPResponsePart

  /// About how many octets of events are written at a time.
  private static let pieceOctets = 32 << 10

  private let hub: WatchHub
  private let ticket: WatchHub.Ticket
  private let loop: WatchLoop
  private var feed: WatchFeed
  /// What ends the watch in time, and what sends bookmarks.
  private var timers: [Scheduled<Void>] = []
  private var bookmarks: RepeatedTask?
  /// Closes the connection of a client that leaves octets unread.
  private var deafness: Scheduled<Void>?
  private var context: ChannelHandlerContext?
  private let ended: EventLoopPromise<Bool>
  private var isPumping = false
  private var isEnded = false

  private init(_ hub: WatchHub, _ ticket: WatchHub.Ticket, _ ended: EventLoopPromise<Bool>) {
    self.hub = hub
    self.ticket = ticket
    self.ended = ended
    loop = hub.loop(ended.futureResult.eventLoop)
    feed = ticket.feed
  }

  /// Serves a watch to its end.
  ///
  /// - Returns: whether the connection can go on.
  static func run(_ ticket: WatchHub.Ticket, of hub: WatchHub, on channel: any Channel) async throws -> Bool {
    defer { hub.leave(ticket) }
    return try await channel.eventLoop.flatSubmit {
      let ended = channel.eventLoop.makePromise(of: Bool.self)
      do {
        try channel.pipeline.syncOperations.addHandler(WatchStream(hub, ticket, ended))
      } catch {
        ended.fail(error)
      }
      return ended.futureResult
    }.get()
  }

  // MARK: The connection's events

  func handlerAdded(context: ChannelHandlerContext) {
    self.context = context
    guard context.channel.isActive else { return end(canGoOn: false) }
    let head = HTTPResponse(
      status: .ok, headerFields: [.contentType: "application/json", .cacheControl: "no-cache, private"])
    context.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    loop.add(self)
    setTimers(context)
    pump()
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    self.context = nil
    end(canGoOn: false)
  }

  func channelInactive(context: ChannelHandlerContext) {
    context.fireChannelInactive()
    end(canGoOn: false)
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    context.fireErrorCaught(error)
    end(canGoOn: false)
  }

  func channelWritabilityChanged(context: ChannelHandlerContext) {
    if context.channel.isWritable {
      deafness?.cancel()
      deafness = nil
      pumpSoon(context)
    }
    context.fireChannelWritabilityChanged()
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    // A client that says no more has gone, or the server ends: both close the connection's input.
    if event as? ChannelEvent == .inputClosed { finish(isLast: true) }
    context.fireUserInboundEventTriggered(event)
  }

  private func setTimers(_ context: ChannelHandlerContext) {
    let own = NIOLoopBound(self, eventLoop: context.eventLoop)
    // Kubernetes: half an hour at least, and at random, so that many clients do not come back at once.
    let seconds = min(ticket.request.seconds ?? .random(in: 1_800...3_600), 86_400)
    timers = [context.eventLoop.scheduleTask(in: .seconds(seconds)) { own.value.finish() }]
    guard ticket.request.wantsBookmarks else { return }
    let time = TimeAmount.seconds(hub.bounds.bookmarkTime)
    bookmarks = context.eventLoop.scheduleRepeatedTask(initialDelay: time, delay: time) { _ in
      own.value.writeBookmark(flushes: true)
    }
  }

  // MARK: Events

  /// Writes one piece of what there is to say, if the client reads; more follows when other watches had their turn.
  func pump() {
    guard let context, !isPumping, !isEnded, context.channel.isWritable else { return }
    isPumping = true
    var failure: RegistryError?
    let piece = nextPiece(&failure)
    if let piece { context.writeAndFlush(wrapOutboundOut(.body(piece)), promise: nil) }
    isPumping = false
    if let failure {
      fail(failure)
    } else if !context.channel.isWritable {
      expectReading(context)
    } else if let piece, piece.readableBytes >= Self.pieceOctets {
      pumpSoon(context)
    }
  }

  private func pumpSoon(_ context: ChannelHandlerContext) {
    let own = NIOLoopBound(self, eventLoop: context.eventLoop)
    context.eventLoop.execute { own.value.pump() }
  }

  /// The next events together; `nil` when there are none. A piece that is not full says that there are no more of them.
  private func nextPiece(_ failure: inout RegistryError?) -> ByteBuffer? {
    var piece: ByteBuffer?
    while piece?.readableBytes ?? 0 < Self.pieceOctets {
      guard let event = nextEvent(&failure) else { break }
      let octets = octets(of: event)
      if piece == nil {
        // Most pieces are one event, whose octets all watches share.
        piece = octets
      } else {
        piece?.writeImmutableBuffer(octets)
      }
    }
    return piece
  }

  private func nextEvent(_ failure: inout RegistryError?) -> WatchEvent? {
    if let event = feed.next() { return event }
    do throws(RegistryError) {
      let history = try loop.changes(of: ticket.request.kind, after: feed.version, in: hub)
      feed.take(history)
      return feed.next()
    } catch {
      failure = error
      return nil
    }
  }

  private func octets(of event: WatchEvent) -> ByteBuffer {
    if case .change(let change) = event { return hub.encoded.octets(of: change, in: ticket.request.form) }
    return ByteBuffer(bytes: ticket.request.form.octets(of: event))
  }

  /// Says up to which version everything was shown, if that is so.
  private func writeBookmark(flushes: Bool) {
    guard let context, !isEnded, ticket.request.wantsBookmarks, context.channel.isWritable else { return }
    pump()
    guard !isEnded, context.channel.isWritable, feed.isDone else { return }
    let octets = octets(of: .bookmark(feed.version, endsState: false))
    context.write(wrapOutboundOut(.body(octets)), promise: nil)
    if flushes { context.flush() }
  }

  // MARK: The end

  /// Says why the watch cannot go on, and ends it.
  private func fail(_ error: RegistryError) {
    guard let context, !isEnded else { return }
    context.write(wrapOutboundOut(.body(octets(of: .failure(error)))), promise: nil)
    writeEnd(context)
    end(canGoOn: true)
  }

  /// Ends the watch with a last bookmark.
  ///
  /// - Parameter isLast: whether the connection ends too.
  func finish(isLast: Bool = false) {
    guard let context, !isEnded else { return }
    guard context.channel.isWritable else {
      context.close(promise: nil)
      return end(canGoOn: false)
    }
    writeBookmark(flushes: false)
    guard !isEnded else { return }
    writeEnd(context)
    end(canGoOn: !isLast)
  }

  private func writeEnd(_ context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
  }

  /// Closes the connection unless the client reads on in time.
  private func expectReading(_ context: ChannelHandlerContext) {
    guard deafness == nil else { return }
    let channel = context.channel
    deafness = context.eventLoop.scheduleTask(in: .seconds(hub.bounds.deafTime)) { channel.close(promise: nil) }
  }

  private func end(canGoOn: Bool) {
    guard !isEnded else { return }
    isEnded = true
    for timer in timers { timer.cancel() }
    bookmarks?.cancel()
    deafness?.cancel()
    loop.remove(self)
    ended.succeed(canGoOn)
    if let context { context.pipeline.syncOperations.removeHandler(context: context, promise: nil) }
    context = nil
  }
}
