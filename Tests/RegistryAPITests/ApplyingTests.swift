import ClusterModel
import Registry
import Testing

@testable import RegistryAPI

private let web = "/api/v1/namespaces/shop/services/web"
private let fresh = "/api/v1/namespaces/shop/services/fresh"
private let yaml = "application/apply-patch+yaml"

@Suite("Registry API: server-side apply")
struct ApplyingTests {
  private let client: WritingClient

  init() throws { client = try WritingClient() }

  private func apply(
    _ spec: String, to target: String = fresh, by manager: String = "one", more: String = ""
  ) throws -> (code: Int, body: DocumentNode, warnings: [String]) {
    try client.ask(
      "PATCH", "\(target)?fieldManager=\(manager)\(more)", "apiVersion: v1\nkind: Service\n\(spec)\n", type: yaml)
  }

  @Test("a configuration in YAML or JSON makes the object, and then changes it")
  func create() throws {
    let made = try apply("spec: {ports: [{port: 80}]}")
    #expect(made.code == 201 && made.body.text("spec.ports.0.targetPort") == "80")
    let json = #"{"apiVersion":"v1","kind":"Service","metadata":{"name":"fresh"},"spec":{"ports":[{"port":81}]}}"#
    let changed = try client.ask("PATCH", "\(fresh)?fieldManager=one", json, type: yaml)
    #expect(changed.code == 200 && client.service("fresh")?.spec.ports.map(\.port) == [81])
    #expect(changed.body.text("metadata.managedFields.0.operation") == "Apply")
  }

  @Test("a trial changes nothing")
  func dryRun() throws {
    let tried = try apply("spec: {ports: [{port: 80}]}", more: "&dryRun=All")
    #expect(tried.code == 201 && tried.body.text("metadata.managedFields.0.manager") == "one")
    #expect(client.service("fresh") == nil)
  }

  @Test(
    "what is no configuration of the object is refused",
    arguments: [
      ("a: [", "error decoding YAML: "), ("", "error decoding YAML: the body has no document"),
      ("- a", "error decoding YAML: a mapping is expected, not a list"), ("a\u{0}", "error decoding YAML: "),
      ("kind: Pod\napiVersion: v1", "invalid object type: /v1, Kind=Pod"),
      ("metadata: {name: x}", "invalid object type: /, Kind="),
      (
        "apiVersion: v1\nkind: Service\nmetadata: {name: other}",
        "the name of the object (other) does not match the name on the URL (fresh)"
      ),
      ("apiVersion: v1\nkind: Service\nmetadata: {managedFields: []}", "metadata.managedFields must be nil"),
      (
        "apiVersion: v1\nkind: Service\nspec: {port: 1}",
        "failed to create typed patch object (shop/fresh; /v1, Kind=Service): .spec.port: field not declared in schema; "
          + "did you mean ports?"
      ),
      ("apiVersion: v1\nkind: Service\nkind: Service", "error decoding YAML: "),
    ])
  func refused(body: String, message: String) throws {
    let reply = try client.ask("PATCH", "\(fresh)?fieldManager=one", body, type: yaml)
    #expect(reply.code == 400 && reply.body.text("reason") == "BadRequest")
    #expect(reply.body.text("message")?.hasPrefix(message) == true, "\(reply.body.text("message") ?? "")")
  }

  @Test("values that the kind refuses are told by their fields, and nothing is stored")
  func invalid() throws {
    let reply = try apply("spec: {ports: [{port: 70000}]}")
    #expect(reply.code == 422 && reply.body.text("details.causes.0.field") == "spec.ports[0].port")
    #expect(client.service("fresh") == nil)
    let wrong = try apply("spec: {ports: [{port: 80}], type: Loud}")
    #expect(wrong.code == 422 && wrong.body.text("details.causes.0.field") == "spec.type")
  }

  @Test("bombs of aliases and depth are refused")
  func bombs() throws {
    var bomb = "apiVersion: v1\nkind: Service\na0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<12 {
      let last = "*a\(level - 1)"
      bomb += "a\(level): &a\(level) [\(Array(repeating: last, count: 10).joined(separator: ", "))]\n"
    }
    let deep = "apiVersion: v1\nkind: Service\nspec: " + String(repeating: "[", count: 100_000)
    for body in [bomb, deep] {
      #expect(try client.ask("PATCH", "\(fresh)?fieldManager=one", body, type: yaml).code == 400)
    }
  }

  @Test("who applies must say who it is; force is for appliers alone")
  func options() throws {
    let unnamed = try client.ask("PATCH", fresh, "apiVersion: v1\nkind: Service", type: yaml, agent: "kubectl/v1")
    #expect(unnamed.code == 422)
    #expect(
      unnamed.body.text("message")
        == #"PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch"#)
    let forced = try client.ask("PATCH", "\(web)?force=true", "{}", type: "application/merge-patch+json")
    #expect(forced.code == 422 && forced.body.text("details.causes.0.field") == "force")
  }

  @Test("the status is applied by itself, and needs its object")
  func status() throws {
    let body = "status: {loadBalancer: {ingress: [{ip: 192.0.2.1}]}}\nspec: {type: NodePort}"
    #expect(try apply(body, to: "\(fresh)/status").code == 404)
    let reply = try apply(body, to: "\(web)/status")
    #expect(reply.code == 200 && reply.body.text("status.loadBalancer.ingress.0.ip") == "192.0.2.1")
    #expect(reply.body.text("spec.type") == "ClusterIP")
    #expect(reply.body.text("metadata.managedFields.0.subresource") == "status")
  }

  @Test("a client takes over fields by writing managedFields, and empties them with one empty entry")
  func migration() throws {
    let made = try client.ask(
      "POST", "/api/v1/namespaces/shop/services?fieldManager=kubectl-client-side-apply",
      #"{"metadata":{"name":"fresh"},"spec":{"ports":[{"port":80}]}}"#)
    let fields = made.body.at("metadata.managedFields.0.fieldsV1")?.json ?? ""
    let patch = """
      [{"op":"replace","path":"/metadata/managedFields","value":[{"manager":"kubectl","operation":"Apply","apiVersion":"v1",\
      "time":"2026-01-31T12:00:00Z","fieldsType":"FieldsV1","fieldsV1":\(fields)}]},\
      {"op":"replace","path":"/metadata/resourceVersion","value":"\(made.body.text("metadata.resourceVersion") ?? "")"}]
      """
    let taken = try client.ask("PATCH", "\(fresh)?fieldManager=kubectl", patch, type: "application/json-patch+json")
    #expect(taken.body.elements("metadata.managedFields").map { $0.text("manager") } == ["kubectl"])
    let less = try apply("spec: {ports: [{port: 81}]}", by: "kubectl")
    #expect(less.code == 200 && client.service("fresh")?.spec.ports.map(\.port) == [81])
    let reset = try client.ask(
      "PATCH", fresh, #"{"metadata":{"managedFields":[{}]}}"#, type: "application/merge-patch+json")
    #expect(reset.code == 200 && reset.body.at("metadata.managedFields") == nil)
  }
}
