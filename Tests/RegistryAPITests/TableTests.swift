import ClusterModel
import NetworkAddresses
import Registry
import Testing

@testable import RegistryAPI

@Suite("Registry API: tables")
struct TableTests {
  private let handler: APIHandler

  init() throws { handler = APIHandler(registry: try demoRegistry(), address: "127.0.0.1:8001") }

  private func table(_ target: String, version: String = "v1") throws -> DocumentNode {
    let accept = "application/json;as=Table;v=\(version);g=meta.k8s.io,application/json"
    let request = try #require(APIRequest(method: "GET", target: target, accept: accept))
    return try parse(handler.reply(to: request).body)
  }

  @Test("columns and cells are those of a kube-apiserver")
  func recorded() throws {
    let recordings = try Recorded.file("tables").elements("")
    #expect(recordings.count == 8)
    for recording in recordings {
      let kind = try #require(ObjectKind(name: recording.text("kind") ?? ""))
      #expect(kind.columnHeads.map(\.shape) == recording.elements("columns").map(\.sortedJSON), "\(kind)")
      for row in recording.elements("rows") { try check(row, of: kind) }
    }
  }

  private func check(_ row: DocumentNode, of kind: ObjectKind) throws {
    let node = try #require(row["object"])
    let (object, problems) = ClusterObject.decode(node, as: kind, interner: StringInterner())
    #expect(problems.map(\.description) == [])
    let expected = row.elements("cells").compactMap(\.string)
    let ageColumn = try #require(kind.columnHeads.firstIndex { $0.name == "Age" })
    let now = object.metadata.creationTimestamp + (try #require(Self.seconds(expected[ageColumn])))
    #expect(object.cells(now: now) == expected.map { .text($0) })
  }

  /// The seconds of `55m` and `1s`.
  private static func seconds(_ age: String) -> Int64? {
    Int64(age.dropLast()).map { age.hasSuffix("m") ? $0 * 60 : $0 }
  }

  @Test("a table of a list, and how it goes on")
  func list() throws {
    let first = try table("/api/v1/services?limit=1")
    #expect(first.text("kind") == "Table")
    #expect(first.text("apiVersion") == "meta.k8s.io/v1")
    #expect(first.text("metadata.resourceVersion") == String(handler.registry.version))
    #expect(first.text("metadata.remainingItemCount") == "2")
    #expect(first.elements("columnDefinitions").count == 7)
    #expect(first.elements("rows").map { $0.text("cells.0") } == ["db"])
    let token = try #require(first.text("metadata.continue"))
    let second = try table("/api/v1/services?limit=1&continue=\(token)")
    #expect(second.elements("rows").map { $0.text("cells.0") } == ["api"])
    #expect(second.text("metadata.remainingItemCount") == "1")
    let last = try table("/api/v1/services?limit=1&continue=\(second.text("metadata.continue") ?? "")")
    #expect(last.elements("rows").map { $0.text("cells.0") } == ["web"])
    #expect(last.at("metadata.continue") == nil)
    #expect(last.at("metadata.remainingItemCount") == nil)
    #expect(try table("/api/v1/services?limit=1&labelSelector=tier").at("metadata.remainingItemCount") == nil)
    #expect(try table("/api/v1/namespaces/nowhere/services").elements("columnDefinitions").count == 7)
  }

  @Test(
    "what a row carries of its object",
    arguments: [
      ("", "PartialObjectMetadata", "meta.k8s.io/v1"),
      ("?includeObject=Metadata", "PartialObjectMetadata", "meta.k8s.io/v1"),
      ("?includeObject=Object", "Service", "v1"), ("?includeObject=None", nil, nil),
    ] as [(String, String?, String?)])
  func included(_ query: String, _ kind: String?, _ version: String?) throws {
    let row = try table("/api/v1/namespaces/shop/services/web\(query)")
    #expect(row.text("rows.0.object.kind") == kind)
    #expect(row.text("rows.0.object.apiVersion") == version)
    #expect(row.text("rows.0.object.metadata.name") == (kind == nil ? nil : "web"))
    #expect((row.at("rows.0.object.spec") != nil) == (kind == "Service"))
    let own = try table("/api/v1/namespaces/shop/services/web").text("rows.0.object.metadata.resourceVersion")
    #expect(row.text("metadata.resourceVersion") == own)
  }

  @Test("an includeObject that is none is refused, and older clients get their version")
  func versions() throws {
    #expect(try table("/api/v1/services?includeObject=Half").text("reason") == "BadRequest")
    let old = try table("/api/v1/pods", version: "v1beta1")
    #expect(old.text("apiVersion") == "meta.k8s.io/v1beta1")
    #expect(old.text("rows.0.object.apiVersion") == "meta.k8s.io/v1beta1")
    #expect(try table("/api/v1/namespaces/shop/services/missing").text("kind") == "Status")
  }

  @Test("the events of a watch are tables of one row")
  func events() throws {
    let pod = try #require(handler.registry.object(ObjectKey(.pod, namespace: "shop", name: "web-1")))
    let accept = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
    let request = try #require(APIRequest(method: "GET", target: "/api/v1/pods?watch=true", accept: accept))
    let watch = try #require(try WatchRequest(request))
    let change = WatchEvent.ObjectChange(type: .added, object: pod, version: 7)
    let event = try parse(watch.form.octets(of: .change(change)))
    #expect(event.text("type") == "ADDED")
    #expect(event.text("object.kind") == "Table")
    #expect(event.text("object.metadata.resourceVersion") == "7")
    #expect(event.elements("object.columnDefinitions").count == 9)
    #expect(event.elements("object.rows").map { $0.text("cells.0") } == ["web-1"])
    #expect(event.text("object.rows.0.object.metadata.name") == "web-1")
  }

  @Test("a watch in YAML is none")
  func watchNotation() throws {
    let request = try #require(
      APIRequest(method: "GET", target: "/api/v1/pods?watch=true", accept: "application/yaml"))
    #expect(throws: RegistryError.notAcceptable) { try WatchRequest(request) }
  }
}

extension TableColumnHead {
  /// What a recording has of a column.
  fileprivate var shape: String {
    #"{"format":"\#(format)","name":"\#(name)","priority":\#(isWide ? 1 : 0),"type":"string"}"#
  }
}

@Suite("Registry API: cells")
struct CellTests {
  private func cell(_ object: ClusterObject, _ column: String) throws -> String {
    let index = try #require(object.kind.columnHeads.firstIndex { $0.name == column })
    guard case .text(let text) = object.cells(now: 0)[index] else { return "" }
    return text
  }

  private func load(_ yaml: String, as kind: ObjectKind) throws -> ClusterObject {
    let (object, problems) = ClusterObject.decode(try parse(Array(yaml.utf8)), as: kind, interner: StringInterner())
    #expect(problems.isEmpty)
    return object
  }

  @Test(
    "Services",
    arguments: [
      (
        #"{"type":"LoadBalancer","ports":[{"port":80,"nodePort":30080},{"port":53,"protocol":"UDP"}]}"#, "{}",
        "<pending>"
      ),
      (
        #"{"type":"LoadBalancer"}"#,
        #"{"loadBalancer":{"ingress":[{"ip":"192.0.2.9"},{"hostname":"a.example"},{"ip":"192.0.2.10"}]}}"#,
        "192.0.2.10,192.0.2.9,a.example"
      ),
      (
        #"{"type":"LoadBalancer","externalIPs":["192.0.2.1"]}"#, #"{"loadBalancer":{"ingress":[{"ip":"192.0.2.9"}]}}"#,
        "192.0.2.9,192.0.2.1"
      ),
      (#"{"externalIPs":["192.0.2.1","2001:db8::1"]}"#, "{}", "192.0.2.1,2001:db8::1"), ("{}", "{}", "<none>"),
    ])
  func services(_ spec: String, _ status: String, _ expected: String) throws {
    let service = try load(#"{"metadata":{"name":"s"},"spec":\#(spec),"status":\#(status)}"#, as: .service)
    #expect(try cell(service, "External-IP") == expected)
    if spec.contains("nodePort") { #expect(try cell(service, "Port(s)") == "80:30080/TCP,53/UDP") }
  }

  @Test("Endpoints: three addresses, and how many more")
  func endpoints() throws {
    func shown(_ subsets: String) throws -> String {
      try cell(try load(#"{"metadata":{"name":"e"},"subsets":\#(subsets)}"#, as: .endpoints), "Endpoints")
    }
    #expect(try shown("[]") == "<none>")
    #expect(
      try shown(#"[{"addresses":[{"ip":"10.0.0.1"},{"ip":"fd00::1"}],"ports":[{"port":80}]}]"#)
        == "10.0.0.1:80,[fd00::1]:80")
    #expect(
      try shown(
        #"[{"addresses":[{"ip":"10.0.0.1"},{"ip":"10.0.0.2"},{"ip":"10.0.0.3"}],"ports":[{"port":80},{"port":81}]}]"#)
        == "10.0.0.1:80,10.0.0.2:80,10.0.0.3:80 + 3 more...")
    #expect(try shown(#"[{"addresses":[{"ip":"10.0.0.1"}]}]"#) == "10.0.0.1")
    #expect(try shown(#"[{"notReadyAddresses":[{"ip":"10.0.0.1"}],"ports":[{"port":80}]}]"#) == "")
  }

  @Test("EndpointSlices: ports and addresses")
  func slices() throws {
    let slice = try load(
      #"{"metadata":{"name":"e"},"addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1"]},{"addresses":["10.0.0.2"]},{"addresses":["10.0.0.3"]},{"addresses":["10.0.0.4"]}],"ports":[{"port":80},{"name":"x"},{}]}"#,
      as: .endpointSlice)
    #expect(try cell(slice, "Ports") == "80,x,*")
    #expect(try cell(slice, "Endpoints") == "10.0.0.1,10.0.0.2,10.0.0.3 + 1 more...")
    let names = try load(
      #"{"metadata":{"name":"e"},"addressType":"FQDN","endpoints":[{"addresses":["a.example"]}],"ports":[]}"#,
      as: .endpointSlice)
    #expect(try cell(names, "Ports") == "<unset>")
    #expect(try cell(names, "Endpoints") == "a.example")
  }

  @Test("Pods: what they do, and their gates")
  func pods() throws {
    let pod = try load(
      #"{"metadata":{"name":"p"},"spec":{"containers":[{"name":"a"},{"name":"b"}],"readinessGates":[{"conditionType":"x"},{"conditionType":"y"}]},"status":{"phase":"Pending","conditions":[{"type":"y","status":"True"}]}}"#,
      as: .pod)
    #expect(try cell(pod, "Ready") == "0/2")
    #expect(try cell(pod, "Status") == "Pending")
    #expect(try cell(pod, "Readiness Gates") == "1/2")
    #expect(try cell(pod, "IP") == "<none>")
    let ending = try load(
      #"{"metadata":{"name":"p","deletionTimestamp":"2026-01-01T00:00:00Z"},"spec":{"containers":[{"name":"a"}]}}"#,
      as: .pod)
    #expect(try cell(ending, "Status") == "Terminating")
  }

  @Test(
    "Pods: what containers do",
    arguments: [
      (
        #"{"phase":"Running","containerStatuses":[\#(status(#""running":{}"#, ready: true, restarts: 2))]}"#, "1/1",
        "Running", "2"
      ),
      (#"{"phase":"Running","containerStatuses":[\#(status("", ready: true))]}"#, "1/1", "Running", "0"),
      (
        #"{"phase":"Running","containerStatuses":[\#(status(#""waiting":{"reason":"CrashLoopBackOff"}"#, ready: false, restarts: 7))]}"#,
        "0/1", "CrashLoopBackOff", "7"
      ),
      (
        #"{"phase":"Failed","containerStatuses":[\#(status(#""terminated":{"exitCode":3}"#, ready: false))]}"#, "0/1",
        "ExitCode:3", "0"
      ),
      (
        #"{"phase":"Failed","containerStatuses":[\#(status(#""terminated":{"exitCode":1,"signal":9}"#, ready: false))]}"#,
        "0/1", "Signal:9", "0"
      ),
      (#"{"phase":"Failed","reason":"Evicted"}"#, "0/1", "Evicted", "0"),
    ])
  func containers(_ podStatus: String, _ ready: String, _ status: String, _ restarts: String) throws {
    let pod = try load(
      #"{"metadata":{"name":"p"},"spec":{"containers":[{"name":"a"}]},"status":\#(podStatus)}"#, as: .pod)
    #expect(try cell(pod, "Ready") == ready)
    #expect(try cell(pod, "Status") == status)
    #expect(try cell(pod, "Restarts") == restarts)
  }

  private static func status(_ state: String, ready: Bool, restarts: Int = 0) -> String {
    #"{"name":"a","image":"i","imageID":"i","ready":\#(ready),"restartCount":\#(restarts),"state":{\#(state)}}"#
  }

  @Test("Events: when, what, and to what")
  func events() throws {
    let event = try load(
      #"{"metadata":{"name":"web.1"},"involvedObject":{"kind":"Pod","name":"web-1","fieldPath":"spec.containers{c}"},"type":"Warning","reason":"BackOff","message":" failed \n","source":{"component":"kubelet","host":"n1"},"firstTimestamp":"2026-01-01T00:00:00Z","lastTimestamp":"2026-01-01T00:01:00Z","count":3}"#,
      as: .event)
    let now = try #require(Timestamp.seconds("2026-01-01T00:01:05Z"))
    #expect(
      event.cells(now: now) == [
        .text("5s"), .text("Warning"), .text("BackOff"), .text("pod/web-1"), .text("spec.containers{c}"),
        .text("kubelet, n1"), .text("failed"), .text("65s"), .number(3), .text("web.1"),
      ])
    let series = try load(
      #"{"metadata":{"name":"e"},"involvedObject":{"kind":"Node"},"eventTime":"2026-01-01T00:00:00.000000Z","series":{"count":9,"lastObservedTime":"2026-01-01T00:01:00.000000Z"},"reportingComponent":"x"}"#,
      as: .event)
    #expect(
      [0, 3, 5, 7, 8].map { series.cells(now: now)[$0] } == [
        .text("5s"), .text("node"), .text("x"), .text("65s"), .number(9),
      ])
  }

  @Test("Nodes: readiness, roles and addresses")
  func nodes() throws {
    let node = try load(
      #"{"metadata":{"name":"n","labels":{"node-role.kubernetes.io/worker":"","kubernetes.io/role":"control"}},"spec":{"unschedulable":true},"status":{"conditions":[{"type":"Ready","status":"True"}],"addresses":[{"type":"InternalIP","address":"10.0.0.1"}],"nodeInfo":{"machineID":"","systemUUID":"","bootID":"","kernelVersion":"6.1","osImage":"Debian","containerRuntimeVersion":"containerd://2","kubeletVersion":"v1.36.0","kubeProxyVersion":"","operatingSystem":"linux","architecture":"amd64"}}}"#,
      as: .node)
    #expect(try cell(node, "Version") == "v1.36.0")
    #expect(try cell(node, "Kernel-Version") == "6.1")
    #expect(try cell(node, "Status") == "Ready,SchedulingDisabled")
    #expect(try cell(node, "Roles") == "control,worker")
    #expect(try cell(node, "Internal-IP") == "10.0.0.1")
    #expect(try cell(node, "External-IP") == "<none>")
    let plain = try load(
      #"{"metadata":{"name":"n"},"status":{"conditions":[{"type":"Ready","status":"False"}]}}"#, as: .node)
    #expect(try cell(plain, "Status") == "NotReady")
    #expect(try cell(plain, "Roles") == "<none>")
    #expect(try cell(plain, "OS-Image") == "<unknown>")
    #expect(try cell(try load(#"{"metadata":{"name":"n"}}"#, as: .node), "Status") == "Unknown")
    #expect(try cell(plain, "Age") == "<unknown>")
  }

  @Test(
    "durations",
    arguments: [
      (-2, "<invalid>"), (-1, "0s"), (0, "0s"), (119, "119s"), (120, "2m"), (121, "2m1s"), (599, "9m59s"), (600, "10m"),
      (10_799, "179m"), (10_800, "3h"), (10_860, "3h1m"), (28_800, "8h"), (172_799, "47h"), (172_800, "2d"),
      (176_400, "2d1h"), (691_200, "8d"), (63_072_000, "2y"), (63_158_400, "2y1d"), (315_360_000, "10y"),
    ] as [(Int64, String)])
  func durations(_ seconds: Int64, _ text: String) { #expect(HumanDuration.text(seconds) == text) }
}
