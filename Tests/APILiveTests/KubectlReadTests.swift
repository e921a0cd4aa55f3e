import Foundation
import LiveServer
import Testing

extension LiveTests {
  /// What kubectl asks for with tables, discovery and OpenAPI, and what it shows.
  @Suite("kubectl reads, explains and validates", .enabled(if: Tools.has("kubectl")), .serialized)
  struct KubectlReadTests {
    let folder: Scratch
    let api: LiveAPI

    init() throws {
      folder = try Scratch()
      try folder.write("shop.yaml", Self.objects.utf8)
      api = try LiveAPI(in: folder, ["--manifests", folder.path("shop.yaml")])
    }

    private static let objects = """
      apiVersion: v1
      kind: Pod
      metadata: {name: web-1, namespace: shop, labels: {app: web}}
      spec: {nodeName: n1, containers: [{name: c, image: i}]}
      status:
        phase: Running
        podIP: 10.1.0.1
        conditions: [{type: Ready, status: "True"}]
        containerStatuses:
        - {name: c, image: i, imageID: "", ready: true, restartCount: 2, state: {running: {}}}
      ---
      apiVersion: v1
      kind: Node
      metadata: {name: n1, labels: {node-role.kubernetes.io/worker: ""}}
      status: {conditions: [{type: Ready, status: "True"}], addresses: [{type: InternalIP, address: 10.0.0.1}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: edge, namespace: shop}
      spec: {type: NodePort, clusterIP: 10.96.0.21, ports: [{name: http, port: 80, nodePort: 30080}, {name: dns, port: 53, protocol: UDP, nodePort: 30053}]}
      ---
      apiVersion: v1
      kind: Service
      metadata: {name: shop, namespace: shop}
      spec: {type: ExternalName, externalName: shop.example}
      ---
      apiVersion: coordination.k8s.io/v1
      kind: Lease
      metadata: {name: web-1, namespace: shop}
      spec: {holderIdentity: me, leaseDurationSeconds: 10}

      """

    private func kubectl(_ arguments: String) async throws -> Scratch.Outcome {
      try await folder.run(api.kubectl(arguments))
    }

    /// Whether two lines have the same words; `*` stands for any word.
    private func fits(_ line: Substring, _ wanted: Substring) -> Bool {
      let (words, pattern) = (line.split(separator: " "), wanted.split(separator: " "))
      return words.count == pattern.count && zip(words, pattern).allSatisfy { $1 == "*" || $0 == $1 }
    }

    private func show(_ arguments: String, _ expected: String) async throws {
      let outcome = try await kubectl(arguments)
      let (lines, wanted) = (outcome.output.split(separator: "\n"), expected.split(separator: "\n"))
      let isAsWanted = lines.count == wanted.count && zip(lines, wanted).allSatisfy { fits($0, $1) }
      #expect(isAsWanted && outcome.status == 0, "kubectl \(arguments)\n\(outcome.output)")
    }

    @Test("get shows Kubernetes' own columns, short names and the category all")
    func tables() async throws {
      try await show(
        "get svc -n shop",
        """
        NAME   TYPE           CLUSTER-IP   EXTERNAL-IP    PORT(S)                   AGE
        edge   NodePort       10.96.0.21   <none>         80:30080/TCP,53:30053/UDP *
        shop   ExternalName   <none>       shop.example   <none>                    *
        web    ClusterIP      10.96.0.20   <none>         80/TCP                    *
        """)
      try await show(
        "get svc web -n shop -o wide",
        """
        NAME   TYPE        CLUSTER-IP   EXTERNAL-IP   PORT(S)   AGE   SELECTOR
        web    ClusterIP   10.96.0.20   <none>        80/TCP    *     app=web
        """)
      try await show(
        "get ep,endpointslices -n shop",
        """
        NAME            ENDPOINTS     AGE
        endpoints/web   10.1.0.1:80   *
        NAME   ADDRESSTYPE   PORTS   ENDPOINTS   AGE
        *      IPv4          80      10.1.0.1    *
        """)
      try await show(
        "get po,leases -n shop -o wide",
        """
        NAME        READY   STATUS    RESTARTS   AGE   IP         NODE   NOMINATED NODE   READINESS GATES
        pod/web-1   1/1     Running   2          *     10.1.0.1   n1     <none>           <none>
        NAME                               HOLDER   AGE
        lease.coordination.k8s.io/web-1   me       *
        """)
      try await show(
        "get no",
        """
        NAME   STATUS   ROLES    AGE   VERSION
        n1     Ready    worker   *
        """)
      try await show(
        "get all -n shop --no-headers",
        """
        pod/web-1 1/1 Running 2 *
        service/edge NodePort 10.96.0.21 <none> 80:30080/TCP,53:30053/UDP *
        service/shop ExternalName <none> shop.example <none> *
        service/web ClusterIP 10.96.0.20 <none> 80/TCP *
        """)
    }

    @Test("get in other forms, sorted and in parts")
    func forms() async throws {
      try await show("get svc -n shop -o name", "service/edge\nservice/shop\nservice/web")
      try await show("get svc -n shop -o name --chunk-size 1", "service/edge\nservice/shop\nservice/web")
      try await show(
        "get svc -n shop --no-headers -o custom-columns=N:.metadata.name,T:.spec.type --sort-by=.spec.type",
        "web ClusterIP\nshop ExternalName\nedge NodePort")
      try await show("get svc web -n shop -o jsonpath='{.spec.clusterIP}'", "10.96.0.20")
      let yaml = try await kubectl("get svc web -n shop -o yaml")
      #expect(yaml.output.contains("kind: Service\n") && yaml.output.contains("\n  clusterIP: 10.96.0.20\n"))
    }

    @Test("describe finds ports, endpoints and events")
    func describe() async throws {
      let described = try await kubectl("describe svc web -n shop").output
      for part in ["Selector: app=web", "IP: 10.96.0.20", "Endpoints: 10.1.0.1:80", "Events: <none>"] {
        let words = part.split(separator: " ")
        let isThere = described.split(separator: "\n").contains { $0.split(separator: " ").starts(with: words) }
        #expect(isThere, "\(part)\n\(described)")
      }
    }

    @Test("discovery: resources with their short names and verbs, and versions")
    func discovery() async throws {
      let resources = try await kubectl("api-resources --no-headers --verbs=list,create,watch,patch,delete").output
      let lines = resources.split(separator: "\n")
      for wanted in [
        "services svc v1 true Service", "endpoints ep v1 true Endpoints", "events ev v1 true Event",
        "namespaces ns v1 false Namespace", "nodes no v1 false Node", "pods po v1 true Pod",
        "endpointslices discovery.k8s.io/v1 true EndpointSlice", "leases coordination.k8s.io/v1 true Lease",
      ] {
        #expect(lines.contains { fits($0, wanted[...]) }, "\(wanted)\n\(resources)")
      }
      try await show("api-resources --categories=all -o name", "pods\nservices")
      let versions = try await kubectl("api-versions").output
      #expect(versions.contains("discovery.k8s.io/v1\n") && versions.contains("coordination.k8s.io/v1\n"))
      #expect(try await kubectl("cluster-info").output.contains("127.0.0.1:\(api.port)"))
    }

    @Test("explain tells types and what fields are for")
    func explain() async throws {
      let ports = try await kubectl("explain service.spec.ports").output
      for part in [
        "FIELD: ports <[]ServicePort>", "port\t<integer> -required-", "enum: SCTP, TCP, UDP",
        "The port of every node",
      ] {
        #expect(ports.contains(part), "\(part)\n\(ports)")
      }
      for path in ["pod.spec.containers.readinessProbe.httpGet", "endpointslice.endpoints.conditions", "lease.spec"] {
        let outcome = try await kubectl("explain \(path)")
        #expect(outcome.status == 0 && outcome.output.contains("DESCRIPTION:"), "\(outcome.output)")
      }
      let tree = try await kubectl("explain service --recursive").output
      #expect(tree.contains("sessionAffinityConfig") && tree.contains("timeoutSeconds\t<integer>"), "\(tree)")
    }

    @Test("apply validates by OpenAPI, merges by the keys in it, and shows what is wrong")
    func apply() async throws {
      try folder.write("made.yaml", Self.made("{name: a, port: 80}").utf8)
      try await show("apply --dry-run=client -f made.yaml", "service/made created (dry run)")
      try await show("apply -f made.yaml", "service/made created")
      try await show("apply -f made.yaml", "service/made unchanged")
      try folder.write("made.yaml", Self.made("{name: a, port: 80}, {name: b, port: 81}").utf8)
      try await show("apply -f made.yaml", "service/made configured")
      try await show("get svc made -n shop -o jsonpath='{.spec.ports[*].name}'", "a b")
      try folder.write("made.yaml", (Self.made("{name: a, port: 80}") + "  port: 1\n").utf8)
      let refused = try await kubectl("apply -f made.yaml")
      #expect(refused.status == 1 && refused.output.contains(#"unknown field "spec.port""#), "\(refused.output)")
    }

    private static func made(_ ports: String) -> String {
      "apiVersion: v1\nkind: Service\nmetadata: {name: made, namespace: shop}\nspec:\n  ports: [\(ports)]\n"
    }

    @Test("get -w shows rows under one line of heads")
    func watch() async throws {
      let watch = try folder.start(api.kubectl("get svc -n shop -w"))
      defer { watch.stop() }
      _ = await watch.wait { $0.contains("web ") }
      _ = try await kubectl("create service clusterip late --tcp=80 -n shop")
      let output = await watch.wait { $0.contains("late ") }
      #expect(output.contains("late "), "\(output)")
      #expect(output.components(separatedBy: "CLUSTER-IP").count == 2, "\(output)")
    }
  }
}
