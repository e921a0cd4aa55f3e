import NIOCore
import NIOHPACK
import NIOHTTP2

/// Calls `grpc.health.v1.Health/Check` once, on the first stream of an HTTP/2 connection of its own, and judges what comes back.
///
/// It stands behind an `NIOHTTP2Handler` and sees the frames themselves: one call needs no multiplexer.
final class HealthCheckCall: ChannelInboundHandler {
  typealias InboundIn = HTTP2Frame
  typealias OutboundOut = HTTP2Frame

  /// The longest answer that is read, in octets; a health service says two.
  private static let limit = 1024
  private static let stream = HTTP2StreamID(1)
  private let request: HealthCheckRequest
  private let authority: String
  private let outcome: EventLoopPromise<ProbeFailure?>
  private var body: [UInt8] = []
  private var isAnswered = false

  /// - Parameter authority: whom the call is for: `10.1.0.1:9090`.
  init(_ request: HealthCheckRequest, authority: String, _ outcome: EventLoopPromise<ProbeFailure?>) {
    self.request = request
    self.authority = authority
    self.outcome = outcome
  }

  /// Into an empty pipeline: HTTP/2 without TLS and without asking first (RFC 9113 §3.3), and the call.
  static func begin(
    _ request: HealthCheckRequest, authority: String, in channel: any Channel,
    _ outcome: EventLoopPromise<ProbeFailure?>
  ) throws {
    try channel.pipeline.syncOperations.addHandlers([
      NIOHTTP2Handler(mode: .client, initialSettings: [HTTP2Setting(parameter: .enablePush, value: 0)]),
      HealthCheckCall(request, authority: authority, outcome),
    ])
  }

  func channelActive(context: ChannelHandlerContext) {
    let headers: HPACKHeaders = [
      ":method": "POST", ":scheme": "http", ":authority": authority, ":path": "/grpc.health.v1.Health/Check",
      "te": "trailers", "content-type": "application/grpc", "user-agent": "clusterdns-probe",
    ]
    let message = ByteBuffer(bytes: GRPCMessage.framed(request.octets))
    send(.headers(.init(headers: headers)), context)
    send(.data(.init(data: .byteBuffer(message), endStream: true)), context)
    context.flush()
    context.fireChannelActive()
  }

  private func send(_ payload: HTTP2Frame.FramePayload, _ context: ChannelHandlerContext) {
    context.write(wrapOutboundOut(HTTP2Frame(streamID: Self.stream, payload: payload)), promise: nil)
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    switch frame.payload {
    case .headers(let content) where frame.streamID == Self.stream: take(content.headers, isLast: content.endStream)
    case .data(let content) where frame.streamID == Self.stream: take(content)
    case .rstStream(let code) where frame.streamID == Self.stream: finish("the server broke the call off: \(code)")
    case .goAway(let last, let code, _) where last < Self.stream: finish("the server takes no call: \(code)")
    default: break
    }
  }

  private func take(_ headers: HPACKHeaders, isLast: Bool) {
    if !isAnswered, let failure = Self.failure(ofHead: headers) { return finish(failure) }
    isAnswered = true
    if isLast { finish(Self.failure(ofTrailers: headers) ?? failureOfBody) }
  }

  private func take(_ content: HTTP2Frame.FramePayload.Data) {
    if case .byteBuffer(let buffer) = content.data { body += buffer.readableBytesView.prefix(Self.limit + 1) }
    if body.count > Self.limit { return finish("the answer is longer than \(Self.limit) octets") }
    if content.endStream { finish("the answer ends without a status of gRPC") }
  }

  func channelInactive(context: ChannelHandlerContext) {
    finish("the connection was closed before an answer")
    context.fireChannelInactive()
  }

  func errorCaught(context: ChannelHandlerContext, error: any Error) {
    finish(error is IOError ? "\(error)" : "the answer is no HTTP/2")
    context.close(promise: nil)
  }

  private func finish(_ failure: ProbeFailure?) { outcome.succeed(failure) }

  // MARK: What an answer says

  /// What is wrong with the first headers: gRPC answers 200, whatever came of the call.
  private static func failure(ofHead headers: HPACKHeaders) -> ProbeFailure? {
    let status = headers.first(name: ":status") ?? ""
    guard status == "200" else { return "HTTP status \(status.prefix(3))" }
    let type = headers.first(name: "content-type") ?? ""
    return type.hasPrefix("application/grpc") ? nil : "the answer is no gRPC"
  }

  /// What is wrong with the headers that end an answer: `grpc-status: 0` is well.
  private static func failure(ofTrailers headers: HPACKHeaders) -> ProbeFailure? {
    switch headers.first(name: "grpc-status").flatMap({ UInt8($0) }) {
    case 0: nil
    case 5: "the server does not know the service (gRPC status NOT_FOUND)"
    case 12: "the server has no health service (gRPC status UNIMPLEMENTED)"
    case let code?: "gRPC status \(code)"
    case nil: "the answer ends without a status of gRPC"
    }
  }

  private var failureOfBody: ProbeFailure? {
    guard let response = GRPCMessage.unframed(body).flatMap({ HealthCheckResponse($0) }) else {
      return "the answer is no HealthCheckResponse"
    }
    return response.status == 1 ? nil : "the service is \(response.name)"
  }
}
