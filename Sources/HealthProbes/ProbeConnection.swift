import NIOCore
import NIOPosix
import NIOSSL
import NetworkAddresses

/// Makes one probe over a connection of its own.
enum ProbeConnection {
  /// What is wrong; `nil` when all is well. Takes as long as the order allows, at most.
  static func run(_ order: ProbeOrder, on group: any EventLoopGroup) async -> ProbeFailure? {
    switch order.action {
    case .impossible(let why): return why
    case .connect(let port): return await open(order, port, on: group) { _, outcome in outcome.succeed(nil) }
    case .request(let port, let octets, let isTLS):
      return await open(order, port, on: group) { channel, outcome in
        if isTLS {
          let tls = try NIOSSLClientHandler(context: NIOSSLContext(configuration: unverified), serverHostname: nil)
          try channel.pipeline.syncOperations.addHandler(tls)
        }
        try channel.pipeline.syncOperations.addHandler(StatusReader(octets, outcome))
      }
    case .call(let port, let service):
      let authority = ProbeAction.authority(order.address, port)
      return await open(order, port, on: group) { channel, outcome in
        try HealthCheckCall.begin(HealthCheckRequest(service: service), authority: authority, in: channel, outcome)
      }
    }
  }

  /// Connects, and waits for what the handlers say that are put into the connection.
  ///
  /// - Parameter initialize: puts in the handlers that keep the promise; it may keep it at once, for a connection that need
  ///   only come about.
  private static func open(
    _ order: ProbeOrder, _ port: UInt16, on group: any EventLoopGroup,
    _ initialize: @escaping @Sendable (any Channel, EventLoopPromise<ProbeFailure?>) throws -> Void
  ) async -> ProbeFailure? {
    let loop = group.next()
    let outcome = loop.makePromise(of: ProbeFailure?.self)
    let time = TimeAmount.seconds(order.timeout)
    let timer = loop.scheduleTask(in: time) { outcome.succeed("no answer in time") }
    defer { timer.cancel() }
    do {
      let address = try NIOCore.SocketAddress(ipAddress: order.address.description, port: Int(port))
      let channel = try await ClientBootstrap(group: loop).connectTimeout(time).channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture { try initialize(channel, outcome) }
      }.connect(to: address).get()
      let failure = try await outcome.futureResult.get()
      channel.close(promise: nil)
      return failure
    } catch {
      outcome.succeed(nil)
      return "\(error)"
    }
  }

  /// As a kubelet does: a probe asks whether somebody answers, not who.
  private static var unverified: TLSConfiguration {
    var configuration = TLSConfiguration.makeClientConfiguration()
    configuration.certificateVerification = .none
    return configuration
  }
}

/// Sends a request when the connection is there, and reads the first line of the answer.
private final class StatusReader: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer

  /// The longest first line that is read.
  private static let limit = 1024
  private let request: [UInt8]
  private let outcome: EventLoopPromise<ProbeFailure?>
  private var line: [UInt8] = []

  init(_ request: [UInt8], _ outcome: EventLoopPromise<ProbeFailure?>) {
    self.request = request
    self.outcome = outcome
  }

  func channelActive(context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: request)), promise: nil)
    context.fireChannelActive()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let buffer = unwrapInboundIn(data)
    line += buffer.readableBytesView.prefix(Self.limit - line.count)
    if let end = line.firstIndex(of: UInt8(ascii: "\n")) {
      finish(Self.failure(of: String(decoding: line[..<end], as: UTF8.self)))
    } else if line.count == Self.limit {
      finish("the answer is no HTTP")
    }
  }

  func channelInactive(context: ChannelHandlerContext) {
    finish("the connection was closed before an answer")
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    finish("\(error)")
    context.close(promise: nil)
  }

  private func finish(_ failure: ProbeFailure?) { outcome.succeed(failure) }

  /// What is wrong with a status line: `HTTP/1.1 200 OK` is well.
  private static func failure(of line: String) -> ProbeFailure? {
    let words = line.split(whereSeparator: { $0 == " " || $0 == "\r" })
    guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].utf8.count == 3, let status = Int(words[1]) else {
      return "the answer is no HTTP"
    }
    return (200..<400).contains(status) ? nil : "HTTP status \(status)"
  }
}
