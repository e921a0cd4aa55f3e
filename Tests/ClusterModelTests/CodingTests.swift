import ClusterModel
import NetworkAddresses
import Testing

@Suite("Objects are read from documents and written back")
struct CodingTests {
  @Test func theSmallestServiceIsDefaultedAsKubernetesDoes() throws {
    var object = try decode(service(#"{"ports":[{"port":80}]}"#, name: "tiny")).object
    object.applyDefaults()
    #expect(
      object.json
        == #"{"apiVersion":"v1","kind":"Service","metadata":{"name":"tiny"},"spec":{"ports":[{"protocol":"TCP","#
        + #""port":80,"targetPort":80}],"type":"ClusterIP","sessionAffinity":"None","internalTrafficPolicy":"Cluster"},"#
        + #""status":{"loadBalancer":{}}}"#)
  }

  @Test(
    arguments: [
      (#"{"type":"ExternalName","externalName":"a.example"}"#, nil, nil, nil),
      (#"{"ports":[{"port":80}],"sessionAffinity":"ClientIP"}"#, 10_800, .cluster, nil),
      (#"{"ports":[{"port":80}],"type":"NodePort"}"#, nil, .cluster, .cluster),
      (#"{"ports":[{"port":80}],"type":"LoadBalancer","externalTrafficPolicy":"Local"}"#, nil, .cluster, .local),
      (#"{"ports":[{"port":80}],"sessionAffinityConfig":{"clientIP":{"timeoutSeconds":5}}}"#, nil, .cluster, nil),
    ] as [(String, Int32?, TrafficPolicy?, TrafficPolicy?)])
  func defaultsFollowTheType(spec: String, timeout: Int32?, within: TrafficPolicy?, from: TrafficPolicy?) throws {
    var object = try #require(Service(try decode(service(spec)).object))
    object.applyDefaults()
    #expect(object.spec.sessionAffinityTimeout == timeout)
    #expect(object.spec.internalTrafficPolicy == within)
    #expect(object.spec.externalTrafficPolicy == from)
    #expect((object.spec.allocateLoadBalancerNodePorts == true) == (object.spec.type == .loadBalancer))
  }

  /// Everything that we know of an object, in kubectl's order: it must come back octet by octet.
  static let complete: [String] = [
    #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"shop","uid":"7e224ac3-a958-427f-8fd6-c3f3e5c9437f","#
      + #""resourceVersion":"18446744073709551615","creationTimestamp":"2026-11-23T02:48:22Z","labels":{"a":"b"}},"#
      + #""spec":{"finalizers":["kubernetes"]},"status":{"phase":"Terminating","conditions":["#
      + #"{"type":"NamespaceContentRemaining","status":"True"}]}}"#,
    #"{"apiVersion":"v1","kind":"Service","metadata":{"name":"web","generateName":"w","namespace":"shop","generation":7,"#
      + #""deletionTimestamp":"1969-12-31T23:59:59Z","deletionGracePeriodSeconds":30,"annotations":{"x":"\"\\\n\t\u0001"},"#
      + #""ownerReferences":[{"apiVersion":"v1","kind":"Pod","name":"p","uid":"7e224ac3-a958-427f-8fd6-c3f3e5c9437f","#
      + #""controller":true,"blockOwnerDeletion":false}],"finalizers":["a/b"],"managedFields":[{"manager":"m","#
      + #""operation":"Apply","apiVersion":"v1","time":"2026-01-01T00:00:00Z","fieldsType":"FieldsV1","#
      + #""fieldsV1":{"f:spec":{"f:ports":{}}},"subresource":"status"}]},"#
      + #""spec":{"ports":[{"name":"http","protocol":"TCP","appProtocol":"kubernetes.io/h2c","port":80,"#
      + #""targetPort":"web","nodePort":30080}],"selector":{"app":"web"},"clusterIP":"10.96.0.10","#
      + #""clusterIPs":["10.96.0.10","fd00::10"],"type":"LoadBalancer","externalIPs":["192.0.2.1"],"#
      + #""sessionAffinity":"ClientIP","loadBalancerIP":"192.0.2.2","loadBalancerSourceRanges":["10.0.0.0/8"],"#
      + #""externalTrafficPolicy":"Local","healthCheckNodePort":31000,"publishNotReadyAddresses":true,"#
      + #""sessionAffinityConfig":{"clientIP":{"timeoutSeconds":60}},"ipFamilies":["IPv4","IPv6"],"#
      + #""ipFamilyPolicy":"RequireDualStack","allocateLoadBalancerNodePorts":false,"loadBalancerClass":"x/y","#
      + #""internalTrafficPolicy":"Local","trafficDistribution":"PreferClose"},"#
      + #""status":{"loadBalancer":{"ingress":[{"ip":"192.0.2.2","ipMode":"VIP","ports":[{"port":80,"protocol":"TCP","#
      + #""error":"e"}]},{"hostname":"lb.example"}]},"conditions":[{"type":"Ready","status":"True","#
      + #""lastTransitionTime":"2026-01-01T00:00:00Z","reason":"r","message":"m"}]}}"#,
    #"{"apiVersion":"v1","kind":"Service","metadata":{"name":"db"},"spec":{"clusterIP":"None","clusterIPs":["None"],"#
      + #""type":"ClusterIP","sessionAffinity":"None"},"status":{"loadBalancer":{}}}"#,
    #"{"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"web-1"},"addressType":"IPv4","#
      + #""endpoints":[{"addresses":["10.1.0.1"],"conditions":{}},{"addresses":["10.1.0.2","10.1.0.3"],"#
      + #""conditions":{"ready":false,"serving":true,"terminating":true},"hostname":"a","targetRef":{"kind":"Pod","#
      + #""namespace":"shop","name":"p","uid":"7e224ac3-a958-427f-8fd6-c3f3e5c9437f"},"nodeName":"node-1","#
      + #""zone":"z1","hints":{"forZones":[{"name":"z1"}],"forNodes":[{"name":"node-1"}]}}],"#
      + #""ports":[{"name":"","protocol":"UDP","port":53},{"name":"all","protocol":"TCP","appProtocol":"h"}]}"#,
    #"{"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice","metadata":{"name":"names"},"addressType":"FQDN","#
      + #""endpoints":[{"addresses":["www.example.com"],"conditions":{"ready":true}}]}"#,
    #"{"apiVersion":"v1","kind":"Endpoints","metadata":{"name":"tiny"},"subsets":[{"addresses":[{"ip":"10.9.9.9","#
      + #""hostname":"h","nodeName":"n","targetRef":{"kind":"Pod","name":"p"}}],"notReadyAddresses":[{"ip":"fd00::1"}],"#
      + #""ports":[{"port":80,"protocol":"TCP"}]}]}"#,
    #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web-1"},"spec":{"volumes":[{"name":"v","emptyDir":{}}],"#
      + #""initContainers":[{"name":"i","image":"x:1"}],"containers":[{"name":"c","image":"x:2","command":["run"],"#
      + #""args":["-a"],"workingDir":"/w","ports":["#
      + #"{"name":"http","hostPort":80,"containerPort":8080,"protocol":"TCP","hostIP":"192.0.2.7"}],"#
      + #""envFrom":[{"configMapRef":{"name":"m"}}],"env":[{"name":"A","value":"b"},{"name":"P","valueFrom":"#
      + #"{"fieldRef":{"fieldPath":"status.podIP"}}}],"resources":{"limits":{"cpu":"500m","memory":"1Gi"}},"#
      + #""volumeMounts":[{"name":"v","mountPath":"/v"}],"livenessProbe":{"tcpSocket":{"port":80}},"readinessProbe":"#
      + #"{"httpGet":{"path":"/ok","port":"http","scheme":"HTTPS","httpHeaders":[{"name":"A","value":"b"}]},"#
      + #""initialDelaySeconds":1,"timeoutSeconds":2,"periodSeconds":3,"successThreshold":1,"failureThreshold":4},"#
      + #""lifecycle":{"preStop":{"exec":{"command":["stop"]}}},"imagePullPolicy":"Always","tty":true}],"#
      + #""restartPolicy":"Never","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst","#
      + #""nodeSelector":{"disk":"ssd"},"serviceAccountName":"default","#
      + #""nodeName":"n","hostNetwork":true,"hostname":"h","subdomain":"s","tolerations":[{"key":"k","operator":"Exists","#
      + #""effect":"NoExecute","tolerationSeconds":300}],"readinessGates":[{"conditionType":"a/b"}]},"#
      + #""status":{"phase":"Running","conditions":[{"type":"Ready","status":"True","observedGeneration":1,"#
      + #""lastProbeTime":"2026-01-01T00:00:00Z"}],"message":"m","reason":"r","hostIP":"192.0.2.7","podIP":"10.1.0.1","#
      + #""podIPs":[{"ip":"10.1.0.1"},{"ip":"fd00::1"}],"startTime":"2026-01-01T00:00:00Z","containerStatuses":["#
      + #"{"name":"c","state":{"running":{"startedAt":"2026-01-01T00:00:00Z"}},"ready":true,"restartCount":2,"#
      + #""image":"x:2","imageID":"sha","started":true}],"qosClass":"Burstable"}}"#,
    #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"g"},"spec":{"containers":[{"name":"c","readinessProbe":"#
      + #"{"grpc":{"port":9000,"service":""}}},{"name":"d","readinessProbe":{"exec":{"command":["x"]}}}],"#
      + #""restartPolicy":"Always"},"status":{}}"#,
    #"{"apiVersion":"v1","kind":"Node","metadata":{"name":"n"},"spec":{"podCIDR":"10.0.0.0/24","#
      + #""podCIDRs":["10.0.0.0/24"],"providerID":"p://n","unschedulable":true,"taints":[{"key":"k","#
      + #""effect":"NoSchedule"}]},"status":{"capacity":{"cpu":"4"},"allocatable":{"cpu":"4"},"#
      + #""conditions":[{"type":"Ready","status":"True","lastHeartbeatTime":"2026-01-01T00:00:00Z"}],"#
      + #""addresses":[{"type":"InternalIP","address":"192.0.2.7"}],"nodeInfo":{"kubeletVersion":"v1.36.0"}}}"#,
    #"{"apiVersion":"v1","kind":"Event","metadata":{"name":"web-1.17"},"involvedObject":{"kind":"Pod","name":"web-1"},"#
      + #""reason":"Unhealthy","message":"m","source":{"component":"kubelet","host":"n"},"#
      + #""firstTimestamp":"2026-01-01T00:00:00Z","lastTimestamp":"2026-01-01T00:00:01Z","count":2,"type":"Warning","#
      + #""eventTime":"2026-01-01T00:00:00.000001Z","series":{"count":2,"#
      + #""lastObservedTime":"2026-01-01T00:00:01.000000Z"},"action":"Probing","related":{"kind":"Node","name":"n"},"#
      + #""reportingComponent":"kubelet","reportingInstance":"n"}"#,
    #"{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"web-1"},"spec":{"holderIdentity":"me","#
      + #""leaseDurationSeconds":10,"acquireTime":"1969-12-31T23:59:59.999999Z","#
      + #""renewTime":"2026-11-23T02:48:22.000001Z","leaseTransitions":0,"strategy":"a/b","preferredHolder":"you"}}"#,
  ]

  @Test(arguments: complete)
  func everythingComesBack(json: String) throws {
    let (object, problems) = try decode(json)
    #expect(problems == [])
    #expect(object.json == json)
    #expect(try decode(object.json).object == object)
  }

  @Test func fillsTheSingularFromThePluralAndBack() throws {
    let plural = try #require(Service(try decode(service(#"{"clusterIPs":["10.96.0.1","fd00::1"]}"#)).object))
    #expect(plural.spec.clusterIP == IPAddress("10.96.0.1"))
    let singular = try #require(Service(try decode(service(#"{"clusterIP":"10.96.0.1"}"#)).object))
    #expect(singular.spec.clusterIPs.map(\.description) == ["10.96.0.1"])
    let headless = try #require(Service(try decode(service(#"{"clusterIPs":["None"]}"#)).object))
    #expect(headless.spec.isHeadless && headless.spec.clusterIPs.isEmpty)
    let pod = try #require(Pod(try decode(object("Pod", #""status":{"podIP":"10.0.0.1"}"#)).object))
    #expect(pod.status.podIPs.map(\.description) == ["10.0.0.1"])
  }

  @Test func listsAreWrittenAsTheAPIGivesThem() throws {
    var writer = JSONWriter()
    writer.list(of: .service, [], resourceVersion: 7, continuation: "abc", remaining: 5)
    #expect(
      writer.text
        == #"{"apiVersion":"v1","kind":"ServiceList","metadata":{"resourceVersion":"7","continue":"abc","#
        + #""remainingItemCount":5},"items":[]}"#)
    var mixed = JSONWriter()
    mixed.list(of: nil, [.namespace(Namespace(name: "a")), .namespace(Namespace(name: "b"))], resourceVersion: 0)
    let items = try document(mixed.text)["items"]
    guard case .sequence(let elements) = items?.content else {
      Issue.record("items is no list")
      return
    }
    #expect(elements.compactMap { $0["metadata"]?["name"]?.string } == ["a", "b"])
  }

  @Test(
    arguments: [
      (0, "1970-01-01T00:00:00Z"), (951_782_400, "2000-02-29T00:00:00Z"), (1_795_402_102, "2026-11-23T02:48:22Z"),
      (-1, "1969-12-31T23:59:59Z"), (253_402_300_799, "9999-12-31T23:59:59Z"),
      (-62_167_219_200, "0000-01-01T00:00:00Z"),
    ] as [(Int64, String)])
  func timesAreRFC3339(seconds: Int64, text: String) {
    #expect(Timestamp.text(seconds) == text)
    #expect(Timestamp.seconds(text) == seconds)
  }

  @Test(
    arguments: [
      ("2026-11-23T04:48:22+02:00", 1_795_402_102), ("2026-11-22t18:48:22.123456-08:00", 1_795_402_102),
      ("2026-11-23", nil), ("2026-02-29T00:00:00Z", nil), ("2026-13-01T00:00:00Z", nil), ("2026-11-23T24:00:00Z", nil),
      ("2026-11-23T02:48:22", nil), ("2026-11-23T02:48:22.Z", nil), ("2026-11-23T02:48:22Zx", nil), ("", nil),
    ] as [(String, Int64?)])
  func timesAreReadWithOffsets(text: String, seconds: Int64?) {
    #expect(Timestamp.seconds(text) == seconds)
  }
}

@Suite("What does not fit a document is said with path, place and mend")
struct DocumentProblemTests {
  @Test(arguments: [
    (
      service(#"{"port":[{"port":80}]}"#), "spec.port: unknown field; did you mean ports?",
      #"unknown field "spec.port""#
    ),
    (
      service(#"{"sessionAffinityConfig":{"ClientIP":10800}}"#),
      "spec.sessionAffinityConfig.ClientIP: unknown field; did you mean clientIP?",
      #"unknown field "spec.sessionAffinityConfig.ClientIP""#
    ),
    (
      service(#"{"ports":[{"port":80,"portt":1}]}"#), "spec.ports[0].portt: unknown field; did you mean port?",
      #"unknown field "spec.ports[0].portt""#
    ),
    (service(#"{"zzzzzz":1}"#), "spec.zzzzzz: unknown field", #"unknown field "spec.zzzzzz""#),
    (
      service(#"{"type":"ClusterIP","type":"NodePort"}"#), "spec.type: this field was given before",
      #"duplicate field "spec.type""#
    ),
    (
      #"{"apiVersion":"v1","kind":"Service","metadata":{"labels":[{"name":"x"}]}}"#,
      "metadata.labels: expected a mapping of names to texts, found a list; leave out the '-'",
      "json: cannot unmarshal array into Go struct field ObjectMeta.metadata.labels of type map[string]string"
    ),
    (
      service(#"{"ports":[{"port":"80"}]}"#),
      #"spec.ports[0].port: expected a whole number, found the text "80"; write it without quotes: 80"#,
      "json: cannot unmarshal string into Go struct field ServicePort.spec.ports.port of type int32"
    ),
    (
      service(#"{"ports":[{"port":80.5}]}"#), "spec.ports[0].port: expected a whole number, found the number 80.5",
      "json: cannot unmarshal number 80.5 into Go struct field ServicePort.spec.ports.port of type int32"
    ),
    (
      service(#"{"ports":[{"port":4294967296}]}"#),
      "spec.ports[0].port: expected a whole number, found the number 4294967296, which needs more than 32 bits",
      "json: cannot unmarshal number 4294967296 into Go struct field ServicePort.spec.ports.port of type int32"
    ),
    (
      service(#"{"selector":{"on":true}}"#),
      #"spec.selector: expected a text, found the boolean true; write it in quotes: "true""#,
      "json: cannot unmarshal bool into Go struct field ServiceSpec.spec.selector of type string"
    ),
    (
      service(#"{"ports":{"port":80}}"#),
      "spec.ports: expected a list, found a mapping; begin each element with '- '",
      "json: cannot unmarshal object into Go struct field ServiceSpec.spec.ports of type []v1.ServicePort"
    ),
    (
      #"{"apiVersion":"v1","kind":"Service","metadata":{"name":"x"},"spec":[]}"#,
      "spec: expected a mapping of fields, found a list; leave out the '-'",
      "json: cannot unmarshal array into Go struct field Service.spec of type v1.ServiceSpec"
    ),
    (
      object("Namespace", #""spec":{"finalizers":[1]}"#),
      #"spec.finalizers[0]: expected a text, found the number 1; write it in quotes: "1""#,
      "json: cannot unmarshal number 1 into Go struct field NamespaceSpec.spec.finalizers of type string"
    ),
  ])
  func says(json: String, message: String, kubernetes: String) throws {
    let problems = try decode(json).problems
    #expect(problems.map(\.description) == [message])
    #expect(problems.map(\.kubernetesMessage) == [kubernetes])
  }

  @Test func knowsLinesAndColumns() throws {
    let json = """
      {"apiVersion": "v1", "kind": "Service",
        "metadata": {"name": "ä", "x": 1},
        "spec": {"ports": [
          {"port": 80},
          {"port": "no"}]}}
      """
    let problems = try decode(json).problems
    #expect(problems.map { "\($0.position) \($0.path)" } == ["2:29 metadata.x", "5:14 spec.ports[1].port"])
    let node = try document(json)
    #expect(node.position(of: "spec.ports[1].port") == SourcePosition(line: 5, column: 14))
    #expect(node.position(of: "spec.ports[0].missing") == SourcePosition(line: 4, column: 5))
    #expect(node.position(of: "status") == .start)
  }

  @Test func oneObjectIsToldOfAHundredProblemsAtMost() throws {
    let fields = (0..<10_000).map { #""unknown\#($0)":1"# }.joined(separator: ",")
    let problems = try decode(service("{\(fields)}")).problems
    #expect(problems.count == 100)
    #expect(problems.map(\.path).last == "spec.unknown99")
    let labels = (0..<50_000).map { #""key\#($0)":"a","key\#($0)":"b""# }.joined(separator: ",")
    let (object, duplicates) = try decode(service(#"{"selector":{\#(labels)}}"#))
    #expect(duplicates.count == 100 && duplicates.allSatisfy { $0.reason == .duplicateField })
    #expect(Service(object)?.spec.selector.count == 50_000)
    #expect(Service(object)?.spec.selector["key7"] == "b")
  }

  @Test func identitiesThatAreNoUUIDsArePassedOverWhereNothingHangsOnThem() throws {
    let json = #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","uid":"1234","ownerReferences":[{"uid":"5"}]}}"#
    let (object, problems) = try decode(json)
    #expect(object.metadata.uid.isNone)
    #expect(
      problems.map(\.description) == [
        #"metadata.ownerReferences[0].uid: Invalid value: "5": must be a UUID, (e.g. "#
          + "7e224ac3-a958-427f-8fd6-c3f3e5c9437f)"
      ])
  }

  @Test func openTypesKeepWhatIsNotKnown() throws {
    let json = object(
      "Pod",
      #""spec":{"volumes":[{"name":"v","new":{"a":[1,null]}}],"containers":[{"name":"c","env":[]}],"#
        + #""restartPolicy":"Always"},"status":{}"#)
    let (object, problems) = try decode(json)
    #expect(problems == [])
    #expect(object.json == json)
  }

  @Test(
    "What is only kept is checked by its type, too",
    arguments: [
      (#""spec":{"tolerations":[{"key":1}]}"#, "spec.tolerations[0].key: expected a text, found the number 1"),
      (#""spec":{"hostPID":"x"}"#, #"spec.hostPID: expected true or false, found the text "x""#),
      (#""spec":{"containers":[{"envs":[]}]}"#, "spec.containers[0].envs: unknown field; did you mean env?"),
      (
        #""spec":{"containers":[{"livenessProbe":{"httpget":{}}}]}"#,
        "spec.containers[0].livenessProbe.httpget: unknown field; did you mean httpGet?"
      ),
      (
        #""spec":{"dnsPolicy":"clusterfirst"}"#,
        #"spec.dnsPolicy: Unsupported value: "clusterfirst": supported values: "ClusterFirst", "#
          + #""ClusterFirstWithHostNet", "Default", "None""#
      ),
      (
        #""spec":{"containers":[{"resources":{"limits":{"cpu":"1x"}}}]}"#,
        #"spec.containers[0].resources.limits: Invalid value: "1x": quantities must match the regular expression "#
          + "'^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
      ),
      (#""spec":{"nodeSelector":[]}"#, "spec.nodeSelector: expected a mapping of names to texts, found a list"),
      (#""spec":{"priority":1,"priority":2}"#, "spec.priority: this field was given before"),
    ])
  func keptFields(fields: String, message: String) throws {
    let problems = try decode(object("Pod", fields)).problems
    #expect(problems.count == 1)
    #expect(problems.first?.description.hasPrefix(message) == true)
  }

  @Test(
    arguments: [
      ("1", true), ("0.5", true), ("500m", true), ("1Gi", true), ("-1", true), ("1e3", true), ("1E-3", true),
      (".5", true), ("", false), ("m", false), ("1 Gi", false), ("1gi", false), ("1.2.3", false), ("1e", false),
      ("0x1", false),
    ] as [(String, Bool)])
  func amounts(text: String, isRight: Bool) throws {
    let json = object("Pod", #""spec":{"overhead":{"cpu":"\#(text)"}}"#)
    #expect(try decode(json).problems.isEmpty == isRight)
  }

  @Test func amountsMayBeNumbers() throws {
    let pod = try decode(object("Pod", #""spec":{"overhead":{"cpu":2,"memory":null}}"#)).object
    #expect(pod.json.contains(#""overhead":{"cpu":"2"}"#))
  }

  @Test(arguments: [
    (#"{"kind":"Service"}"#, "apiVersion: Required value"), (#"{"apiVersion":"v1"}"#, "kind: Required value"),
    (
      #"{"apiVersion":"v2","kind":"Service"}"#,
      #"apiVersion: Invalid value: "v2": no matches for kind "Service" in version "v2"; its version is v1"#
    ),
    (
      #"{"apiVersion":"v1","kind":"EndpointSlice"}"#,
      #"apiVersion: Invalid value: "v1": no matches for kind "EndpointSlice" in version "v1"; its version is "#
        + "discovery.k8s.io/v1"
    ),
    (
      #"{"apiVersion":1,"kind":"Service"}"#,
      #"apiVersion: expected a text, found the number 1; write it in quotes: "1""#
    ),
    ("[]", "expected a mapping of fields, found a list; leave out the '-'"),
  ])
  func refusesDocumentsThatAreNoObjects(json: String, message: String) throws {
    let node = try document(json)
    #expect {
      try DocumentKind(node)
    } throws: {
      "\($0)" == message
    }
  }

  @Test(
    arguments: [
      (#"{"apiVersion":"v1","kind":"Service"}"#, .object(.service)),
      (#"{"apiVersion":"v1","kind":"List"}"#, .list(of: nil)),
      (#"{"apiVersion":"v1","kind":"ServiceList"}"#, .list(of: .service)),
      (#"{"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSliceList"}"#, .list(of: .endpointSlice)),
      (#"{"apiVersion":"coordination.k8s.io/v1","kind":"Lease"}"#, .object(.lease)),
      (#"{"apiVersion":"apps/v1","kind":"Deployment"}"#, .unknown(kind: "Deployment")),
      (#"{"apiVersion":"serving.knative.dev/v1","kind":"Service"}"#, .unknown(kind: "Service")),
    ] as [(String, DocumentKind)])
  func knowsTheKind(json: String, kind: DocumentKind) throws {
    #expect(try DocumentKind(try document(json)) == kind)
  }

  @Test func tablesDescribeTheTypes() {
    let spec = ObjectKind.service.schema["spec"]
    guard case .object(let schema) = spec?.type else {
      Issue.record("spec is no object")
      return
    }
    #expect(schema().typeName == "ServiceSpec")
    #expect(schema()["ports"]?.mergeKeys == ["port", "protocol"])
    #expect(schema()["type"]?.allowedValues == ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"])
    #expect(ObjectKind.allCases.allSatisfy { $0.schema["metadata"] != nil })
  }
}
