import ClusterModel
import NetworkAddresses
import Testing

@Suite("Field selectors, as the API takes them")
struct FieldSelectorTests {
  static let pod = ClusterObject.pod(
    Pod(
      metadata: ObjectMeta(name: "web-1", namespace: "shop"), spec: PodSpec(nodeName: "n,1"),
      status: PodStatus(phase: .running, podIPs: [.v4(IPv4Address(10, 0, 0, 1))])))

  @Test(arguments: [
    ("", true), ("metadata.name=web-1", true), ("metadata.name==web-2", false), ("metadata.name!=web-2", true),
    ("status.phase!=Succeeded,status.phase!=Failed,status.phase!=Unknown", true), ("status.phase!=Running", false),
    ("metadata.namespace=shop,status.podIP=10.0.0.1", true), ("spec.restartPolicy=Always", true),
    (#"spec.nodeName=n\,1"#, true), ("spec.hostNetwork=false", true), ("metadata.name=", false),
  ])
  func matches(text: String, expected: Bool) throws {
    #expect(try FieldSelector(parsing: text, for: .pod).matches(Self.pod) == expected)
  }

  @Test func knowsTheFieldsOfEachKind() throws {
    let service = ClusterObject.service(
      Service(metadata: ObjectMeta(name: "db", namespace: "shop"), spec: ServiceSpec(isHeadless: true)))
    #expect(try FieldSelector(parsing: "spec.clusterIP=None,spec.type=ClusterIP", for: .service).matches(service))
    let namespace = ClusterObject.namespace(Namespace(name: "a"))
    #expect(try FieldSelector(parsing: "status.phase=Active", for: .namespace).matches(namespace))
    #expect(FieldSelector.everything.matches(namespace))
  }

  @Test(arguments: [
    ("spec.nothing=x", "field label not supported: spec.nothing"),
    ("spec.type=ClusterIP", "field label not supported: spec.type"),
    ("name", "invalid selector: 'name'; can't understand 'name'"),
    (#"metadata.name=a\b"#, #"invalid field selector: invalid escape sequence: \b"#),
    (#"metadata.name=a\"#, #"invalid field selector: invalid escape sequence: \"#),
  ])
  func saysWhatIsWrong(text: String, message: String) {
    #expect {
      try FieldSelector(parsing: text, for: .pod)
    } throws: {
      "\($0)" == message
    }
  }
}
