import ClusterModel
import Manifests
import NetworkAddresses
import Testing

@Suite("Manifests are read as kubectl takes them")
struct ManifestSetTests {
  @Test func readsYAMLAndJSONDocumentsOfOneFile() {
    let set = manifests(
      """
      # A shop.
      apiVersion: v1
      kind: Namespace
      metadata: {name: shop}
      ---
      {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "web", "namespace": "shop"},
       "spec": {"ports": [{"port": 80}]}}
      {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "db"}, "spec": {"clusterIP": "None"}}
      ---
      ---
      # nothing but a comment
      ---
      {apiVersion: v1, kind: Service, metadata: {name: flow}, spec: {ports: [{port: 81}]}}
      --- # a comment
      apiVersion: v1
      kind: Endpoints
      metadata:
        name: web
        namespace: shop
      subsets:
      - addresses: [{ip: 10.0.0.1}]
        ports: [{port: 8080}]
      ...
      """)
    #expect(set.problems == [])
    #expect(
      set.objects.map(\.object.description) == [
        "Namespace shop", "Service shop/web", "Service default/db", "Service default/flow", "Endpoints shop/web",
      ])
    #expect(set.objects.map(\.source.description).first == "m.yaml:2:1")
    #expect(set.objects.map(\.source.position.line) == [2, 6, 8, 13, 15])
  }

  @Test func flattensLists() {
    let set = manifests(
      """
      apiVersion: v1
      kind: List
      items:
      - apiVersion: v1
        kind: Namespace
        metadata:
          name: a
      - {apiVersion: apps/v1, kind: Deployment, metadata: {name: d}}
      ---
      apiVersion: v1
      kind: ServiceList
      metadata: {resourceVersion: "7"}
      items:
      - metadata: {name: typed}
        spec: {ports: [{port: 80}]}
      - {apiVersion: v1, kind: Service, metadata: {name: named}, spec: {ports: [{port: 80}]}}
      ---
      apiVersion: v1
      kind: List
      items:
      """)
    #expect(set.problems == [])
    #expect(
      set.objects.map(\.object.description) == ["Namespace a", "Service default/typed", "Service default/named"])
    #expect(
      set.notices.map(\.description) == [
        "m.yaml:8:3: Deployment d: passed over: objects of this kind are not for a name service"
      ])
  }

  @Test func aBadObjectIsRefusedAloneWithItsPlace() {
    let set = manifests(
      """
      apiVersion: v1
      kind: Service
      metadata:
        name: bad
        namespace: shop
      spec:
        ports:
        - name: http
          port: 70000
          targetPort: 80
      ---
      apiVersion: v1
      kind: Service
      metadata:
        name: good
      spec:
        ports:
        - port: 80
      """)
    #expect(set.objects.map(\.object.description) == ["Service default/good"])
    #expect(
      set.problems.map(\.description) == [
        "m.yaml:9:11: Service shop/bad: spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive"
      ])
  }

  @Test func namesEachFieldOfASampleThatIsNoKubernetesAndTheRightSpelling() {
    let set = manifests(
      """
      apiVersion: v1
      kind: Service
      metadata:
        name: myapp-svc
        labels:
        - app: myapp
      spec:
        selector:
          app: myapp
        port:
        - protocol: TCP
          port: 80
        sessionAffinity: ClientIP
        sessionAffinityConfig:
          ClientIP: 10800
      """)
    #expect(set.objects.isEmpty)
    #expect(
      set.problems.map(\.description) == [
        "m.yaml:6:3: Service default/myapp-svc: metadata.labels: expected a mapping of names to texts, found a list; "
          + "leave out the '-'",
        "m.yaml:10:3: Service default/myapp-svc: spec.port: unknown field; did you mean ports?",
        "m.yaml:15:5: Service default/myapp-svc: spec.sessionAffinityConfig.ClientIP: unknown field; did you mean "
          + "clientIP?",
      ])
  }

  @Test func asksForQuotesAroundWhatYAMLTakesForSomethingElse() {
    let set = manifests(
      """
      apiVersion: v1
      kind: Service
      metadata:
        name: web
        annotations: {on-call: yes, since: 010, ratio: 1.5, "on": "true", day: 2026-01-31, at: 12:30:00}
      spec:
        ports: [{port: 80, targetPort: 0x50}]
      """)
    #expect(
      set.problems.map(\.description) == [
        "m.yaml:5:26: Service default/web: metadata.annotations: expected a text, found the boolean yes; write it in "
          + "quotes: \"yes\"",
        "m.yaml:5:38: Service default/web: metadata.annotations: expected a text, found the number 010; write it in "
          + "quotes: \"010\"",
        "m.yaml:5:50: Service default/web: metadata.annotations: expected a text, found the number 1.5; write it in "
          + "quotes: \"1.5\"",
      ])
  }

  @Test func takesYAMLsNumbers() throws {
    let set = manifests(
      """
      apiVersion: v1
      kind: Service
      metadata: {name: web}
      spec:
        ports:
        - {name: a, port: 0x50, targetPort: web}
        - {name: b, port: 0o17}
        - {name: c, port: 017, protocol: UDP}
        - {name: d, port: 1_000, targetPort: "8080"}
      """)
    #expect(set.problems.map(\.path) == ["spec.ports[3].targetPort"])
    let fixed = manifests(
      "{apiVersion: v1, kind: Service, metadata: {name: web}, spec: {ports: [{port: 0x50, targetPort: web}]}}")
    let service = try #require(fixed.objects.first.flatMap { Service($0.object) })
    #expect(service.spec.ports == [ServicePort(port: 80, targetPort: .name("web"))])
  }

  @Test func isAPictureOfACluster() throws {
    let set = manifests(
      """
      apiVersion: v1
      kind: Service
      metadata:
        name: far
        deletionTimestamp: 2026-01-31T12:00:00Z
        uid: 7e224ac3-a958-427f-8fd6-c3f3e5c9437f
        resourceVersion: "41"
      spec:
        clusterIPs: [192.0.2.1, "2001:db8::1"]
        ports: [{port: 80}]
        type: LoadBalancer
      status:
        loadBalancer: {ingress: [{ip: 192.0.2.9}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: ext}
      spec: {type: ExternalName, externalName: WWW.Example.COM}
      """)
    #expect(set.problems == [])
    let services = set.objects.compactMap { Service($0.object) }
    #expect(services[0].spec.clusterIP == IPAddress("192.0.2.1"))
    #expect(services[0].status.ingress.map(\.ip) == ["192.0.2.9"])
    #expect(services[0].metadata.deletionTimestamp == Timestamp.seconds("2026-01-31T12:00:00Z"))
    #expect(services[0].metadata.resourceVersion == 41)
    #expect(services[0].spec.allocateLoadBalancerNodePorts == true)
    #expect(services[1].spec.externalName == "www.example.com")
  }

  @Test func refusesTheSecondOfTwoAndNamesBothPlaces() {
    let set = manifests(
      """
      {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a"}}
      {"apiVersion":"v1","kind":"Service","metadata":{"name":"a"},"spec":{"clusterIP":"None"}}
      {"apiVersion":"v1","kind":"Namespace","metadata":{"name":"a","labels":{"x":"y"}}}
      """)
    #expect(set.objects.count == 2)
    #expect(
      set.problems.map(\.description) == [
        "m.yaml:3:1: Namespace a: this object was given before, at m.yaml:1:1"
      ])
  }

  @Test(arguments: [
    ("kind: Service\nmetadata: {name: x}", "m.yaml:1:1: Service x: apiVersion: Required value"),
    ("apiVersion: v1", "m.yaml:1:1: kind: Required value"),
    (
      "apiVersion: v2\nkind: Service\nmetadata: {name: x}",
      "m.yaml:1:13: Service x: apiVersion: Invalid value: \"v2\": no matches for kind \"Service\" in version \"v2\"; its "
        + "version is v1"
    ),
    ("- a\n- b", "m.yaml:1:1: expected a mapping of fields, found a list; leave out the '-'"),
    ("just words", "m.yaml:1:1: expected a mapping of fields, found the text \"just words\""),
    ("apiVersion: v1\nkind: List\nitems: {}", "m.yaml:3:8: items: expected a list; begin each element with '- '"),
    (
      "apiVersion: v1\nkind: Service\nmetadata: {}\nspec: {clusterIP: None}",
      "m.yaml:3:11: Service: metadata.name: Required value: name or generateName is required"
    ),
    (
      "apiVersion: v1\nkind: Pod\nmetadata: {name: p, name: q}",
      "m.yaml:3:12: given twice in one mapping: \"name\""
    ),
    (
      "apiVersion: v1\nkind: Pod\nmetadata:\n\tname: p",
      "m.yaml:4:1: this is not YAML: while scanning for the next token: found character that cannot start any token"
    ),
    ("a: [1, 2", "m.yaml:2:1: this is not YAML: while parsing a flow sequence: did not find expected ',' or ']'"),
    ("a: *b", "m.yaml:1:4: this is not YAML: found undefined alias"),
    ("[a]: b", "m.yaml:1:1: a name must be a text, not a list or mapping"),
    ("a: !!int x", "m.yaml:1:4: the value \"x\" does not fit its tag tag:yaml.org,2002:int"),
    ("{\"a\": 1, }x", "m.yaml:1:10: expected a name in double quotes, found \"}\""),
    ("", "m.yaml:1:1: this file holds no objects"), ("# only\n\n---\n", "m.yaml:1:1: this file holds no objects"),
    ("a\0b", "m.yaml:1:1: this is no text: it has a NUL at octet 2"),
  ])
  func saysWhereAndWhatIsWrong(text: String, message: String) {
    let set = manifests(text)
    #expect(set.objects.isEmpty)
    #expect(set.problems.count == 1)
    #expect(set.problems.first?.description.hasPrefix(message) == true, "\(set.problems)")
  }

  @Test(arguments: [[0x61, 0x3A, 0xFF], [0x7B, 0xC3, 0x28], [0xFF, 0xFE, 0x61, 0x01]] as [[UInt8]])
  func refusesWhatIsNotUTF8(bytes: [UInt8]) {
    let set = ManifestSet.read(bytes, file: "m.yaml")
    #expect(set.problems.map(\.message) == ["this is not UTF-8 text"])
  }

  @Test func takesAByteOrderMarkAndCarriageReturns() {
    let set = manifests("\u{FEFF}---\r\napiVersion: v1\r\nkind: Namespace\r\nmetadata:\r\n  name: a\r\n---\r\n")
    #expect(set.objects.map(\.object.description) == ["Namespace a"])
    #expect(set.problems == [])
  }

  @Test func goesOnBehindADocumentThatIsNoDocument() {
    let set = manifests(
      "{\"a\": x}\n---\na: [\n---\n{\"apiVersion\":\"v1\",\"kind\":\"Namespace\",\"metadata\":{\"name\":\"a\"}}")
    #expect(set.objects.count == 1)
    #expect(set.problems.map(\.source.position.line) == [1, 4])
  }
}

@Suite("Bad manifests cost no more than good ones")
struct ManifestRobustnessTests {
  private static let sample = """
    %YAML 1.1
    ---
    &a apiVersion: "v1"
    kind: 'Service'
    metadata:
      name: !!str web
      labels: {"a\\u00e4": b, c: *a}
    spec: # what it is to be
      ports:
      - {port: 80, targetPort: 0x50}
      selector: {? x : "y"}
      externalIPs: [10.0.0.1,
        "10.0.0.2"]
    ...
    """

  @Test func everyMutationIsReadOrRefused() {
    let bytes = Array(Self.sample.utf8)
    var outcomes: Set<Bool> = []
    for index in bytes.indices {
      for octet in Array("\0\n \"#&*-:?{".utf8) + [0xC3] {
        var mutated = bytes
        mutated[index] = octet
        let set = ManifestSet.read(mutated, file: "m.yaml")
        #expect(!set.objects.isEmpty || !set.problems.isEmpty || !set.notices.isEmpty)
        outcomes.insert(set.problems.isEmpty)
      }
    }
    #expect(outcomes == [false, true])
  }

  @Test func everyTruncationIsReadOrRefused() {
    let bytes = Array(Self.sample.utf8)
    for length in bytes.indices {
      let set = ManifestSet.read(Array(bytes[..<length]), file: "m.yaml")
      #expect(set.objects.count <= 1)
    }
  }

  @Test func theListsOfProblemsAndNoticesHaveBounds() {
    let set = manifests(String(repeating: #"{"apiVersion":"apps/v1","kind":"Deployment"}{}"#, count: 5000))
    #expect(set.problems.count == 1001 && set.notices.count == 1001)
    #expect(set.problems.last?.message == "and 4000 more from here on")
    #expect(set.notices.last?.message == "and 4000 more from here on")
  }
}

@Suite("YAML: anchors, aliases and merges are bounded")
struct YAMLBoundsTests {
  @Test func mergesAsKubectlDoes() throws {
    let set = manifests(
      """
      apiVersion: v1
      kind: List
      items:
      - &base
        apiVersion: v1
        kind: Service
        metadata: &meta {name: a, labels: {tier: front}}
        spec: {ports: [{port: 80}], publishNotReadyAddresses: true}
      - <<: *base
        metadata: {<<: *meta, name: b}
      - <<: [{metadata: {name: c}}, *base]
      """)
    #expect(set.problems == [])
    let services = set.objects.compactMap { Service($0.object) }
    #expect(services.map(\.metadata.name) == ["a", "b", "c"])
    #expect(services.map(\.metadata.labels) == [["tier": "front"], ["tier": "front"], [:]])
    #expect(services.map(\.spec.publishNotReadyAddresses) == [true, true, true])
  }

  @Test func anAliasBombIsAnError() {
    var text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1..<30 {
      text += "a\(level): &a\(level)\n" + String(repeating: "- *a\(level - 1)\n", count: 10)
    }
    let limits = ManifestLimits(document: DocumentLimits(nodes: 10_000))
    let problems = manifests(text, limits: limits).problems
    #expect(problems.map(\.message) == ["more than 10000 values once aliases are expanded"])
  }

  @Test(arguments: ["? *a29\n: x\n", "*a29 : x\n", "{ *a29 }\n", "{x, *a29 : 1}\n", "[*a29]: x\n", "? - *a29\n: x\n"])
  func anAliasBombAsANameIsAnError(name: String) {
    var text = "- &a0 [x, x]\n"
    for level in 1..<30 { text += "- &a\(level)\n  - *a\(level - 1)\n  - *a\(level - 1)\n" }
    text += "- " + name.replacing("\n:", with: "\n  :")
    let problems = manifests(text).problems
    #expect(problems.map(\.message) == ["in a document with many aliases a name must be plain text"])
    #expect(problems.map(\.source.position.line) == [89])
  }

  @Test func manyAliasesOfOneAnchorAreFine() {
    var text = "apiVersion: v1\nkind: List\nx: &ports [{port: 80}]\nitems:\n"
    for number in 0..<100 {
      text += "- {apiVersion: v1, kind: Service, metadata: {name: s\(number)}, spec: {ports: *ports}}\n"
    }
    #expect(manifests(text).objects.count == 100)
  }

  @Test(arguments: [100, 5000, 100_000])
  func deepNestingIsAnError(depth: Int) {
    for (open, close) in [("[", "]"), ("{\"a\":", "}"), ("{a: ", "}")] {
      let text = "a: " + String(repeating: open, count: depth) + "1" + String(repeating: close, count: depth)
      let problems = manifests(text).problems
      #expect(problems.count == 1)
    }
    let json = String(repeating: "{\"a\":", count: depth) + "1" + String(repeating: "}", count: depth)
    #expect(manifests(json).problems.count == 1)
  }

  @Test func filesAndDocumentsHaveBounds() throws {
    let folder = try TemporaryFolder()
    let file = try folder.write("a.yaml", String(repeating: "# padding\n", count: 1000))
    let set = ManifestSet.load(paths: [file], limits: ManifestLimits(fileSize: 9999))
    #expect(set.problems.map(\.message) == ["a file of 0 MiB; the most is 0 MiB: divide it"])
    let large = "a: " + String(repeating: "x", count: 5000)
    let small = ManifestLimits(yamlDocumentSize: 1000)
    #expect(manifests(large, limits: small).problems.first?.message.hasPrefix("a YAML document of more than") == true)
  }
}

@Suite("Files and folders")
struct ManifestFilesTests {
  private static func namespace(_ name: String) -> String {
    "apiVersion: v1\nkind: Namespace\nmetadata: {name: \(name)}\n"
  }

  @Test func readsTheManifestsOfAFolderInTheOrderOfTheirNames() throws {
    let folder = try TemporaryFolder()
    try folder.write("b.yml", Self.namespace("b"))
    try folder.write("a.yaml", Self.namespace("a"))
    try folder.write("c.json", #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"c"}}"#)
    try folder.write("notes.txt", "not read")
    try folder.makeFolder("d.yaml")
    try folder.link("e.yaml", to: "a.yaml")
    let set = ManifestSet.load(paths: [folder.path])
    folder.removeFolder("d.yaml")
    #expect(set.objects.map(\.object.metadata.name) == ["a", "b", "c"])
    #expect(set.objects.first?.source.file == folder.path + "/a.yaml")
    #expect(set.problems.map(\.message) == ["this object was given before, at \(folder.path)/a.yaml:1:1"])
  }

  @Test func saysWhatCannotBeRead() throws {
    let folder = try TemporaryFolder()
    let missing = folder.path + "/missing.yaml"
    let set = ManifestSet.load(paths: [missing, folder.path, "/dev/null"])
    #expect(
      set.problems.map(\.description) == [
        "\(missing):1:1: No such file or directory", "/dev/null:1:1: this is no regular file",
      ])
    #expect(set.notices.map(\.message) == ["this folder has no manifests: their names end in .yaml, .yml or .json"])
  }

  @Test func fingerprintsTellWhenThereIsSomethingToLoad() throws {
    let folder = try TemporaryFolder()
    let paths = [folder.path, folder.path + "/later.yaml"]
    let empty = ManifestSet.fingerprint(paths: paths)
    #expect(empty == ManifestSet.fingerprint(paths: paths))
    try folder.write("a.yaml", Self.namespace("a"))
    let one = ManifestSet.fingerprint(paths: paths)
    #expect(one != empty)
    try folder.write("a.yaml", Self.namespace("b"))
    let changed = ManifestSet.fingerprint(paths: paths)
    #expect(changed != one)
    try folder.write("notes.txt", "not looked at")
    #expect(ManifestSet.fingerprint(paths: paths) == changed)
    try folder.write("later.yaml", Self.namespace("c"))
    #expect(ManifestSet.fingerprint(paths: paths) != changed)
  }
}
