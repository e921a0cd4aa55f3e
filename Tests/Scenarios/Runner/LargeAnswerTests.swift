import DNSWire
import Foundation
import LiveServer
import Testing

/// Five thousand endpoints at one name: more than a message over TCP takes.
@Suite("Answers over 65,535 octets")
struct LargeAnswerTests {
  @Test("TC, with whole records, over TCP too; and the server goes on")
  func truncatedOverTCP() throws {
    let server = try ServerUnderTest()
    try server.write("Corefile", "cluster.local {\n  bind 127.0.0.1\n  kubernetes cluster.local\n}\n")
    try server.write("cluster.yaml", Self.manifests)
    try server.start()
    let name = try DomainName("huge.default.svc.cluster.local")
    for transport in [Transport.tcp, .udp] {
      let socket = try Socket.connected(transport, to: server.endpoint)
      try socket.sendMessage(Message(id: 1, questions: [Question(name: name, type: .a)]).encoded())
      let reply = try ReceivedMessage(try #require(socket.receiveMessage(within: 8_000)))
      #expect(reply.header.flags.truncated)
      #expect(reply.answer.count > (transport == .tcp ? 4_000 : 20))
      #expect(reply.bytes.count <= (transport == .tcp ? 65_535 : 512))
    }
    server.stop()
  }

  private static var manifests: String {
    let addresses = (0..<5_000).map { "10.\(200 + $0 / 65_536).\($0 / 250).\($0 % 250 + 1)" }
    let slices = stride(from: 0, to: addresses.count, by: 1_000).map { first in
      let endpoints = addresses[first..<first + 1_000].map { "{\"addresses\": [\"\($0)\"]}" }.joined(separator: ", ")
      return """
        {"apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice", "addressType": "IPv4", "metadata": {"name": "huge-\(first)", \
        "namespace": "default", "labels": {"kubernetes.io/service-name": "huge"}}, "endpoints": [\(endpoints)]}
        """
    }
    let service = """
      {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "huge", "namespace": "default"}, \
      "spec": {"clusterIP": "None", "ports": [{"port": 80}]}}
      """
    return ([service] + slices).joined(separator: "\n---\n") + "\n"
  }
}
