import DNSWire
import Foundation
import LiveServer
import NetworkAddresses
import Testing

extension Threats {
  /// What somebody who may write to the registry must not make of the names that others ask for.
  @Suite("Registry: what is written and what DNS says") struct RegistryWrites {
    let target: Target

    init() throws { target = try Target.shared.get() }

    private func post(_ path: String, _ body: String, expecting code: String) throws {
      let request =
        "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nConnection: close\r\n"
        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
      let reply = try HTTPClient(port: target.api).say(request.utf8)
      #expect(reply.hasPrefix("HTTP/1.1 \(code)"), "\(reply.prefix(80))")
    }

    private func addresses(_ name: String) throws -> [String] {
      let reply = try #require(try target.ask(try Target.query("\(name).svc.cluster.local")))
      return try Message(parsing: reply).answers.map { "\($0.data)" }
    }

    private static let services = "/api/v1/namespaces/shop/services"

    @Test("external addresses of a Service are not published (CVE-2020-8554)")
    func externalIPs() throws {
      let body =
        #"{"metadata":{"name":"stolen"},"spec":{"clusterIP":"10.96.0.66","externalIPs":["192.0.2.66"],"ports":[{"port":80}]}}"#
      try post(Self.services, body, expecting: "201")
      let found = try addresses("stolen.shop")
      #expect(found.count == 1 && found[0].contains("10.96.0.66"), "\(found)")
    }

    @Test("slices of another namespace do not count, and those at loopback are refused (CVE-2021-25737)")
    func slices() throws {
      try post("/api/v1/namespaces", #"{"metadata":{"name":"elsewhere"}}"#, expecting: "201")
      try post(
        Self.services, #"{"metadata":{"name":"quiet"},"spec":{"clusterIP":"None","ports":[{"port":80}]}}"#,
        expecting: "201")
      func slice(_ address: String) -> String {
        """
        {"metadata":{"generateName":"s-","labels":{"kubernetes.io/service-name":"quiet"}},"addressType":"IPv4",
        "endpoints":[{"addresses":["\(address)"],"conditions":{"ready":true}}],"ports":[{"port":80}]}
        """
      }
      let path = "/apis/discovery.k8s.io/v1/namespaces"
      try post("\(path)/elsewhere/endpointslices", slice("192.0.2.77"), expecting: "201")
      try post("\(path)/shop/endpointslices", slice("127.0.0.1"), expecting: "422")
      try post("\(path)/shop/endpointslices", slice("169.254.169.254"), expecting: "422")
      #expect(try addresses("quiet.shop") == [])
      try post("\(path)/shop/endpointslices", slice("192.0.2.78"), expecting: "201")
      let found = try addresses("quiet.shop")
      #expect(found.count == 1 && found[0].contains("192.0.2.78"), "\(found)")
    }

    @Test("one ClusterIP goes to one Service, however many ask for it at once")
    func races() async throws {
      func request(_ name: String, _ address: String) -> String {
        let body = #"{"metadata":{"name":"\#(name)"},"spec":{\#(address)"ports":[{"port":80}]}}"#
        return
          "POST \(Self.services) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nConnection: close\r\n"
          + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
      }
      func replies(_ requests: [String]) async throws -> [String] {
        let sockets = try requests.map { _ in try Socket.connected(.tcp, to: Endpoint(port: target.api)) }
        for (socket, request) in zip(sockets, requests) { try socket.send(request.utf8) }
        var replies: [String] = []
        for socket in sockets {
          var reply: [UInt8] = []
          try await Threats.wait(for: socket, seconds: 10)
          while let more = socket.receive(within: 5_000), !more.isEmpty { reply += more }
          replies.append(String(decoding: reply, as: UTF8.self))
        }
        return replies
      }
      let same = try await replies((0..<40).map { request("same\($0)", #""clusterIP":"10.96.0.88","#) })
      #expect(same.filter { $0.hasPrefix("HTTP/1.1 201") }.count == 1)
      #expect(same.filter { $0.hasPrefix("HTTP/1.1 422") && $0.contains("spec.clusterIPs") }.count == 39)
      let drawn = try await replies((0..<40).map { request("drawn\($0)", "") })
      let addresses = drawn.compactMap {
        $0.components(separatedBy: #""clusterIP":""#).dropFirst().first?.prefix { $0 != "\"" }
      }
      #expect(addresses.count == 40 && Set(addresses).count == 40)
    }

    @Test(
      "names that DNS cannot hold, and seconds that are none, are refused with their field",
      arguments: [
        ("/api/v1/namespaces", #"{"metadata":{"name":"a.b"}}"#, "metadata.name"),
        ("/api/v1/namespaces", #"{"metadata":{"name":"\#(String(repeating: "a", count: 64))"}}"#, "metadata.name"),
        (services, #"{"metadata":{"name":"-web"},"spec":{"ports":[{"port":80}]}}"#, "metadata.name"),
        (services, #"{"metadata":{"name":"w"},"spec":{"ports":[{"port":80,"name":"*"}]}}"#, "spec.ports[0].name"),
        (
          "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices",
          #"{"metadata":{"name":"h"},"addressType":"IPv4","endpoints":[{"addresses":["10.1.0.1"],"hostname":"*"}]}"#,
          "endpoints[0].hostname"
        ),
        (
          "/api/v1/namespaces/shop/pods",
          #"{"metadata":{"name":"h"},"spec":{"hostname":"a.b","containers":[{"name":"c"}]}}"#, "spec.hostname"
        ),
        (
          "/apis/coordination.k8s.io/v1/namespaces/shop/leases",
          #"{"metadata":{"name":"l"},"spec":{"leaseDurationSeconds":0}}"#, "spec.leaseDurationSeconds"
        ),
        (
          "/apis/coordination.k8s.io/v1/namespaces/shop/leases",
          #"{"metadata":{"name":"l"},"spec":{"leaseDurationSeconds":-5}}"#, "spec.leaseDurationSeconds"
        ),
      ])
    func fields(path: String, body: String, field: String) throws {
      let request =
        "POST \(path) HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nConnection: close\r\n"
        + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
      let reply = try HTTPClient(port: target.api).sayAll(request.utf8)
      #expect(reply.hasPrefix("HTTP/1.1 422") && reply.contains(#""field":"\#(field)""#), "\(reply)")
    }

    @Test("a page of another site cannot write, whatever it says it sends")
    func foreignPages() throws {
      let body = #"{"metadata":{"name":"forged"}}"#
      for fields in ["", "Content-Type: application/json\r\n", "Content-Type: text/plain\r\n"] {
        let request =
          "POST /api/v1/namespaces HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: https://evil.example\r\n\(fields)Connection: close\r\n"
          + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
        #expect(try HTTPClient(port: target.api).say(request.utf8).hasPrefix("HTTP/1.1 403"))
      }
    }

    @Test("bodies that are no objects are refused, and the server goes on")
    func bodies() throws {
      let bodies = [
        String(repeating: "[", count: 3_000_000), String(repeating: #"{"a":"#, count: 500_000), "\u{0}\u{1}\u{2}",
        "[" + String(repeating: "0,", count: 1_400_000) + "0]", #"{"kind":{}}"#,
      ]
      for body in bodies {
        try post(Self.services, body, expecting: "400")
      }
      try target.expectWell()
    }
  }
}
