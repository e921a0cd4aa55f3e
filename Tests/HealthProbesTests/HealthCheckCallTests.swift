import ClusterModel
import NIOCore
import NIOHPACK
import NIOHTTP2
import NIOPosix
import NetworkAddresses
import Synchronization
import Testing

@testable import HealthProbes

/// A health service over HTTP/2 that answers every call as it is told, and keeps what it was asked.
private final class HealthService: ChannelInboundHandler, Sendable {
  typealias InboundIn = HTTP2Frame
  typealias OutboundOut = HTTP2Frame

  enum Answer: Sendable {
    /// What is sent back on the call's stream, in this order.
    case frames([HTTP2Frame.FramePayload])
    case goAway
    case close
    case nothing
  }

  private struct Asked: Sendable {
    var headers: HPACKHeaders = [:]
    var octets: [UInt8] = []
  }

  private let answer: Answer
  private let asked = Mutex(Asked())

  init(_ answer: Answer) { self.answer = answer }

  var headers: HPACKHeaders { asked.withLock { $0.headers } }
  var octets: [UInt8] { asked.withLock { $0.octets } }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    let frame = unwrapInboundIn(data)
    if case .headers(let content) = frame.payload { asked.withLock { $0.headers = content.headers } }
    guard case .data(let content) = frame.payload, case .byteBuffer(let buffer) = content.data else { return }
    asked.withLock { $0.octets += buffer.readableBytesView }
    if content.endStream { give(frame.streamID, context) }
  }

  private func give(_ stream: HTTP2StreamID, _ context: ChannelHandlerContext) {
    switch answer {
    case .frames(let payloads):
      for payload in payloads { write(payload, stream, context) }
    case .goAway:
      let payload = HTTP2Frame.FramePayload.goAway(lastStreamID: 0, errorCode: .enhanceYourCalm, opaqueData: nil)
      write(payload, .rootStream, context)
    case .close: context.close(promise: nil)
    case .nothing: break
    }
    context.flush()
  }

  private func write(_ payload: HTTP2Frame.FramePayload, _ stream: HTTP2StreamID, _ context: ChannelHandlerContext) {
    context.write(wrapOutboundOut(HTTP2Frame(streamID: stream, payload: payload)), promise: nil)
  }
}

extension HTTP2Frame.FramePayload {
  fileprivate static func headers(_ headers: HPACKHeaders, isLast: Bool = false) -> Self {
    .headers(.init(headers: headers, endStream: isLast))
  }

  fileprivate static func octets(_ octets: [UInt8], isLast: Bool = false) -> Self {
    .data(.init(data: .byteBuffer(ByteBuffer(bytes: octets)), endStream: isLast))
  }

  fileprivate static let head = headers([":status": "200", "content-type": "application/grpc+proto"])
  fileprivate static let end = headers(["grpc-status": "0"], isLast: true)

  fileprivate static func status(_ code: String) -> Self {
    headers([":status": "200", "content-type": "application/grpc", "grpc-status": code], isLast: true)
  }
}

/// Sends octets that are no HTTP/2, whatever it is sent.
private final class Babbler: ChannelInboundHandler {
  typealias InboundIn = ByteBuffer
  typealias OutboundOut = ByteBuffer
  private let octets: [UInt8]

  init(_ octets: [UInt8]) { self.octets = octets }

  func channelActive(context: ChannelHandlerContext) {
    context.writeAndFlush(wrapOutboundOut(ByteBuffer(bytes: octets)), promise: nil)
  }
}

@Suite("Probes: gRPC over HTTP/2", .timeLimit(.minutes(1)))
struct HealthCheckCallTests {
  private let group = MultiThreadedEventLoopGroup.singleton

  /// Makes one probe of a server with those handlers, which get its connections.
  private func probe(
    service: String = "", seconds: Int64 = 30, _ handlers: @escaping @Sendable () -> [any ChannelHandler]
  ) async throws -> ProbeFailure? {
    let server = try await ServerBootstrap(group: group).childChannelInitializer { channel in
      channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandlers(handlers()) }
    }.bind(host: "127.0.0.1", port: 0).get()
    let order = ProbeOrder(
      name: ProbeName(pod: ObjectKey(.pod, namespace: "shop", name: "a"), container: 0), uid: .none,
      address: try #require(IPAddress("127.0.0.1")),
      action: .call(port: UInt16(try #require(server.localAddress?.port)), service: service), timeout: seconds)
    let failure = await ProbeConnection.run(order, on: group)
    try await server.close()
    return failure
  }

  private func probe(_ answer: HealthService.Answer, seconds: Int64 = 30) async throws -> ProbeFailure? {
    try await probe(seconds: seconds) { [NIOHTTP2Handler(mode: .server), HealthService(answer)] }
  }

  @Test("the call is a POST of gRPC's that names the service")
  func request() async throws {
    let service = HealthService(.frames([.head, .octets([0, 0, 0, 0, 2, 8, 1]), .end]))
    let failure = try await probe(service: "shop.Orders") { [NIOHTTP2Handler(mode: .server), service] }
    #expect(failure == nil)
    let headers = service.headers
    #expect(headers[":method"] == ["POST"] && headers[":path"] == ["/grpc.health.v1.Health/Check"])
    #expect(headers[":scheme"] == ["http"] && headers[":authority"].first?.hasPrefix("127.0.0.1:") == true)
    #expect(headers["te"] == ["trailers"] && headers["content-type"] == ["application/grpc"])
    #expect(service.octets == [0, 0, 0, 0, 13, 0x0A, 11] + Array("shop.Orders".utf8))
  }

  @Test("an answer that comes in pieces is one answer")
  func pieces() async throws {
    let frames = [0, 0, 0, 0, 2, 8, 1].map { HTTP2Frame.FramePayload.octets([$0]) }
    #expect(try await probe(.frames([.head] + frames + [.end])) == nil)
  }

  @Test("what is not SERVING is a failure that says what it is")
  func unwell() async throws {
    let table: [([HTTP2Frame.FramePayload], ProbeFailure)] = [
      ([.head, .octets([0, 0, 0, 0, 2, 8, 2]), .end], "the service is NOT_SERVING"),
      ([.head, .octets([0, 0, 0, 0, 0]), .end], "the service is UNKNOWN"),
      ([.head, .end], "the answer is no HealthCheckResponse"),
      ([.head, .octets([1, 0, 0, 0, 2, 8, 1]), .end], "the answer is no HealthCheckResponse"),
      ([.head, .octets([0, 0, 0, 0, 1, 8]), .end], "the answer is no HealthCheckResponse"),
      ([.head, .octets([0, 0, 0, 0, 2, 8, 1], isLast: true)], "the answer ends without a status of gRPC"),
      ([.head, .octets([UInt8](repeating: 0, count: 1025))], "the answer is longer than 1024 octets"),
      ([.head, .octets([0, 0, 0, 0, 2, 8, 1]), .headers(["grpc-status": "13"], isLast: true)], "gRPC status 13"),
      (
        [.head, .octets([0, 0, 0, 0, 2, 8, 1]), .headers(["x": "y"], isLast: true)],
        "the answer ends without a status of gRPC"
      ),
      ([.status("5")], "the server does not know the service (gRPC status NOT_FOUND)"),
      ([.status("12")], "the server has no health service (gRPC status UNIMPLEMENTED)"),
      ([.status("-1")], "the answer ends without a status of gRPC"),
      ([.headers([":status": "404"], isLast: true)], "HTTP status 404"),
      ([.headers([":status": "200", "content-type": "text/html"], isLast: true)], "the answer is no gRPC"),
      ([.rstStream(.refusedStream)], "the server broke the call off: HTTP2ErrorCode<0x7 Refused Stream>"),
    ]
    for (frames, failure) in table { #expect(try await probe(.frames(frames)) == failure) }
  }

  @Test("a server that goes away, closes, or says nothing has failed")
  func absent() async throws {
    #expect(
      try await probe(.goAway) == "the server takes no call: HTTP2ErrorCode<0xb Enhance Your Calm>")
    #expect(try await probe(.close) == "the connection was closed before an answer")
    #expect(try await probe(.nothing, seconds: 1) == "no answer in time")
    #expect(try await probe(seconds: 1) { [] } == "no answer in time")
  }

  @Test(
    "what is no HTTP/2 has failed",
    arguments: ["HTTP/1.1 400 Bad Request\r\n\r\n", "hello, who is there?\n", String(repeating: "\u{0}", count: 9)])
  func garbage(text: String) async throws {
    let octets = Array(text.utf8)
    #expect(try await probe { [Babbler(octets)] } == "the answer is no HTTP/2")
  }
}
