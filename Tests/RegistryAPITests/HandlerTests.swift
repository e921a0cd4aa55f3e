import ClusterModel
import NetworkAddresses
import Registry
import Testing

@testable import RegistryAPI

@Suite("Registry API: reading")
struct HandlerTests {
  private let handler: APIHandler

  init() throws { handler = APIHandler(registry: try demoRegistry(), address: "127.0.0.1:8001") }

  private func get(_ target: String, method: String = "GET") throws -> (code: Int, body: DocumentNode) {
    let request = try #require(APIRequest(method: method, target: target))
    let reply = handler.reply(to: request)
    return (reply.code, try parse(reply.body))
  }

  private func names(_ target: String) throws -> [String?] {
    try get(target).body.elements("items").map { $0.text("metadata.name") }
  }

  @Test("one object, with kind and version")
  func object() throws {
    let (code, body) = try get("/api/v1/namespaces/shop/services/web")
    #expect(code == 200)
    #expect(body.text("kind") == "Service")
    #expect(body.text("apiVersion") == "v1")
    #expect(body.text("metadata.namespace") == "shop")
    #expect(body.text("spec.clusterIP")?.hasPrefix("10.") == true)
    #expect(body.text("metadata.resourceVersion").flatMap(UInt64.init) != nil)
    #expect(try get("/api/v1/namespaces/shop").body.text("kind") == "Namespace")
    #expect(try get("/api/v1/nodes/n1").body.text("kind") == "Node")
    #expect(try get("/api/v1/namespaces/shop/services/web/status").body.text("kind") == "Service")
    #expect(try get("/api/v1/namespaces/shop/status").body.text("kind") == "Namespace")
  }

  @Test("lists of one namespace and of all, in order, with the registry's version")
  func list() throws {
    let (code, body) = try get("/api/v1/services")
    #expect(code == 200)
    #expect(body.text("kind") == "ServiceList")
    #expect(body.text("metadata.resourceVersion") == String(handler.registry.version))
    #expect(try names("/api/v1/services") == ["db", "api", "web"])
    #expect(try names("/api/v1/namespaces/shop/services") == ["api", "web"])
    #expect(try names("/api/v1/namespaces/nowhere/services") == [])
    #expect(try names("/api/v1/namespaces") == ["data", "shop"])
    #expect(try get("/apis/discovery.k8s.io/v1/endpointslices").body.text("kind") == "EndpointSliceList")
    #expect(try get("/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices").body.elements("items").count == 2)
    #expect(try names("/api/v1/namespaces/shop/endpoints") == ["api", "web"])
  }

  @Test(
    "selectors",
    arguments: [
      ("labelSelector=tier%3Dback", ["db", "api"]), ("labelSelector=tier+in+(front)", ["web"]),
      ("labelSelector=!tier", []), ("fieldSelector=metadata.name%3Dweb", ["web"]),
      ("fieldSelector=metadata.namespace!=shop", ["db"]),
      ("fieldSelector=spec.type%3D%3DClusterIP", ["db", "api", "web"]),
      ("fieldSelector=metadata.name%3Dweb,metadata.namespace%3Ddata", []), ("resourceVersion=0", ["db", "api", "web"]),
      ("limit=0", ["db", "api", "web"]),
    ])
  func selectors(_ query: String, _ expected: [String]) throws {
    #expect(try names("/api/v1/services?\(query)") == expected)
  }

  @Test("Pods are asked for by phase and node")
  func podFields() throws {
    #expect(try names("/api/v1/pods?fieldSelector=status.phase!=Failed,status.phase!=Succeeded") == ["web-1"])
    #expect(try names("/api/v1/pods?fieldSelector=spec.nodeName%3Dn2") == [])
  }

  @Test("a list in parts: each with the token of the next, all with the first one's version")
  func parts() throws {
    let first = try get("/api/v1/services?limit=2").body
    #expect(first.elements("items").count == 2)
    let token = try #require(first.text("metadata.continue"))
    let version = first.text("metadata.resourceVersion")
    try handler.registry.transaction { (registry) throws(RegistryError) in
      _ = try registry.create(Namespace(name: "late").object)
    }
    let second = try get("/api/v1/services?limit=2&continue=\(token)").body
    #expect(second.elements("items").map { $0.text("metadata.name") } == ["web"])
    #expect(second.text("metadata.continue") == nil)
    #expect(second.text("metadata.resourceVersion") == version)
  }

  @Test(
    "what cannot be done is a Status in Kubernetes' words",
    arguments: [
      ("/api/v1/namespaces/shop/services/missing", 404, "NotFound", #"services "missing" not found"#),
      (
        "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices/x", 404, "NotFound",
        #"endpointslices.discovery.k8s.io "x" not found"#
      ),
      ("/api/v1/namespaces/default/widgets", 404, "NotFound", "the server could not find the requested resource"),
      ("/api/v1/services/web", 404, "NotFound", "the server could not find the requested resource"),
      ("/api/v1/namespaces/shop/nodes", 404, "NotFound", "the server could not find the requested resource"),
      ("/api/v1/namespaces/shop/endpointslices", 404, "NotFound", "the server could not find the requested resource"),
      (
        "/api/v1/namespaces/shop/services/web/scale", 404, "NotFound",
        "the server could not find the requested resource"
      ),
      ("/openapi/v1", 404, "NotFound", "the server could not find the requested resource"),
      ("/apis/apps/v1", 404, "NotFound", "the server could not find the requested resource"),
      (
        "/api/v1/services?labelSelector=a%20b%20c", 400, "BadRequest",
        "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"
      ),
      ("/api/v1/services?fieldSelector=spec.nothing%3Dx", 400, "BadRequest", "field label not supported: spec.nothing"),
      ("/api/v1/services?limit=x", 400, "BadRequest", #"strconv.ParseInt: parsing "x": invalid syntax"#),
      (
        "/api/v1/services?resourceVersion=abc", 400, "BadRequest",
        #"invalid resource version: resourceVersion: Invalid value: "abc": strconv.ParseUint: parsing "abc": invalid syntax"#
      ),
      (
        "/api/v1/services?continue=junk", 400, "BadRequest",
        "continue key is not valid: it is not one that this server gave"
      ),
      ("/api/v1/services?resourceVersion=1&resourceVersionMatch=Exact", 410, "Expired", nil),
      ("/api/v1/services?resourceVersion=99999999", 504, "Timeout", nil),
    ] as [(String, Int, String, String?)])
  func failures(_ target: String, _ code: Int, _ reason: String, _ message: String?) throws {
    let (status, body) = try get(target)
    #expect(status == code)
    #expect(body.text("kind") == "Status")
    #expect(body.text("status") == "Failure")
    #expect(body.text("reason") == reason)
    #expect(body.text("code") == String(code))
    if let message { #expect(body.text("message") == message) }
  }

  @Test("a Status names the object, and the causes of a time-out")
  func details() throws {
    let missing = try get("/api/v1/namespaces/shop/services/missing").body
    #expect(missing.text("details.name") == "missing")
    #expect(missing.text("details.kind") == "services")
    let late = try get("/api/v1/services?resourceVersion=99999999").body
    #expect(late.text("details.causes.0.reason") == "ResourceVersionTooLarge")
    #expect(late.text("details.retryAfterSeconds") == "1")
  }

  @Test("methods that a collection does not have", arguments: ["PUT", "PATCH", "OPTIONS", "BREW"])
  func methods(_ method: String) throws {
    let (code, body) = try get("/api/v1/namespaces/shop/services", method: method)
    #expect(code == 405)
    #expect(body.text("reason") == "MethodNotAllowed")
    #expect(body.text("message") == "the server does not allow this method on the requested resource")
  }

  @Test("probes", arguments: ["/healthz", "/livez", "/readyz", "/readyz/ping"])
  func probes(_ path: String) throws {
    let request = try #require(APIRequest(method: "GET", target: path))
    let reply = handler.reply(to: request)
    #expect(reply.code == 200)
    #expect(String(decoding: reply.body, as: UTF8.self) == "ok")
  }
}

@Suite("Registry API: discovery")
struct DiscoveryTests {
  private let handler: APIHandler

  init() throws { handler = APIHandler(registry: Registry(), address: "127.0.0.1:8001") }

  private func get(_ target: String) throws -> DocumentNode {
    let request = try #require(APIRequest(method: "GET", target: target))
    return try parse(handler.reply(to: request).body)
  }

  @Test("versions and groups")
  func versions() throws {
    #expect(try get("/api").json.hasPrefix(#"{"kind":"APIVersions","versions":["v1"],"serverAddressByClientCIDRs""#))
    let groups = try get("/apis")
    #expect(groups.text("kind") == "APIGroupList")
    #expect(groups.elements("groups").map { $0.text("name") } == Self.groups)
    #expect(groups.text("groups.3.preferredVersion.groupVersion") == "discovery.k8s.io/v1")
    #expect(try get("/apis/discovery.k8s.io").text("kind") == "APIGroup")
    #expect(try get("/version").text("major") == "1")
    #expect(try get("/").elements("paths").count > 5)
  }

  private static let groups = [
    "authentication.k8s.io", "authorization.k8s.io", "coordination.k8s.io", "discovery.k8s.io",
  ]

  @Test("the core's resources, as kubectl looks them up")
  func core() throws {
    let list = try get("/api/v1")
    #expect(list.text("groupVersion") == "v1")
    #expect(
      list.elements("resources").map { $0.text("name") } == [
        "endpoints", "events", "namespaces", "namespaces/status", "nodes", "nodes/status", "pods", "pods/status",
        "services",
        "services/status",
      ])
    let service = try #require(list.elements("resources").first { $0.text("name") == "services" })
    #expect(service.text("singularName") == "service")
    #expect(service.text("namespaced") == "true")
    #expect(service.text("kind") == "Service")
    #expect(service.text("shortNames.0") == "svc")
    #expect(service.elements("verbs").contains { $0.string == "create" })
  }

  @Test("the slices' group")
  func slices() throws {
    let list = try get("/apis/discovery.k8s.io/v1")
    #expect(list.text("apiVersion") == "v1")
    #expect(list.elements("resources").map { $0.text("name") } == ["endpointslices"])
    #expect(list.text("resources.0.singularName") == "endpointslice")
  }

  @Test("questions, which can only be posted")
  func reviews() throws {
    let list = try get("/apis/authorization.k8s.io/v1")
    #expect(
      list.elements("resources").map { $0.text("kind") } == ["SelfSubjectAccessReview", "SelfSubjectRulesReview"])
    #expect(list.text("resources.0.verbs.0") == "create")
    #expect(try get("/apis/authentication.k8s.io/v1").text("resources.0.name") == "selfsubjectreviews")
  }

  @Test("the leases' group")
  func leases() throws {
    let list = try get("/apis/coordination.k8s.io/v1")
    #expect(list.elements("resources").map { $0.text("name") } == ["leases"])
    #expect(list.text("resources.0.singularName") == "lease")
  }
}

@Suite("Registry API: requests")
struct RequestTests {
  @Test(
    "targets that are read",
    arguments: [
      ("/", [], [:]), ("//api///v1/", ["api", "v1"], [:]),
      ("/a%2Fb?x=1&y=a%20b+c&x=2", ["a/b"], ["x": "1", "y": "a b c"]),
      ("/a?novalue&=v", ["a"], ["novalue": "", "": "v"]),
    ] as [(String, [String], [String: String])])
  func read(_ target: String, _ path: [String], _ query: [String: String]) {
    let request = APIRequest(method: "GET", target: target)
    #expect(request?.path == path)
    #expect(request?.query == query)
  }

  @Test("targets that are refused", arguments: ["", "api", "/%", "/%4", "/%zz", "/%ff", "/?a=%", "http://x/"])
  func refused(_ target: String) {
    #expect(APIRequest(method: "GET", target: target) == nil)
  }

  @Test(
    "hosts that web pages may not give us",
    arguments: [
      ("", true), ("127.0.0.1:8001", true), ("localhost:8001", true), ("localhost", true), ("[::1]:8001", true),
      ("10.0.0.1", true), ("evil.example:8001", false), ("localhost.evil.example", false), ("evil.localhost", true),
    ])
  func hosts(_ authority: String, _ isLocal: Bool) {
    #expect(HostName.isLocal(authority) == isLocal)
  }
}
