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
    case .connect(let port): return await open(order, port, nil, isTLS: false, on: group)
    case .request(let port, let octets, let isTLS): return await open(order, port, octets, isTLS: isTLS, on: group)
    }
  }

  private static func open(
    _ order: ProbeOrder, _ port: UInt16, _ request: [UInt8]?, isTLS: Bool, on group: any EventLoopGroup
  ) async -> ProbeFailure? {
    let loop = group.next()
    let outcome = loop.makePromise(of: ProbeFailure?.self)
    let time = TimeAmount.seconds(order.timeout)
    do {
      let address = try NIOCore.SocketAddress(ipAddress: order.address.description, port: Int(port))
      let tls = isTLS ? try NIOSSLContext(configuration: unverified) : nil
      let channel = try await ClientBootstrap(group: loop).connectTimeout(time).channelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          guard let request else { return }
          if let tls {
            try channel.pipeline.syncOperations.addHandler(NIOSSLClientHandler(context: tls, serverHostname: nil))
          }
          try channel.pipeline.syncOperations.addHandler(StatusReader(request, time, outcome))
        }
      }.connect(to: address).get()
      if request == nil { outcome.succeed(nil) }
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
  private let time: TimeAmount
  private var outcome: EventLoopPromise<ProbeFailure?>?
  private var timer: Scheduled<Void>?
  private var line: [UInt8] = []

  init(_ request: [UInt8], _ time: TimeAmount, _ outcome: EventLoopPromise<ProbeFailure?>) {
    self.request = request
    self.time = time
    self.outcome = outcome
  }

  func channelActive(context: ChannelHandlerContext) {
    let reader = NIOLoopBound(self, eventLoop: context.eventLoop)
    timer = context.eventLoop.assumeIsolated().scheduleTask(in: time) { reader.value.finish("no answer in time") }
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

  private func finish(_ failure: ProbeFailure?) {
    timer?.cancel()
    outcome?.succeed(failure)
    outcome = nil
  }

  /// What is wrong with a status line: `HTTP/1.1 200 OK` is well.
  private static func failure(of line: String) -> ProbeFailure? {
    let words = line.split(whereSeparator: { $0 == " " || $0 == "\r" })
    guard words.count >= 2, words[0].hasPrefix("HTTP/1."), words[1].utf8.count == 3, let status = Int(words[1]) else {
      return "the answer is no HTTP"
    }
    return (200..<400).contains(status) ? nil : "HTTP status \(status)"
  }
}
