import ClusterModel
import Testing

/// Dialogues of server-side apply, without a registry: what an object becomes, and whose its fields are.
@Suite("Server-side apply")
struct AppliedConfigurationTests {
  /// Applies a configuration of a Service to what was made before.
  private func apply(
    _ spec: String, metadata: String = "", to live: ClusterObject? = nil, by name: String = "one", force: Bool = false
  ) throws -> ClusterObject {
    let json = #"{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"\#(metadata)},"spec":\#(spec)}"#
    let configuration = try AppliedConfiguration(try document(json), of: .service)
    let applied = try configuration.applied(to: live, by: FieldWriter(name, time: 1), isForced: force)
    var (object, problems) = ClusterObject.decode(applied.document, as: .service, interner: StringInterner())
    #expect(problems.isEmpty)
    object.applyDefaults()
    object.metadata.managedFields = applied.managedFields
    return object
  }

  private func spec(_ object: ClusterObject) throws -> ServiceSpec { try #require(Service(object)).spec }

  private func owned(_ object: ClusterObject, by name: String) -> String? {
    object.metadata.managedFields.first { $0.manager == name }?.fieldsV1
  }

  @Test("exactly what the configuration gives is the applier's")
  func create() throws {
    let object = try apply(#"{"ports":[{"name":"http","port":80}],"sessionAffinity":"ClientIP"}"#)
    #expect(
      owned(object, by: "one")
        == #"{"f:spec":{"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:name":{},"f:port":{}}},"f:sessionAffinity":{}}}"#
    )
  }

  @Test("lists are merged by their keys, with what stands for a key that is left out")
  func merge() throws {
    let first = try apply(#"{"ports":[{"name":"http","port":80}]}"#)
    let both = try apply(
      #"{"ports":[{"name":"dns","port":53,"protocol":"UDP"}]}"#, to: first, by: "two")
    #expect(try spec(both).ports.map(\.name) == ["http", "dns"])
    let named = try apply(
      #"{"ports":[{"port":80,"protocol":"TCP","targetPort":8080}]}"#, to: both, by: "three", force: true)
    #expect(try spec(named).ports.map(\.targetPort) == [.number(8080), .number(53)])
  }

  @Test(
    "a field of somebody else is a conflict, in Kubernetes' words, unless it is given the same value or taken by force")
  func conflict() throws {
    let one = try apply(#"{"ports":[{"name":"http","port":80,"targetPort":8080}],"sessionAffinity":"ClientIP"}"#)
    let error = #expect(throws: FieldConflict.self) {
      try apply(#"{"ports":[{"name":"http","port":80,"targetPort":9090}]}"#, to: one, by: "two")
    }
    #expect(
      error?.message
        == #"Apply failed with 1 conflict: conflict with "one": .spec.ports[port=80,protocol="TCP"].targetPort"#)
    let several = #expect(throws: FieldConflict.self) {
      try apply(
        #"{"ports":[{"name":"http","port":80,"targetPort":9090}],"sessionAffinity":"None"}"#, to: one, by: "two")
    }
    #expect(
      several?.message
        == "Apply failed with 2 conflicts: conflicts with \"one\":\n- .spec.ports[port=80,protocol=\"TCP\"].targetPort\n"
        + "- .spec.sessionAffinity")
    let shared = try apply(#"{"sessionAffinity":"ClientIP"}"#, to: one, by: "two")
    #expect(owned(shared, by: "two") == #"{"f:spec":{"f:sessionAffinity":{}}}"#)
    let forced = try apply(#"{"sessionAffinity":"None"}"#, to: one, by: "two", force: true)
    #expect(try spec(forced).sessionAffinity == .none)
    #expect(owned(forced, by: "one")?.contains("sessionAffinity") == false)
  }

  @Test("who writes without applying is named with the version")
  func updater() throws {
    var (object, _) = try decode(service(#"{"ports":[{"port":80}],"type":"NodePort"}"#))
    object.applyDefaults()
    object.metadata.managedFields = object.managedFields(
      after: FieldWriter("kubectl-client-side-apply", time: 1), from: nil)
    let error = #expect(throws: FieldConflict.self) {
      try apply(#"{"ports":[{"port":80,"targetPort":81}]}"#, to: object)
    }
    #expect(
      error?.message
        == #"Apply failed with 1 conflict: conflict with "kubectl-client-side-apply" using v1: .spec.ports[port=80,protocol="TCP"].targetPort"#
    )
  }

  @Test("what the applier no longer gives goes, unless somebody else has it too")
  func removal() throws {
    let one = try apply(
      #"{"ports":[{"name":"a","port":80},{"name":"b","port":81}],"selector":{"app":"x"}}"#,
      metadata: #","labels":{"mine":"1","ours":"1"}"#)
    let two = try apply("{}", metadata: #","labels":{"ours":"1"}"#, to: one, by: "two")
    let less = try apply(#"{"ports":[{"name":"a","port":80}]}"#, to: two, by: "one")
    #expect(less.metadata.labels == ["ours": "1"])
    #expect(try spec(less).ports.map(\.port) == [80])
    #expect(try spec(less).selector.isEmpty)
  }

  @Test("what nobody gave stays")
  func unowned() throws {
    var one = try apply(#"{"ports":[{"port":80}]}"#, metadata: #","labels":{"a":"1"}"#)
    one.metadata.annotations = ["made": "elsewhere"]
    let less = try apply("{}", to: one, by: "one")
    #expect(less.metadata.annotations == ["made": "elsewhere"])
    #expect(less.metadata.labels.isEmpty)
    #expect(try spec(less).ports.isEmpty)
  }

  @Test("applying the same again changes nothing but times")
  func again() throws {
    let text = #"{"ports":[{"name":"http","port":80}],"selector":{"app":"web"}}"#
    let one = try apply(text)
    #expect(try apply(text, to: one).isSame(as: one))
  }

  @Test(
    "a configuration that does not fit the kind is refused",
    arguments: [
      (#"{"port":[]}"#, ".spec.port: field not declared in schema; did you mean ports?"),
      (#"{"ports":{"port":80}}"#, ".spec.ports: expected list, got object"),
      (
        #"{"ports":[{"port":80},{"port":80,"protocol":"TCP"}]}"#,
        #".spec.ports: duplicate entries for key [port=80,protocol="TCP"]"#
      ),
      (
        #"{"ports":[{"name":"x"}]}"#,
        #".spec.ports: element 0: associative list with keys has an element that omits key field "port" (and doesn't have default value)"#
      ),
      (#"{"ports":[80]}"#, ".spec.ports: element 0: expected map, got number 80"),
      ("[]", ".spec: expected map, got array"),
    ])
  func unfit(spec: String, message: String) throws {
    let node = try document(#"{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":\#(spec)}"#)
    let problem = #expect(throws: AppliedConfiguration.Problem.self) { try AppliedConfiguration(node, of: .service) }
    #expect(problem?.message == message)
  }

  @Test("kubectl takes over without conflicts what it applied at the client")
  func takeOver() throws {
    let text =
      #"{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"ports":[{"port":80}],"type":"NodePort"}}"#
    var (object, _) = try decode(text)
    object.applyDefaults()
    object.metadata.annotations[WellKnownAnnotation.lastApplied] = text
    object.metadata.managedFields = object.managedFields(
      after: FieldWriter("kubectl-client-side-apply", time: 1), from: nil)
    #expect(throws: FieldConflict.self) { try apply(#"{"type":"ClusterIP"}"#, to: object, by: "other") }
    let taken = try apply(#"{"type":"ClusterIP"}"#, to: object, by: "kubectl")
    #expect(try spec(taken).type == .clusterIP)
  }

  @Test("kubectl's annotation is kept up to the octet, without itself")
  func lastApplied() throws {
    let text =
      #"{"spec":{"selector":{"a":"x & <y>"}},"metadata":{"name":"web","annotations":{"\#(WellKnownAnnotation.lastApplied)":"old","b":"1"}}}"#
    let configuration = try AppliedConfiguration(try document(text), of: .service)
    var (object, _) = try decode(service(#"{"ports":[{"port":80}]}"#))
    let kubectl = FieldWriter("kubectl", time: 1)
    #expect(configuration.lastApplied(to: object, by: kubectl) == nil)
    object.metadata.annotations[WellKnownAnnotation.lastApplied] = "old"
    #expect(
      configuration.lastApplied(to: object, by: kubectl)
        == #"{"metadata":{"annotations":{"b":"1"},"name":"web"},"spec":{"selector":{"a":"x \u0026 \u003cy\u003e"}}}"#
        + "\n")
    #expect(configuration.lastApplied(to: object, by: FieldWriter("other", time: 1)) == nil)
  }
}
