import ClusterModel
import NetworkAddresses
import Registry
import Testing

@testable import RegistryAPI

/// Threats: no body crashes the registry, costs more than it is worth, or gets something into it that DNS would suffer from.
@Suite("Registry API: threats in bodies")
struct HostileBodyTests {
  private let client: WritingClient

  init() throws { client = try WritingClient() }

  private static let path = "/api/v1/namespaces/shop/services"

  @Test(
    "nested deeper than 100 levels",
    arguments: [
      (String(repeating: "[", count: 200_000), "application/json"),
      (String(repeating: "{\"a\":", count: 200_000), "application/json"),
      (String(repeating: "[", count: 200_000), "application/yaml"),
      (String(repeating: "- ", count: 100_000), "application/yaml"),
      (String(repeating: "{\"spec\":", count: 101) + "1" + String(repeating: "}", count: 101), "application/json"),
    ])
  func depth(_ body: String, _ type: String) throws {
    let reply = try client.ask("POST", Self.path, body, type: type)
    #expect(reply.code == 400)
    #expect(reply.body.text("reason") == "BadRequest")
  }

  @Test("aliases of aliases in YAML are not expanded")
  func aliases() throws {
    var body = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
    for level in 1...10 {
      let alias = "*a\(level - 1)"
      body += "a\(level): &a\(level) [" + Array(repeating: alias, count: 9).joined(separator: ",") + "]\n"
    }
    let reply = try client.ask("POST", Self.path, body, type: "application/yaml")
    #expect(reply.code == 400)
  }

  @Test("more values than an object can have")
  func values() throws {
    let body = "{\"metadata\":{\"name\":\"x\"},\"spec\":{\"ports\":[" + String(repeating: "1,", count: 300_000) + "1]}}"
    #expect(try client.ask("POST", Self.path, body).code == 400)
  }

  @Test("a JSON patch that copies a list into itself ends at the bound")
  func copies() throws {
    let add = #"{"op":"add","path":"/metadata/annotations","value":{"a":"b"}}"#
    let copies = (0..<40).map { #"{"op":"copy","from":"/metadata","path":"/metadata/annotations/x\#($0)"}"# }
    let reply = try client.ask(
      "PATCH", "\(Self.path)/web", "[" + ([add] + copies).joined(separator: ",") + "]",
      type: "application/json-patch+json")
    #expect((400...422).contains(reply.code))
  }

  @Test(
    "endpoints where traffic must not go (CVE-2021-25737)",
    arguments: [
      "127.0.0.1", "169.254.169.254", "224.0.0.1", "239.1.1.1", "0.0.0.0", "::1", "::", "fe80::1", "ff02::1", "ff05::1",
      "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:0.0.0.0",
    ])
  func addresses(_ address: String) throws {
    let family = address.contains(":") ? "IPv6" : "IPv4"
    let slice = #"{"metadata":{"name":"e"},"addressType":"\#(family)","endpoints":[{"addresses":["\#(address)"]}]}"#
    let slices = try client.ask("POST", "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices", slice)
    #expect(slices.code == 422)
    #expect(slices.body.text("details.causes.0.field") == "endpoints[0].addresses[0]")
    let endpoints = #"{"metadata":{"name":"e"},"subsets":[{"addresses":[{"ip":"\#(address)"}],"ports":[{"port":1}]}]}"#
    let older = try client.ask("POST", "/api/v1/namespaces/shop/endpoints", endpoints)
    #expect(older.body.text("details.causes.0.field") == "subsets[0].addresses[0].ip")
  }

  @Test(
    "Pods where traffic must not go; at loopback they may be where all clients are on one machine",
    arguments: [
      ("10.1.0.1", 200, 200), ("fd00::1", 200, 200), ("127.0.0.1", 200, 422), ("::1", 200, 422),
      ("::ffff:127.0.0.1", 422, 422), ("169.254.169.254", 422, 422), ("fe80::1", 422, 422), ("224.0.0.1", 422, 422),
      ("::ffff:169.254.169.254", 422, 422), ("0.0.0.0", 422, 422), ("::", 422, 422),
    ])
  func podAddresses(_ address: String, local: Int, remote: Int) throws {
    for (takesLoopback, code) in [(true, local), (false, remote)] {
      var settings = RegistrySettings()
      settings.takesLoopbackPods = takesLoopback
      let client = try WritingClient(settings)
      let pods = "/api/v1/namespaces/shop/pods"
      let pod = #"{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c"}]}}"#
      #expect(try client.ask("POST", pods, pod).code == 201)
      let reply = try client.ask(
        "PATCH", "\(pods)/p/status", #"{"status":{"podIPs":[{"ip":"\#(address)"}]}}"#,
        type: "application/strategic-merge-patch+json")
      #expect(reply.code == code)
      if code == 422 { #expect(reply.body.text("details.causes.0.field") == "status.podIPs[0].ip") }
    }
  }

  @Test("names beyond what DNS can hold", arguments: ["UPPER", "under_score", "-dash", "a.b", "", "ä"])
  func names(_ name: String) throws {
    let reply = try client.ask(
      "POST", Self.path, #"{"metadata":{"name":"\#(name)"},"spec":{"ports":[{"port":80}]}}"#)
    #expect(reply.code == 422)
    #expect(reply.body.text("details.causes.0.field") == "metadata.name")
  }

  @Test("two Services do not get one ClusterIP, and the same node port not twice")
  func allocation() throws {
    func body(_ name: String, _ spec: String) -> String {
      #"{"metadata":{"name":"\#(name)"},"spec":{"type":"NodePort","ports":[{"port":80\#(spec)}}"#
    }
    #expect(try client.ask("POST", Self.path, body("a", #","nodePort":30099}],"clusterIP":"10.96.0.99""#)).code == 201)
    let address = try client.ask("POST", Self.path, body("b", #"}],"clusterIP":"10.96.0.99""#))
    #expect(address.body.text("details.causes.0.field") == "spec.clusterIPs")
    let port = try client.ask("POST", Self.path, body("b", #","nodePort":30099}]"#))
    #expect(port.body.text("details.causes.0.field") == "spec.ports[0].nodePort")
    #expect(client.service("b") == nil)
  }

  @Test("a generation at the end of its range is not counted on")
  func generation() throws {
    func slice(_ address: String) -> String {
      """
      {"metadata":{"name":"g","generation":9223372036854775807,"finalizers":["a/b"]},"addressType":"IPv4",
      "endpoints":[{"addresses":["\(address)"]}]}
      """
    }
    let path = "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices"
    #expect(try client.ask("POST", path, slice("10.1.0.1")).body.text("metadata.generation") == "1")
    #expect(try client.ask("PUT", "\(path)/g", slice("10.1.0.2")).body.text("metadata.generation") == "2")
    #expect(try client.ask("DELETE", "\(path)/g").body.text("metadata.generation") == "3")
  }

  @Test("a body in another form than its Content-Type says, and types that nobody knows")
  func contentTypes() throws {
    for type in [
      "text/plain", "application/x-www-form-urlencoded", "application/jso", "*/*", "multipart/form-data; b=x",
    ] {
      #expect(try client.ask("POST", Self.path, "{}", type: type).code == 415)
      #expect(try client.ask("PATCH", "\(Self.path)/web", "{}", type: type).code == 415)
    }
    #expect(try client.ask("POST", Self.path, "{}", type: "application/vnd.kubernetes.protobuf").code == 400)
    #expect(try client.ask("POST", Self.path, "k8s\u{0}", type: "application/yaml").code == 400)
  }
}

/// Bodies with octets changed, put in and taken out: each is answered, and the registry stays whole.
@Suite("Registry API: mutated bodies")
struct MutatedBodyTests {
  private static let bodies: [(method: String, path: String, type: String, body: String)] = {
    let services = "/api/v1/namespaces/shop/services"
    let service = """
      {"apiVersion":"v1","kind":"Service","metadata":{"name":"m","labels":{"a":"b"}},"spec":{"type":"LoadBalancer",
      "ports":[{"name":"http","port":80,"targetPort":"web","nodePort":30123}],"clusterIPs":["10.96.0.77"],
      "sessionAffinity":"ClientIP","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":60}},"externalIPs":["192.0.2.1"]}}
      """
    let slice = """
      {"metadata":{"name":"s","labels":{"kubernetes.io/service-name":"web"}},"addressType":"IPv4",
      "endpoints":[{"addresses":["10.1.0.7"],"conditions":{"ready":true},"hostname":"h","targetRef":{"kind":"Pod"}}],
      "ports":[{"name":"http","port":80}]}
      """
    let yaml = "metadata:\n  name: &a y\n  labels: {app: *a}\nspec:\n  ports:\n  - {port: 80, name: 'x'}\n"
    let protobuf =
      "k8s\u{0}\u{A}\u{D}\u{A}\u{2}v1\u{12}\u{7}Service\u{12}\u{18}\u{A}\u{6}\u{A}\u{1}p\u{1A}\u{1}\u{0}\u{12}\u{E}\u{A}\u{4}"
      + "\u{18}P\u{22}\u{0}\u{12}\u{6}\u{A}\u{1}a\u{12}\u{1}b"
    let operations = """
      [{"op":"add","path":"/metadata/labels/x","value":"y"},{"op":"copy","from":"/spec","path":"/spec/x"},
      {"op":"move","from":"/spec/ports/0","path":"/spec/ports/-"},{"op":"test","path":"/spec/type","value":"ClusterIP"}]
      """
    return [
      ("POST", services, "application/json", service),
      ("POST", "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices", "application/json", slice),
      ("PUT", services + "/m", "application/json", service), ("POST", services, "application/yaml", yaml),
      ("POST", services, "application/vnd.kubernetes.protobuf", protobuf),
      ("PATCH", services + "/web", "application/json-patch+json", operations),
      ("PATCH", services + "/web", "application/merge-patch+json", service),
      (
        "PATCH", services + "/web", "application/strategic-merge-patch+json",
        #"{"spec":{"$setElementOrder/ports":[{"port":1}],"ports":[{"port":1,"$patch":"delete"},{"$retainKeys":["a"]}]}}"#
      ),
      ("DELETE", services + "/api", "application/json", #"{"preconditions":{"uid":"x"},"dryRun":["All"]}"#),
      (
        "POST", "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", "application/json",
        #"{"spec":{"resourceAttributes":{"verb":"get","resource":"pods"}}}"#
      ),
    ]
  }()

  @Test("each gets an answer", arguments: 0..<10)
  func mutated(_ index: Int) throws {
    let handler = APIHandler(registry: try demoRegistry(), address: "127.0.0.1:8001")
    let (method, path, type, body) = Self.bodies[index]
    var random = MutationSource(state: UInt64(index) &+ 1)
    for _ in 0..<400 {
      let octets = random.mutated(Array(body.utf8))
      let request = try #require(APIRequest(method: method, target: path, contentType: type, body: octets))
      let reply = handler.reply(to: request)
      #expect((200...422).contains(reply.code))
      let kind = try parse(reply.body).text("kind")
      #expect(reply.code < 300 || kind == "Status")
    }
    let list = handler.registry.list(.service)
    #expect(list.objects.allSatisfy { $0.validate().isEmpty })
  }
}

/// Draws mutations from a fixed seed (splitmix64).
private struct MutationSource {
  var state: UInt64

  private mutating func next(below bound: Int) -> Int {
    state &+= 0x9E37_79B9_7F4A_7C15
    var word = state
    word = (word ^ word >> 30) &* 0xBF58_476D_1CE4_E5B9
    word = (word ^ word >> 27) &* 0x94D0_49BB_1331_11EB
    return Int((word ^ word >> 31) % UInt64(max(1, bound)))
  }

  private static let pieces = [
    "{", "}", "[", "]", "\"", ":", ",", "null", "-1", "9e999", "\u{0}", "\\ud800", "true", "$patch",
  ]

  /// The octets with one to four changes.
  mutating func mutated(_ octets: [UInt8]) -> [UInt8] {
    var octets = octets
    for _ in 0...next(below: 4) {
      let place = next(below: octets.count + 1)
      switch next(below: 4) {
      case 0 where place < octets.count: octets[place] = UInt8(next(below: 256))
      case 1: octets.insert(contentsOf: Self.pieces[next(below: Self.pieces.count)].utf8, at: place)
      case 2:
        octets.removeSubrange(place..<min(octets.count, place + 1 + next(below: 8)))
      default:
        let end = min(octets.count, place + next(below: 24))
        octets.insert(contentsOf: octets[place..<end], at: place)
      }
    }
    return octets
  }
}
