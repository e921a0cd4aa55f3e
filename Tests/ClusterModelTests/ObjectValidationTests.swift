import ClusterModel
import NetworkAddresses
import Testing

@Suite("Slices, Endpoints, Pods, Nodes and Namespaces are refused in Kubernetes' words")
struct ObjectValidationTests {
  @Test(arguments: [
    (
      #""addressType":"IPv4","endpoints":[{"addresses":["127.0.0.1"]}]"#,
      #"endpoints[0].addresses[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)"#
    ),
    (
      #""addressType":"IPv4","endpoints":[{"addresses":["fd00::1"]}]"#,
      #"endpoints[0].addresses: Invalid value: "fd00::1": must be an IPv4 address"#
    ),
    (
      #""addressType":"IPv6","endpoints":[{"addresses":["fe80::1"]}]"#,
      #"endpoints[0].addresses[0]: Invalid value: "fe80::1": may not be in the link-local range (169.254.0.0/16, "#
        + "fe80::/10)"
    ),
    (
      #""addressType":"IPv4","endpoints":[{"addresses":["10.0.0.1","0.0.0.0"]}]"#,
      #"endpoints[0].addresses[1]: Invalid value: "0.0.0.0": may not be unspecified (0.0.0.0)"#
    ),
    (
      #""addressType":"IPv4","endpoints":[{"addresses":["224.0.0.1"]}]"#,
      #"endpoints[0].addresses[0]: Invalid value: "224.0.0.1": may not be in the link-local multicast range "#
        + "(224.0.0.0/24, ff02::/10)"
    ),
    (
      #""addressType":"IPv4","endpoints":[{"addresses":["239.1.1.1"]}]"#,
      #"endpoints[0].addresses[0]: Invalid value: "239.1.1.1": may not be in the multicast range (224.0.0.0/4, "#
        + "ff00::/8)"
    ),
    (
      #""addressType":"IPv4","endpoints":[{"addresses":["web"]}]"#,
      #"endpoints[0].addresses[0]: Invalid value: "web": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"#
    ),
    (#""endpoints":[]"#, "addressType: Required value"),
    (#""addressType":"","endpoints":[]"#, "addressType: Required value"),
    (
      #""addressType":"IPX","endpoints":[]"#,
      #"addressType: Unsupported value: "IPX": supported values: "FQDN", "IPv4", "IPv6""#
    ),
    (
      #""addressType":"IPv4","endpoints":[{"addresses":[]}]"#,
      "endpoints[0].addresses: Required value: must contain at least 1 address"
    ),
    (
      #""addressType":"IPv4","ports":[{"name":"a","port":1},{"name":"a","port":2}]"#,
      #"ports[1].name: Duplicate value: "a""#
    ),
    (
      #""addressType":"IPv4","ports":[{"port":65536}]"#,
      "ports[0].port: Invalid value: 65536: must be between 1 and 65535, inclusive"
    ),
    (
      #""addressType":"IPv4","endpoints":[{"addresses":["10.1.1.1"],"hostname":"Bad_Host"}]"#,
      #"endpoints[0].hostname: Invalid value: "Bad_Host": \#(ServiceValidationTests.labelRule)"#
    ),
    (
      #""addressType":"FQDN","endpoints":[{"addresses":["no name"]}]"#,
      #"endpoints[0].addresses[0]: Invalid value: "no name": \#(ServiceValidationTests.subdomainRule)"#
    ),
  ])
  func refusesSlices(fields: String, message: String) throws {
    #expect(try errors(slice(fields)).aggregateMessage == message)
  }

  @Test(arguments: [(1000, 100, 0), (1001, 100, 1), (1000, 101, 1)])
  func limitsSlices(endpoints: Int, ports: Int, count: Int) {
    var slice = EndpointSlice(metadata: ObjectMeta(name: "e", namespace: "n"), addressType: .ipv4)
    slice.endpoints = (0..<endpoints).map { Endpoint(addresses: [.v4(IPv4Address(bits: 0x0A00_0000 + UInt32($0)))]) }
    slice.ports = (0..<ports).map { EndpointPort(name: "p\($0)", port: 80) }
    let errors = slice.validate()
    #expect(errors.count == count)
    #expect(errors.allSatisfy { $0.kind == .tooMany && $0.detail.hasPrefix("must have at most 100") })
  }

  @Test func keepsTheAddressType() {
    let old = EndpointSlice(metadata: ObjectMeta(name: "e", namespace: "n"), addressType: .ipv4)
    var new = old
    new.addressType = .ipv6
    #expect(
      new.validateUpdate(from: old).aggregateMessage == #"addressType: Invalid value: "IPv6": field is immutable"#)
    #expect(old.validateUpdate(from: old) == [])
  }

  @Test(arguments: [
    (
      object("Endpoints", #""subsets":[{"ports":[{"port":80}]}]"#),
      "subsets[0]: Required value: must specify `addresses` or `notReadyAddresses`"
    ),
    (
      object("Endpoints", #""subsets":[{"addresses":[{"ip":"169.254.169.254"}]}]"#),
      #"subsets[0].addresses[0].ip: Invalid value: "169.254.169.254": may not be in the link-local range "#
        + "(169.254.0.0/16, fe80::/10)"
    ),
    (
      object("Endpoints", #""subsets":[{"addresses":[{"ip":"10.0.0.1"}],"ports":[{"port":1},{"name":"b","port":2}]}]"#),
      "subsets[0].ports[0].name: Required value"
    ),
    (object("Pod"), "spec.containers: Required value"),
    (
      object(
        "Pod",
        #""spec":{"containers":[{"name":"c","ports":[{"name":"toolongportname","containerPort":80}]}],"hostname":"A"}"#),
      #"spec.hostname: Invalid value: "A": \#(ServiceValidationTests.labelRule)"#
    ),
    (
      object("Pod", #""spec":{"containers":[{"name":"c"}]},"status":{"podIP":"10.0.0"}"#),
      #"status.podIP: Invalid value: "10.0.0": must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"#
    ),
    (
      object("Node", #""spec":{"podCIDR":"10.0.0.0"}"#),
      #"spec.podCIDRs[0]: Invalid value: "10.0.0.0": must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)"#
    ),
    (
      object("Namespace", name: "a.b"),
      #"[metadata.name: Invalid value: "a.b": \#(ServiceValidationTests.labelRule)]"#
    ),
  ])
  func refuses(json: String, message: String) throws {
    let found = try errors(json)
    #expect(found.aggregateMessage == message || "[\(found[0])]" == message)
  }

  @Test func refusesMetadataThatIsOutOfForm() throws {
    let metadata = #"{"name":"x","labels":{"-a":"b"},"annotations":{"a b":"c"},"finalizers":["a/b/c"]}"#
    let found = try errors(#"{"apiVersion":"v1","kind":"Namespace","metadata":\#(metadata)}"#)
    #expect(found.map(\.path) == ["metadata.labels", "metadata.annotations", "metadata.finalizers"])
    #expect(found.allSatisfy { $0.kind == .invalid })
    let both = try errors(
      #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"x","finalizers":["orphan","foregroundDeletion"]}}"#)
    #expect(
      both.aggregateMessage
        == #"metadata.finalizers: Invalid value: ["orphan","foregroundDeletion"]: "#
        + "finalizer orphan and foregroundDeletion cannot be both set")
    let big = String(repeating: "a", count: 300_000)
    let long = try errors(
      #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"x","annotations":{"a":"\#(big)"}}}"#)
    #expect(long.aggregateMessage == "metadata.annotations: Too long: may not be more than 262144 bytes")
  }

  @Test func clusterWideKindsHaveNoNamespace() throws {
    var namespace = Namespace(name: "x")
    namespace.metadata.namespace = "y"
    #expect(namespace.validate().aggregateMessage == "metadata.namespace: Forbidden: not allowed on this type")
    let service = Service(metadata: ObjectMeta(name: "x"), spec: ServiceSpec(ports: [ServicePort(port: 80)]))
    #expect(service.validate().aggregateMessage == "metadata.namespace: Required value")
  }

  @Test func metadataKeepsWhatNamesTheObject() throws {
    var old = Namespace(name: "x")
    old.metadata.uid = try #require(UID("7e224ac3-a958-427f-8fd6-c3f3e5c9437f"))
    var new = old
    new.metadata.name = "y"
    new.metadata.uid = try #require(UID("00000000-0000-0000-0000-000000000001"))
    #expect(new.validateUpdate(from: old).map(\.path) == ["metadata.name", "metadata.uid"])
    #expect(ClusterObject.namespace(new).validateUpdate(from: .node(Node(metadata: old.metadata))).count == 1)
  }

  @Test(
    arguments: [
      (#"{}"#, "readinessProbe: Required value: must specify a handler type"),
      (
        #"{"tcpSocket":{"port":80},"httpGet":{"port":80}}"#,
        "readinessProbe.tcpSocket: Forbidden: may not specify more than 1 handler type"
      ),
      (
        #"{"httpGet":{"port":0}}"#,
        "readinessProbe.httpGet.port: Invalid value: 0: must be between 1 and 65535, inclusive"
      ),
      (
        #"{"httpGet":{"port":80,"scheme":"http"}}"#,
        #"readinessProbe.httpGet.scheme: Unsupported value: "http": supported values: "HTTP", "HTTPS""#
      ),
      (
        #"{"grpc":{"port":80},"periodSeconds":-1}"#,
        "readinessProbe.periodSeconds: Invalid value: -1: must be greater than or equal to 0"
      ),
      (
        #"{"grpc":{"port":80},"terminationGracePeriodSeconds":1}"#,
        "readinessProbe.terminationGracePeriodSeconds: Forbidden: must not be set for readinessProbes"
      ),
    ])
  func refusesProbes(probe: String, message: String) throws {
    let found = try errors(object("Pod", #""spec":{"containers":[{"name":"c","readinessProbe":\#(probe)}]}"#))
    #expect(found.map(\.description) == ["spec.containers[0]." + message])
  }

  @Test func probesAreDefaulted() throws {
    let json = object("Pod", #""spec":{"containers":[{"name":"c","readinessProbe":{"httpGet":{"port":80}}}]}"#)
    var pod = try decode(json).object
    pod.applyDefaults()
    let probe = try #require(Pod(pod)?.spec.containers.first?.readinessProbe)
    #expect(probe.httpGet?.path == "/")
    #expect(
      [probe.timeoutSeconds, probe.periodSeconds, probe.successThreshold, probe.failureThreshold] == [1, 10, 1, 3])
  }

  @Test func podsAreDefaultedAsKubernetesDoes() throws {
    var pod = try #require(Pod(try decode(object("Pod", #""spec":{"containers":[{"name":"c","image":"x"}]}"#)).object))
    pod.applyDefaults()
    pod.admit()
    for part in [
      #""image":"x","resources":{},"terminationMessagePath":"/dev/termination-log","terminationMessagePolicy":"File","#
        + #""imagePullPolicy":"Always"}],"restartPolicy":"Always","terminationGracePeriodSeconds":30,"#,
      #""dnsPolicy":"ClusterFirst","#, #""securityContext":{},"schedulerName":"default-scheduler","tolerations":["#,
      #""priority":0,"enableServiceLinks":true,"preemptionPolicy":"PreemptLowerPriority"}"#,
    ] { #expect(pod.object.json.contains(part)) }
  }

  @Test(
    arguments: [
      ("x", "Always"), ("x:latest", "Always"), ("host:5000/x", "Always"), ("x:1", "IfNotPresent"),
      ("x@sha256:0", "IfNotPresent"),
    ])
  func pullPolicies(image: String, policy: String) throws {
    var pod = Pod(metadata: ObjectMeta(name: "x"), spec: PodSpec(containers: [Container(name: "c", image: image)]))
    pod.applyDefaults()
    #expect(pod.object.json.contains(#""imagePullPolicy":"\#(policy)""#))
  }

  @Test(
    arguments: [
      ("{}", "BestEffort"), (#"{"limits":{"cpu":"1"}}"#, "Burstable"),
      (#"{"limits":{"cpu":"1","memory":"1Gi"}}"#, "Guaranteed"),
      (#"{"limits":{"cpu":"1","memory":"1Gi"},"requests":{"cpu":"500m"}}"#, "Burstable"),
      (#"{"requests":{"memory":"1Gi"}}"#, "Burstable"),
    ])
  func serviceClasses(resources: String, expected: String) throws {
    let json = object("Pod", #""spec":{"containers":[{"name":"c","resources":\#(resources)}]}"#)
    var pod = try #require(Pod(try decode(json).object))
    pod.status = .pending(pod.spec)
    #expect(pod.object.json.contains(#""qosClass":"\#(expected)""#))
  }

  @Test(
    arguments: [
      ("default", #"{"kind":"Node","name":"n"}"#, []), ("shop", #"{"kind":"Pod","namespace":"shop"}"#, []),
      ("shop", #"{"kind":"Node","name":"n"}"#, ["involvedObject.namespace"]),
      ("shop", #"{"kind":"Pod","namespace":"other"}"#, ["involvedObject.namespace"]),
    ] as [(String, String, [String])])
  func eventsAreInTheNamespaceOfTheirObject(namespace: String, involved: String, paths: [String]) throws {
    let found = try errors(object("Event", #""involvedObject":\#(involved)"#), namespace: namespace)
    #expect(found.map(\.path) == paths)
  }

  @Test func eventsOfTheNewerFormSayWhoReports() throws {
    let fields = #""involvedObject":{"namespace":"default"},"eventTime":"2026-01-01T00:00:00.000000Z""#
    let paths = ["reportingController", "reportingInstance", "action", "reason", "type"]
    #expect(try errors(object("Event", fields)).map(\.path) == paths)
  }

  @Test func whatIsGoingGetsNoNewFinalizers() {
    var old = Namespace(name: "x")
    old.metadata.finalizers = ["a/b"]
    old.metadata.deletionTimestamp = 1
    var new = old
    new.metadata.finalizers = ["a/b", "c/d"]
    #expect(
      new.validateUpdate(from: old).aggregateMessage
        == "metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new "
        + #"finalizers []string{"c/d"}"#)
  }
}
