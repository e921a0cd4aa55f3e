import DNSWire
import Foundation
import LiveServer
import Testing

/// The server under attack: a small cluster, pages, the API, and a lying upstream.
struct Target: Sendable {
  let server: LiveServer
  let upstream: LyingUpstream
  /// Ports of the HTTP pages and of the API.
  let health: UInt16
  let metrics: UInt16
  let api: UInt16

  /// One server for all attacks: what one of them breaks, the next ones see.
  static let shared = Result { try Target() }

  private init() throws {
    upstream = try LyingUpstream()
    (health, metrics, api) = (try Endpoint.free().port, try Endpoint.free().port, try Endpoint.free().port)
    server = try LiveServer(
      corefile: """
        . {
            bind 127.0.0.1
            errors
            log
            health 127.0.0.1:\(health)
            prometheus 127.0.0.1:\(metrics)
            kubernetes cluster.local in-addr.arpa
            forward . \(upstream.endpoint)
            cache 30
            loop
        }
        """, manifests: Self.manifests, arguments: ["--api", "127.0.0.1:\(api)"])
    try waitUntilKnown()
  }

  private static let manifests = """
    apiVersion: v1
    kind: Service
    metadata: {name: web, namespace: shop}
    spec: {clusterIP: 10.96.0.20, ports: [{name: http, port: 80}]}
    """

  /// A name that the server knows.
  static let known = "web.shop.svc.cluster.local"

  /// A query for a name, as octets.
  static func query(
    _ name: String = known, _ type: RecordType = .a, id: UInt16 = 0x4321, edns: EDNS? = nil
  ) throws -> [UInt8] {
    var message = Message(id: id, questions: [Question(name: try DomainName(name), type: type)])
    message.recursionDesired = true
    message.edns = edns
    return message.encoded()
  }

  /// What comes back over UDP; `nil` for nothing within the time.
  func ask(_ packet: [UInt8], within milliseconds: Int = 5_000) throws -> [UInt8]? {
    let socket = try Socket.connected(.udp, to: server.endpoint)
    try socket.send(packet)
    return socket.receive(within: milliseconds)
  }

  /// The known name is still answered, over UDP and over a new TCP connection.
  func expectWell(sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(server.isRunning, sourceLocation: sourceLocation)
    for transport in [Transport.udp, .tcp] {
      let socket = try Socket.connected(transport, to: server.endpoint)
      try socket.sendMessage(try Self.query())
      let reply = try #require(socket.receiveMessage(), sourceLocation: sourceLocation)
      #expect(try Message(parsing: reply).answers.count == 1, sourceLocation: sourceLocation)
    }
  }

  private func waitUntilKnown() throws {
    let deadline = Date(timeIntervalSinceNow: 20)
    while Date() < deadline {
      if let reply = try ask(try Self.query(), within: 200), try Message(parsing: reply).answers.count == 1 { return }
    }
  }
}
