import ClusterModel
import NetworkAddresses
import Registry
import Testing

@testable import RegistryAPI

/// A handler, and short ways to ask it.
struct WritingClient {
  let handler: APIHandler

  init() throws { handler = APIHandler(registry: try demoRegistry(), address: "127.0.0.1:8001") }

  /// A client of a registry with those settings, and the namespace `shop`.
  init(_ settings: RegistrySettings) throws {
    let registry = Registry(settings)
    try registry.transaction { (registry) throws(RegistryError) in
      _ = try registry.create(Namespace(name: "shop").object)
    }
    handler = APIHandler(registry: registry, address: "127.0.0.1:8001")
  }

  /// What comes back for a request with a body.
  func ask(
    _ method: String, _ target: String, _ body: String = "", type: String = "application/json", agent: String = ""
  ) throws -> (code: Int, body: DocumentNode, warnings: [String]) {
    let request = try #require(
      APIRequest(method: method, target: target, contentType: type, userAgent: agent, body: Array(body.utf8)))
    let reply = handler.reply(to: request)
    return (reply.code, try parse(reply.body), reply.warnings)
  }

  /// The stored Service of the namespace `shop`.
  func service(_ name: String) -> Service? {
    handler.registry.get(Service.self, namespace: "shop", name: name)
  }
}

private let services = "/api/v1/namespaces/shop/services"
private let merge = "application/merge-patch+json"
private let strategic = "application/strategic-merge-patch+json"

@Suite("Registry API: creating and updating")
struct CreatingTests {
  private let client: WritingClient

  init() throws { client = try WritingClient() }

  @Test("kind, version and namespace may be left out; what the registry gives is in the reply")
  func create() throws {
    let (code, body, _) = try client.ask("POST", services, #"{"metadata":{"name":"a"},"spec":{"ports":[{"port":1}]}}"#)
    #expect(code == 201)
    #expect(body.text("metadata.namespace") == "shop")
    #expect(body.text("metadata.uid")?.utf8.count == 36)
    #expect(body.text("metadata.resourceVersion") == String(client.handler.registry.version))
    #expect(client.service("a")?.spec.clusterIPs.count == 1)
  }

  @Test("a namespace in the object of a kind that has none is passed over")
  func clusterScoped() throws {
    let body = #"{"metadata":{"name":"n9","namespace":"shop"}}"#
    #expect(try client.ask("POST", "/api/v1/nodes", body).code == 201)
    #expect(client.handler.registry.object(ObjectKey(.node, name: "n9")) != nil)
  }

  @Test(
    "a body in YAML",
    arguments: ["application/yaml", "application/yaml; charset=utf-8", "Application/YAML"])
  func yaml(_ type: String) throws {
    let body = "metadata:\n  name: written\nspec:\n  ports:\n  - port: 80\n"
    #expect(try client.ask("POST", services, body, type: type).code == 201)
    #expect(client.service("written") != nil)
  }

  @Test("generated names begin as asked, and are of their own")
  func generateName() throws {
    var names: Set<String> = []
    for _ in 0..<20 {
      let body = #"{"metadata":{"generateName":"gen-"},"spec":{"ports":[{"port":1}]}}"#
      let name = try #require(try client.ask("POST", services, body).body.text("metadata.name"))
      #expect(name.wholeMatch(of: /gen-[bcdfghjklmnpqrstvwxz2456789]{5}/) != nil)
      names.insert(name)
    }
    #expect(names.count == 20)
    let long = String(repeating: "a", count: 70)
    let body = #"{"metadata":{"generateName":"\#(long)"},"spec":{"ports":[{"port":1}]}}"#
    let refused = try client.ask("POST", services, body).body
    #expect(refused.text("details.causes.0.field") == "metadata.generateName")
  }

  @Test("PUT replaces; what it leaves out of what was given stays given")
  func update() throws {
    let before = try #require(client.service("web"))
    let (code, body, _) = try client.ask(
      "PUT", "\(services)/web", #"{"metadata":{"name":"web"},"spec":{"ports":[{"port":81}]}}"#)
    #expect(code == 200)
    #expect(body.text("spec.ports.0.port") == "81")
    let after = try #require(client.service("web"))
    #expect(after.spec.clusterIPs == before.spec.clusterIPs)
    #expect(after.spec.selector.isEmpty)
    #expect(after.metadata.uid == before.metadata.uid)
  }

  @Test("PUT makes a Service that is not there, and no Pod")
  func createByUpdate() throws {
    #expect(
      try client.ask("PUT", "\(services)/new", #"{"metadata":{"name":"new"},"spec":{"ports":[{"port":1}]}}"#).code
        == 201)
    let pod = #"{"metadata":{"name":"p"},"spec":{"containers":[{"name":"c","image":"i"}]}}"#
    #expect(try client.ask("PUT", "/api/v1/namespaces/shop/pods/p", pod).code == 404)
  }

  @Test("a Lease is updated only with the version that was read")
  func lease() throws {
    let leases = "/apis/coordination.k8s.io/v1/namespaces/shop/leases"
    let body = #"{"metadata":{"name":"l"},"spec":{"holderIdentity":"me"}}"#
    let version = try #require(try client.ask("POST", leases, body).body.text("metadata.resourceVersion"))
    let refused = try client.ask("PUT", "\(leases)/l", body).body
    #expect(refused.text("details.causes.0.field") == "metadata.resourceVersion")
    let renewed = #"{"metadata":{"name":"l","resourceVersion":"\#(version)"},"spec":{"holderIdentity":"you"}}"#
    #expect(try client.ask("PUT", "\(leases)/l", renewed).code == 200)
    #expect(try client.ask("PUT", "\(leases)/l", renewed).code == 409)
  }

  @Test(
    "what does not fit the path",
    arguments: [
      ("POST", services, #"{"metadata":{"name":"x","resourceVersion":"1"}}"#, 400, "resourceVersion should not be set"),
      ("POST", services, #"{"metadata":{"name":"x","namespace":"data"}}"#, 400, "does not match the namespace sent"),
      ("PUT", services + "/web", #"{"metadata":{"name":"api"}}"#, 400, "the name of the object (api) does not match"),
      ("PUT", services + "/web", #"{"metadata":{}}"#, 400, "name must be provided"),
      (
        "PUT", services + "/web", #"{"metadata":{"name":"web","namespace":"data"}}"#, 400,
        "namespace of the object (data)"
      ),
      ("POST", services, #"{"kind":"Foo","apiVersion":"v1"}"#, 400, #"no kind "Foo" is registered for version "v1""#),
      (
        "POST", services, #"{"kind":"Service","apiVersion":"v2"}"#, 400,
        #"no kind "Service" is registered for version "v2""#
      ),
      ("POST", services, #"{"kind":7}"#, 400, "cannot unmarshal number 7"),
      ("POST", services, #"[]"#, 400, "cannot unmarshal array"),
      ("POST", services, #"{} {}"#, 400, "here begins a second one"),
      ("POST", "/api/v1/services", "{}", 405, "does not allow this method"),
      ("POST", services + "/web", "{}", 405, "does not allow this method"),
      ("PATCH", services, "{}", 405, "does not allow this method"),
      ("DELETE", "/api/v1/namespaces", "", 405, "does not allow this method"),
      ("PUT", "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices/x/status", "{}", 404, "could not find"),
    ] as [(String, String, String, Int, String)])
  func misfits(_ method: String, _ target: String, _ body: String, _ code: Int, _ words: String) throws {
    let reply = try client.ask(method, target, body)
    #expect(reply.code == code)
    #expect(reply.body.text("message")?.contains(words) == true, "\(reply.body.json)")
  }

  @Test(
    "parameters that are none",
    arguments: [
      ("dryRun=Some", "dryRun"), ("fieldValidation=Loose", "fieldValidation"),
      ("fieldManager=" + String(repeating: "m", count: 129), "fieldManager"),
    ])
  func parameters(_ query: String, _ field: String) throws {
    let reply = try client.ask("POST", "\(services)?\(query)", "{}")
    #expect(reply.code == 422)
    #expect(reply.body.text("details.causes.0.field") == field)
    #expect(reply.body.text("message")?.hasPrefix(#"CreateOptions.meta.k8s.io "" is invalid: "#) == true)
  }

  @Test("a field manager is named, or is the program that asks")
  func fieldManager() throws {
    func manager(_ query: String, _ agent: String) throws -> String {
      let request = try #require(APIRequest(method: "POST", target: "/x?\(query)", userAgent: agent))
      return try WriteOptions(request, "CreateOptions").fieldManager
    }
    #expect(try manager("fieldManager=me", "kubectl/v1.32.1 (linux)") == "me")
    #expect(try manager("", "kubectl/v1.32.1 (linux)") == "kubectl")
    #expect(try manager("", "") == "unknown")
  }

  @Test("what is only tried is answered, and changes nothing")
  func dryRun() throws {
    let version = client.handler.registry.version
    let body = #"{"metadata":{"name":"dry"},"spec":{"ports":[{"port":1}]}}"#
    let made = try client.ask("POST", "\(services)?dryRun=All", body)
    #expect(made.code == 201)
    #expect(made.body.text("spec.clusterIP") != nil)
    #expect(made.body.text("metadata.resourceVersion") == nil)
    #expect(try client.ask("POST", "\(services)?dryRun=All", body).code == 201)
    #expect(try client.ask("DELETE", "\(services)/web?dryRun=All").code == 200)
    #expect(try client.ask("DELETE", "\(services)?dryRun=All").code == 200)
    #expect(client.service("dry") == nil && client.service("web") != nil)
    #expect(client.handler.registry.version == version)
  }
}

@Suite("Registry API: patches")
struct PatchTests {
  private let client: WritingClient

  init() throws { client = try WritingClient() }

  @Test("labels and annotations, as kubectl sends them")
  func labels() throws {
    #expect(
      try client.ask("PATCH", "\(services)/web", #"{"metadata":{"labels":{"a":"b"}}}"#, type: merge).code == 200)
    #expect(client.service("web")?.metadata.labels == ["a": "b", "tier": "front"])
    let patch = #"[{"op":"remove","path":"/metadata/labels/a"}]"#
    #expect(try client.ask("PATCH", "\(services)/web", patch, type: "application/json-patch+json").code == 200)
    #expect(client.service("web")?.metadata.labels == ["tier": "front"])
  }

  @Test("what kubectl apply sends")
  func apply() throws {
    let patch = """
      {"spec":{"$setElementOrder/ports":[{"port":81}],"ports":[{"name":"http","port":81},{"$patch":"delete","port":80}]}}
      """
    #expect(try client.ask("PATCH", "\(services)/web", patch, type: strategic).code == 200)
    #expect(client.service("web")?.spec.ports.map(\.port) == [81])
  }

  @Test("a status is patched through its own path alone")
  func status() throws {
    let patch = #"{"metadata":{"labels":{"x":"y"}},"status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.1"}]}}}"#
    _ = try client.ask("PATCH", "\(services)/web", patch, type: merge)
    #expect(client.service("web")?.status.ingress.isEmpty == true)
    let reply = try client.ask("PATCH", "\(services)/api/status", patch, type: merge)
    #expect(reply.body.text("status.loadBalancer.ingress.0.ip") == "192.0.2.1")
    #expect(client.service("api")?.metadata.labels == ["tier": "back"])
  }

  @Test(
    "patches that are refused",
    arguments: [
      ("{", merge, 400, "error decoding patch"), ("", merge, 400, "unexpected end of JSON input"),
      ("[]", merge, 400, "cannot unmarshal array"), ("{}", "application/json-patch+json", 400, "cannot unmarshal"),
      ("{}", "application/json", 415, "accepted media types include: application/json-patch+json"),
      (#"{"metadata":{"name":"other"}}"#, merge, 400, "does not match the name on the URL"),
      (#"{"metadata":{"resourceVersion":"1"}}"#, merge, 409, "the object has been modified"),
      (#"{"metadata":{"labels":[]}}"#, merge, 422, "json: cannot unmarshal array into Go struct field"),
      (#"{"spec":{"ports":null}}"#, merge, 422, "spec.ports: Required value"),
      (#"{"spec":{"externalIPs":["x"]}}"#, merge, 422, "spec.externalIPs[0]: Invalid value"),
    ] as [(String, String, Int, String)])
  func refused(_ patch: String, _ type: String, _ code: Int, _ words: String) throws {
    let before = client.service("web")
    let reply = try client.ask("PATCH", "\(services)/web", patch, type: type)
    #expect(reply.code == code)
    #expect(reply.body.text("message")?.contains(words) == true, "\(reply.body.json)")
    #expect(client.service("web") == before)
  }

  @Test("patches of one object at the same time all count")
  func concurrent() async throws {
    let handler = client.handler
    await withTaskGroup(of: Void.self) { group in
      for writer in 0..<8 {
        group.addTask {
          for turn in 0..<20 {
            let body = #"{"metadata":{"annotations":{"w\#(writer)-\#(turn)":"x"}}}"#
            let request = APIRequest(
              method: "PATCH", target: "\(services)/web", contentType: merge, body: Array(body.utf8))
            #expect(request.map { handler.reply(to: $0).code } == 200)
          }
        }
      }
    }
    #expect(client.service("web")?.metadata.annotations.count == 160)
  }

  @Test("an unknown field in a patch, in Kubernetes' words")
  func strict() throws {
    let reply = try client.ask(
      "PATCH", "\(services)/web?fieldValidation=Strict", #"{"spec":{"foo":1}}"#, type: merge)
    #expect(reply.code == 422)
    #expect(
      reply.body.text("message")
        == #" "" is invalid: patch: Invalid value: "{\"spec\":{\"foo\":1}}": strict decoding error: unknown field "spec.foo""#
    )
  }
}

@Suite("Registry API: deleting")
struct DeletingTests {
  private let client: WritingClient

  init() throws { client = try WritingClient() }

  @Test("what is left to say of the kinds")
  func replies() throws {
    let slices = "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices"
    let name = try #require(try client.ask("GET", slices).body.text("items.0.metadata.name"))
    let gone = try client.ask("DELETE", "\(slices)/\(name)", #"{"propagationPolicy":"Background"}"#)
    #expect(gone.code == 200)
    #expect(gone.body.text("status") == "Success")
    #expect(gone.body.text("details.kind") == "endpointslices")
    #expect(gone.body.text("details.uid")?.utf8.count == 36)
    #expect(try client.ask("DELETE", "\(services)/web").body.text("kind") == "Service")
    #expect(try client.ask("DELETE", "\(services)/web").code == 404)
  }

  @Test("a namespace goes with all that is in it, but for the one that every cluster has")
  func namespace() throws {
    let reply = try client.ask("DELETE", "/api/v1/namespaces/shop")
    #expect(reply.code == 200)
    #expect(reply.body.text("status.phase") == "Terminating")
    #expect(try client.ask("GET", "/api/v1/namespaces/shop").code == 404)
    #expect(client.service("web") == nil)
    try client.handler.registry.transaction { (registry) throws(RegistryError) in registry.bootstrap() }
    #expect(try client.ask("DELETE", "/api/v1/namespaces/default").code == 403)
  }

  @Test("who has finalizers stays, marked, until the last one is taken out")
  func finalizers() throws {
    let finalizer = #"{"metadata":{"finalizers":["example.com/x"]}}"#
    #expect(try client.ask("PATCH", "\(services)/web", finalizer, type: merge).code == 200)
    let marked = try client.ask("DELETE", "\(services)/web").body
    #expect(marked.text("kind") == "Service")
    #expect(marked.text("metadata.deletionTimestamp") != nil)
    #expect(client.service("web") != nil)
    let released = #"{"metadata":{"finalizers":null}}"#
    #expect(try client.ask("PATCH", "\(services)/web", released, type: merge).code == 200)
    #expect(client.service("web") == nil)
  }

  /// Makes a Service with a finalizer that belongs to another one and blocks it.
  private func makeDependent(_ name: String = "dependent", of owner: String) throws {
    let uid = try #require(client.service(owner)).metadata.uid
    let reference =
      #"{"apiVersion":"v1","kind":"Service","name":"\#(owner)","uid":"\#(uid)","blockOwnerDeletion":true}"#
    let body =
      #"{"metadata":{"name":"\#(name)","finalizers":["example.com/x"],"ownerReferences":[\#(reference)]},"#
      + #""spec":{"ports":[{"port":80}]}}"#
    #expect(try client.ask("POST", services, body).code == 201)
  }

  @Test(
    "what becomes of dependents: the policy in body or query, and the older way to say it",
    arguments: [
      (#"{"propagationPolicy":"Foreground"}"#, "", "foregroundDeletion", true),
      ("", "?propagationPolicy=Foreground", "foregroundDeletion", true),
      (#"{"propagationPolicy":"Background"}"#, "", nil, true), ("", "", nil, true),
      (#"{"orphanDependents":false}"#, "", nil, true), (#"{"propagationPolicy":"Orphan"}"#, "", nil, false),
      ("", "?orphanDependents=true", nil, false),
    ] as [(String, String, String?, Bool)])
  func dependents(_ body: String, _ query: String, _ finalizer: String?, _ goes: Bool) throws {
    try makeDependent(of: "web")
    let reply = try client.ask("DELETE", "\(services)/web\(query)", body)
    #expect(reply.code == 200 && reply.body.text("kind") == "Service")
    #expect(reply.body.text("metadata.finalizers.0") == finalizer)
    #expect(client.service("web")?.metadata.finalizers == finalizer.map { [$0] })
    #expect((client.service("dependent")?.metadata.deletionTimestamp != nil) == goes)
  }

  @Test("a deletion in the foreground that is only tried shows who would wait, and changes nothing")
  func triedInForeground() throws {
    try makeDependent(of: "web")
    let reply = try client.ask("DELETE", "\(services)/web", #"{"propagationPolicy":"Foreground","dryRun":["All"]}"#)
    #expect(reply.body.text("metadata.finalizers.0") == "foregroundDeletion")
    #expect(client.service("web")?.metadata.finalizers == [])
    #expect(client.service("dependent")?.metadata.deletionTimestamp == nil)
  }

  @Test("a collection in the foreground: each waits for what blocks it")
  func collectionInForeground() throws {
    try makeDependent(of: "web")
    #expect(try client.ask("DELETE", "\(services)?propagationPolicy=Foreground").code == 200)
    #expect(client.service("web")?.metadata.finalizers == ["foregroundDeletion"])
    #expect(client.service("api") == nil)
    let released = #"{"metadata":{"finalizers":null}}"#
    #expect(try client.ask("PATCH", "\(services)/dependent", released, type: merge).code == 200)
    #expect(client.service("web") == nil && client.service("dependent") == nil)
  }

  @Test("a collection, by its selectors")
  func collection() throws {
    let reply = try client.ask("DELETE", "\(services)?labelSelector=tier%3Dfront")
    #expect(reply.body.text("kind") == "ServiceList")
    #expect(reply.body.elements("items").map { $0.text("metadata.name") } == ["web"])
    #expect(client.service("web") == nil && client.service("api") != nil)
  }

  @Test(
    "options that are refused",
    arguments: [
      (#"{"propagationPolicy":"Sideways"}"#, 422, "propagationPolicy: Unsupported value"),
      (#"{"propagationPolicy":"Orphan","orphanDependents":true}"#, 422, "cannot be both set"),
      (#"{"gracePeriodSeconds":"x"}"#, 400, "cannot unmarshal string"), ("{", 400, "unrecognized"),
      (#"{"preconditions":{"resourceVersion":"1"}}"#, 409, "the ResourceVersion in the precondition (1)"),
      (#"{"kind":"Service"}"#, 400, "cannot be handled as a DeleteOptions"),
    ] as [(String, Int, String)])
  func refused(_ body: String, _ code: Int, _ words: String) throws {
    let reply = try client.ask("DELETE", "\(services)/web", body)
    #expect(reply.code == code)
    #expect(reply.body.text("message")?.contains(words) == true, "\(reply.body.json)")
    #expect(client.service("web") != nil)
  }
}

@Suite("Registry API: misspellings")
struct MisspellingTests {
  private let client: WritingClient

  init() throws { client = try WritingClient() }

  /// A Service as somebody wrote it who had not read the manual.
  private static let sample = """
    {"apiVersion":"v1","kind":"Service","metadata":{"name":"myapp","annatations":{"a":"b"}},"spec":{
    "port":[{"port":80}],"clusterIp":"10.96.0.9","sessionAffinityConfg":{},"sessionAffinityConfig":{"ClientIP":10800}}}
    """

  @Test("each unknown field is named, and what was meant")
  func strict() throws {
    let reply = try client.ask("POST", "\(services)?fieldValidation=Strict", Self.sample)
    #expect(reply.code == 400)
    let paths = [
      "metadata.annatations", "spec.port", "spec.clusterIp", "spec.sessionAffinityConfg",
      "spec.sessionAffinityConfig.ClientIP",
    ]
    #expect(
      reply.body.text("message")
        == #"Service in version "v1" cannot be handled as a Service: strict decoding error: "#
        + paths.map { #"unknown field "\#($0)""# }.joined(separator: ", "))
    let meant = ["annotations", "ports", "clusterIP", "sessionAffinityConfig", "clientIP"]
    #expect(reply.warnings == zip(paths, meant).map { "\($0): unknown field; did you mean \($1)?" })
  }

  @Test("with warnings the object is made, and the same is said; without, nothing")
  func lenient() throws {
    let body =
      #"{"metadata":{"name":"w"},"spec":{"ports":[{"port":80}],"clusterIp":"x","type":"ClusterIP","type":"ClusterIP"}}"#
    let warned = try client.ask("POST", "\(services)?dryRun=All", body)
    #expect(warned.code == 201)
    #expect(
      warned.warnings == [
        #"unknown field "spec.clusterIp""#, #"duplicate field "spec.type""#,
        "spec.clusterIp: unknown field; did you mean clusterIP?",
      ])
    #expect(try client.ask("POST", "\(services)?fieldValidation=Ignore", body).warnings == [])
  }

  @Test(
    "values of another form, and what to write",
    arguments: [
      (
        #"{"metadata":{"labels":[{"app":"x"}]}}"#, "metadata.labels: expected a mapping of names to texts, found a list"
      ),
      (#"{"spec":{"selector":[]}}"#, "spec.selector: expected a mapping of names to texts, found a list"),
      (#"{"spec":{"ports":{"port":80}}}"#, "begin each element with '- '"),
      (#"{"spec":{"ports":[{"port":"80"}]}}"#, "write it without quotes: 80"),
    ])
  func forms(_ body: String, _ advice: String) throws {
    let reply = try client.ask("POST", services, body)
    #expect(reply.code == 400)
    #expect(reply.body.text("message")?.contains("json: cannot unmarshal") == true)
    #expect(reply.warnings.contains { $0.contains(advice) }, "\(reply.warnings)")
  }

  @Test("a type that is none is answered with those that there are")
  func type() throws {
    let reply = try client.ask(
      "POST", services, #"{"metadata":{"name":"x"},"spec":{"type":"LodaBalancer","ports":[{"port":80}]}}"#)
    #expect(reply.code == 422)
    #expect(
      reply.body.text("details.causes.0.message")
        == #"Unsupported value: "LodaBalancer": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort""#
    )
  }
}

@Suite("Registry API: questions about oneself")
struct ReviewTests {
  private let client: WritingClient

  init() throws { client = try WritingClient() }

  @Test("kubectl auth can-i, can-i --list, whoami")
  func reviews() throws {
    let group = "/apis/authorization.k8s.io/v1"
    let access = try client.ask(
      "POST", "\(group)/selfsubjectaccessreviews",
      #"{"spec":{"resourceAttributes":{"verb":"create","resource":"services","namespace":"shop"}}}"#)
    #expect(access.code == 201)
    #expect(access.body.text("status.allowed") == "true")
    #expect(access.body.text("spec.resourceAttributes.verb") == "create")
    let rules = try client.ask("POST", "\(group)/selfsubjectrulesreviews", #"{"spec":{"namespace":"shop"}}"#)
    #expect(rules.body.text("status.resourceRules.0.verbs.0") == "*")
    #expect(rules.body.text("status.incomplete") == "false")
    let identity = try client.ask("POST", "/apis/authentication.k8s.io/v1/selfsubjectreviews", "{}")
    #expect(identity.body.text("status.userInfo.username") == "local")
    #expect(try client.ask("GET", "\(group)/selfsubjectaccessreviews").code == 405)
  }

  @Test(
    "somebody who only registers Pods",
    arguments: [
      ("create", "pods", "", "shop", true), ("create", "services", "", "shop", false),
      ("patch", "pods", "status", "shop", true),
      ("create", "pods", "", "data", false), ("list", "services", "", "shop", true), ("*", "*", "", "shop", false),
    ])
  func registrar(_ verb: String, _ resource: String, _ part: String, _ namespace: String, _ isAllowed: Bool) throws {
    let body = """
      {"spec":{"resourceAttributes":{"verb":"\(verb)","resource":"\(resource)","subresource":"\(part)",
      "namespace":"\(namespace)"}}}
      """
    let request = try #require(
      APIRequest(
        method: "POST", target: "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews", body: Array(body.utf8),
        access: Access(user: "r", roles: [.register(namespace: "shop")])))
    let answer = try parse(client.handler.reply(to: request).body)
    #expect(answer.text("status.allowed") == String(isAllowed))
  }
}
