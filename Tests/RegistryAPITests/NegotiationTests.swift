import ClusterModel
import Testing

@testable import RegistryAPI

@Suite("Registry API: what clients accept")
struct NegotiationTests {
  private let handler: APIHandler

  init() throws { handler = APIHandler(registry: try demoRegistry(), address: "127.0.0.1:8001") }

  private func get(_ target: String, accept: String) throws -> APIReply {
    handler.reply(to: try #require(APIRequest(method: "GET", target: target, accept: accept)))
  }

  private static let table = "application/json;as=Table;v=v1;g=meta.k8s.io"
  private static let oldTable = "application/json;as=Table;v=v1beta1;g=meta.k8s.io"

  @Test(
    "the first form that there is, by weight and then by order",
    arguments: [
      ("", "ServiceList"), ("*/*", "ServiceList"), ("application/*", "ServiceList"),
      ("application/json", "ServiceList"), ("APPLICATION/JSON", "ServiceList"),
      ("\(table),\(oldTable),application/json", "Table"), ("application/json, \(table)", "ServiceList"),
      ("application/json;q=0.5, \(table);q=0.9", "Table"), ("*/*, \(table)", "Table"),
      ("application/vnd.kubernetes.protobuf,application/json", "ServiceList"),
      ("application/vnd.kubernetes.protobuf;as=Table;v=v1;g=meta.k8s.io,\(table)", "Table"),
      ("application/json;as=Table;v=v2;g=meta.k8s.io,application/json", "ServiceList"),
      ("application/json;as=Table;v=v1;g=other.k8s.io,application/json", "ServiceList"),
      ("application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1", "PartialObjectMetadataList"),
      ("application/json ; as = Table ; v = v1 ; g = meta.k8s.io", "Table"), (";,,/, application/json", "ServiceList"),
      ("application/json;q=nonsense", "ServiceList"),
    ])
  func chosen(_ accept: String, _ kind: String) throws {
    let reply = try get("/api/v1/services", accept: accept)
    #expect(reply.code == 200)
    #expect(reply.contentType == "application/json")
    #expect(try parse(reply.body).text("kind") == kind)
  }

  @Test(
    "nothing that the client takes",
    arguments: [
      "application/vnd.kubernetes.protobuf", "text/html", "application/json;q=0", "nonsense",
      "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1", "application/json;as=Table",
    ])
  func refused(_ accept: String) throws {
    let reply = try get("/api/v1/services", accept: accept)
    #expect(reply.code == 406)
    let status = try parse(reply.body)
    #expect(status.text("reason") == "NotAcceptable")
    #expect(
      status.text("message") == "only the following media types are accepted: application/json, application/yaml")
  }

  @Test("a header that is meant to cost is read in part, and answered")
  func hostile() throws {
    let many = String(repeating: "a/b;q=0.1,", count: 6_000)
    #expect(try get("/api/v1/services", accept: "application/json," + many).code == 200)
    #expect(try get("/api/v1/services", accept: many + "application/json").code == 406)
    let deep = "application/json" + String(repeating: ";as=Table", count: 6_000)
    #expect(try get("/api/v1/services", accept: deep).code == 406)
    #expect(try get("/api/v1/services", accept: "application/json;q=1e999, */*;q=nan").code == 200)
  }

  @Test("an object as its metadata alone, and in the version asked for")
  func metadata() throws {
    let reply = try get(
      "/api/v1/namespaces/shop/services/web",
      accept: "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1beta1")
    let body = try parse(reply.body)
    #expect(body.members.map(\.key) == ["kind", "apiVersion", "metadata"])
    #expect(body.text("apiVersion") == "meta.k8s.io/v1beta1")
    #expect(body.text("metadata.name") == "web")
    #expect(body.text("metadata.labels.tier") == "front")
  }

  @Test("YAML, with quotes where a word would mean something else")
  func yaml() throws {
    let reply = try get("/api/v1/namespaces/shop/services/web", accept: "application/yaml")
    #expect(reply.contentType == "application/yaml")
    let text = String(decoding: reply.body, as: UTF8.self)
    #expect(text.hasPrefix("apiVersion: v1\nkind: Service\nmetadata:\n  name: web\n  namespace: shop\n"))
    #expect(text.contains("\n  ports:\n  - protocol: TCP\n    port: 80\n    targetPort: 80\n"))
    #expect(text.contains("\n  sessionAffinity: None\n"))
    #expect(text.hasSuffix("\n"))
  }

  @Test(
    "YAML of single values",
    arguments: [
      (#""yes""#, #""yes""#), (#""No""#, #""No""#), (#""~""#, #""~""#), (#""1.5""#, #""1.5""#), (#""""#, #""""#),
      (#""a: b""#, #""a: b""#), (#""a.b/c-d_e""#, "a.b/c-d_e"), ("true", "true"), ("null", "null"), ("[]", "[]"),
      ("{}", "{}"), (#"[[1,{"a":[],"b":{}}],"x"]"#, "- \n  - 1\n  - a: []\n    b: {}\n- x"),
      (#"{"a":{"b":[{"c":1,"d":{"e":"line\nbreak"}}]}}"#, "a:\n  b:\n  - c: 1\n    d:\n      e: \"line\\nbreak\""),
    ])
  func yamlValues(_ json: String, _ yaml: String) throws {
    #expect(YAMLText(try parse(Array(json.utf8))).text == yaml + "\n")
  }
}
