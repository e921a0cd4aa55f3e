import DNSWire
import Foundation
import LiveServer
import Testing

/// The configuration is read again and again while somebody asks.
@Suite("Reloads under load")
struct ReloadUnderLoadTests {
  private static let reloads = 20

  @Test("No query is lost or answered wrong, whether the zones stay or are made anew", arguments: [false, true])
  func noQueryIsLost(changingTTL: Bool) throws {
    let server = try ServerUnderTest()
    defer { server.stop() }
    try server.write("cluster.yaml", Self.manifests)
    try server.write("Corefile", Self.corefile(ttl: 5))
    try server.start()
    let socket = try Socket.connected(.udp, to: server.endpoint)
    for number in 1...Self.reloads {
      if changingTTL { try server.write("Corefile", Self.corefile(ttl: 5 + number)) }
      server.signal(SIGUSR1)
      // A reload takes some milliseconds, and an answer that does not come ends the test: this ends.
      var rounds = 0
      while Self.completed(server) < number, rounds < 20_000 {
        for service in 0..<50 { try Self.ask(service, socket) }
        rounds += 1
      }
      #expect(Self.completed(server) == number)
    }
  }

  private static func completed(_ server: ServerUnderTest) -> Int {
    server.log.components(separatedBy: "Reloading complete").count - 1
  }

  private static func ask(_ service: Int, _ socket: Socket) throws {
    let question = Question(name: try DomainName("svc\(service).shop.svc.cluster.local"), type: .a)
    try socket.sendMessage(Message(id: UInt16(service), questions: [question]).encoded())
    let reply = try Message(parsing: try #require(socket.receiveMessage()))
    try #require(reply.id == UInt16(service) && reply.responseCode == .noError)
    try #require(reply.answers.map { $0.data.presentation } == ["10.96.1.\(service + 1)"])
  }

  private static func corefile(ttl: Int) -> String {
    "cluster.local {\n  bind 127.0.0.1\n  kubernetes cluster.local {\n    ttl \(ttl)\n  }\n}\n"
  }

  private static var manifests: String {
    (0..<200).map { number in
      """
      {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "svc\(number)", "namespace": "shop"}, \
      "spec": {"clusterIP": "10.96.1.\(number + 1)", "ports": [{"port": 80}]}}
      """
    }.joined(separator: "\n---\n") + "\n"
  }
}
