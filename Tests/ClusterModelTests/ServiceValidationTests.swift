import ClusterModel
import Testing

@Suite("Services are refused in Kubernetes' words")
struct ServiceValidationTests {
  static let labelRule =
    "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with "
    + "an alphanumeric character (e.g. 'my-name',  or '123-abc', regex used for validation is "
    + "'[a-z0-9]([-a-z0-9]*[a-z0-9])?')"
  static let subdomainRule =
    "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and "
    + "end with an alphanumeric character (e.g. 'example.com', regex used for validation is "
    + #"'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"#
  static let labelValueRule =
    "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and "
    + "end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is "
    + "'(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
  static let addressRule = "must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"

  @Test(arguments: [
    (#"{"selector":{"a":"b"}}"#, "spec.ports: Required value"),
    (
      #"{"ports":[{"port":70000}]}"#,
      "[spec.ports[0].port: Invalid value: 70000: must be between 1 and 65535, inclusive, "
        + "spec.ports[0].targetPort: Invalid value: 70000: must be between 1 and 65535, inclusive]"
    ),
    (
      #"{"ports":[{"port":80},{"port":81}]}"#,
      "[spec.ports[0].name: Required value, spec.ports[1].name: Required value]"
    ),
    (
      #"{"ports":[{"name":"a","port":80},{"name":"a","port":81}]}"#,
      #"spec.ports[1].name: Duplicate value: "a""#
    ),
    (
      #"{"ports":[{"name":"a","port":80},{"name":"b","port":80}]}"#,
      #"spec.ports[1]: Duplicate value: {"Name":"","Protocol":"TCP","AppProtocol":null,"Port":80,"TargetPort":0,"#
        + #""NodePort":0}"#
    ),
    (
      #"{"ports":[{"port":80,"protocol":"FOO"}]}"#,
      #"spec.ports[0].protocol: Unsupported value: "FOO": supported values: "SCTP", "TCP", "UDP""#
    ),
    (
      #"{"ports":[{"port":80,"targetPort":"Not_A_Port"}]}"#,
      #"spec.ports[0].targetPort: Invalid value: "Not_A_Port": must contain only alpha-numeric characters (a-z, 0-9), "#
        + "and hyphens (-)"
    ),
    (
      #"{"ports":[{"name":"http","port":80}],"clusterIP":"10.96.0.999"}"#,
      #"spec.clusterIPs[0]: Invalid value: "10.96.0.999": \#(addressRule)"#
    ),
    (
      #"{"ports":[{"port":80}],"clusterIPs":["10.96.0.1","x"]}"#,
      #"spec.clusterIPs[1]: Invalid value: "x": \#(addressRule)"#
    ),
    (
      #"{"ports":[{"port":80}],"clusterIP":"010.96.0.1"}"#,
      #"spec.clusterIPs[0]: Invalid value: "010.96.0.1": must not have leading 0s"#
    ),
    (
      #"{"ports":[{"port":80}],"clusterIP":"::ffff:10.96.0.1"}"#,
      #"spec.clusterIPs[0]: Invalid value: "::ffff:10.96.0.1": must not be an IPv4-mapped IPv6 address"#
    ),
    (
      #"{"ports":[{"port":80}],"clusterIPs":["10.96.0.1","10.96.0.2"]}"#,
      #"spec.clusterIPs: Invalid value: ["10.96.0.1","10.96.0.2"]: may specify no more than one IP for each IP family"#
    ),
    (
      #"{"ports":[{"port":80}],"clusterIPs":["10.96.0.1","fd00::1","fd00::2"]}"#,
      #"spec.clusterIPs: Invalid value: ["10.96.0.1","fd00::1","fd00::2"]: may only hold up to 2 values"#
    ),
    (
      #"{"ports":[{"port":80}],"clusterIPs":["None","10.96.0.2"]}"#,
      #"spec.clusterIPs: Invalid value: ["None","10.96.0.2"]: 'None' must be the first and only value"#
    ),
    (
      #"{"ports":[{"port":80}],"clusterIP":"10.96.0.1","clusterIPs":["10.96.0.2"]}"#,
      #"spec.clusterIPs: Invalid value: ["10.96.0.2"]: first value must match `clusterIP`"#
    ),
    (
      #"{"ports":[{"port":80}],"clusterIPs":["10.96.0.2"],"clusterIP":"10.96.0.1"}"#,
      #"spec.clusterIPs: Invalid value: ["10.96.0.2"]: first value must match `clusterIP`"#
    ),
    (
      #"{"ports":[{"port":80}],"clusterIP":"10.96.0.1","ipFamilies":["IPv6"]}"#,
      #"spec.clusterIPs[0]: Invalid value: "10.96.0.1": expected an IPv6 value as indicated by `ipFamilies[0]`"#
    ),
    (
      #"{"ports":[{"port":80}],"ipFamilies":["IPv4","IPv4"]}"#, #"spec.ipFamilies[1]: Duplicate value: "IPv4""#
    ),
    (
      #"{"ports":[{"port":80}],"ipFamilies":["IPv5"]}"#,
      #"spec.ipFamilies[0]: Unsupported value: "IPv5": supported values: "IPv4", "IPv6""#
    ),
    (
      #"{"ports":[{"name":"http","port":80}],"type":"Foo"}"#,
      #"spec.type: Unsupported value: "Foo": supported values: "ClusterIP", "ExternalName", "LoadBalancer", "NodePort""#
    ),
    (
      #"{"ports":[{"port":80}],"sessionAffinity":"ClientIP","sessionAffinityConfig":{"clientIP":{"timeoutSeconds":100000}}}"#,
      "spec.sessionAffinityConfig.clientIP.timeoutSeconds: Invalid value: 100000: must be greater than 0 and less than "
        + "86400"
    ),
    (
      #"{"type":"ExternalName","externalName":"not valid"}"#,
      #"spec.externalName: Invalid value: "not valid": \#(subdomainRule)"#
    ),
    (#"{"type":"ExternalName"}"#, "spec.externalName: Required value"),
    (
      #"{"type":"ExternalName","externalName":"a.example","clusterIP":"10.96.0.44"}"#,
      "spec.clusterIPs: Forbidden: may not be set for ExternalName services"
    ),
    (
      #"{"ports":[{"port":80}],"selector":{"app":"not valid"}}"#,
      #"spec.selector: Invalid value: "not valid": \#(labelValueRule)"#
    ),
    (
      #"{"ports":[{"port":80}],"type":"NodePort","clusterIP":"None"}"#,
      #"spec.clusterIPs[0]: Invalid value: "None": may not be set to 'None' for NodePort services"#
    ),
    (
      #"{"ports":[{"port":80,"nodePort":30000}]}"#,
      "spec.ports[0].nodePort: Forbidden: may not be used when `type` is 'ClusterIP'"
    ),
    (
      #"{"ports":[{"port":80}],"externalIPs":["127.0.0.1"]}"#,
      #"spec.externalIPs[0]: Invalid value: "127.0.0.1": may not be in the loopback range (127.0.0.0/8, ::1/128)"#
    ),
    (
      #"{"ports":[{"port":80}],"externalTrafficPolicy":"Local"}"#,
      #"spec.externalTrafficPolicy: Invalid value: "Local": may only be set for externally-accessible services"#
    ),
    (
      #"{"ports":[{"port":80}],"trafficDistribution":"Near"}"#,
      #"spec.trafficDistribution: Unsupported value: "Near": supported values: "PreferClose", "PreferSameNode", "#
        + #""PreferSameZone""#
    ),
    (
      #"{"ports":[{"port":80}],"loadBalancerClass":"a/b"}"#,
      "spec.loadBalancerClass: Forbidden: may only be used when `type` is 'LoadBalancer'"
    ),
  ])
  func refuses(spec: String, message: String) throws {
    #expect(try errors(service(spec)).aggregateMessage == message)
  }

  @Test(arguments: [
    ("9Bad_", #"metadata.name: Invalid value: "9Bad_": \#(labelRule)"#),
    (
      String(repeating: "a", count: 64),
      #"metadata.name: Invalid value: "\#(String(repeating: "a", count: 64))": must be no more than 63 characters"#
    ),
    ("", "metadata.name: Required value: name or generateName is required"),
  ])
  func refusesTheName(name: String, message: String) throws {
    #expect(try errors(service(#"{"ports":[{"port":80}]}"#, name: name)).aggregateMessage == message)
  }

  @Test(arguments: [
    #"{"ports":[{"port":80}]}"#, #"{"clusterIP":"None"}"#, #"{"type":"ExternalName","externalName":"a.example."}"#,
    #"{"ports":[{"name":"a","port":53},{"name":"b","port":53,"protocol":"UDP"}]}"#,
    #"{"ports":[{"port":80}],"type":"LoadBalancer","loadBalancerSourceRanges":["10.0.0.0/8"]}"#,
    #"{"ports":[{"port":80,"nodePort":30080}],"type":"NodePort"}"#,
    #"{"ports":[{"port":80}],"clusterIP":"192.0.2.1","clusterIPs":["192.0.2.1","fd00::1"],"ipFamilies":["IPv4","IPv6"]}"#,
    #"{"ports":[{"port":80}],"clusterIP":null,"selector":null,"ipFamilies":[]}"#,
  ])
  func takes(spec: String) throws {
    #expect(try errors(service(spec, name: "9web")) == [])
  }

  @Test func givesReasonsAndMessagesForCauses() throws {
    let error = try #require(try errors(service(#"{"ports":[{"port":0}]}"#)).first)
    #expect(error.kind.reason == "FieldValueInvalid")
    #expect(error.message == "Invalid value: 0: must be between 1 and 65535, inclusive")
  }
}

@Suite("Changes of Services are refused in Kubernetes' words")
struct ServiceUpdateTests {
  @Test(arguments: [
    (
      #"{"ports":[{"port":80}],"clusterIP":"10.96.0.1"}"#, #"{"ports":[{"port":80}],"clusterIP":"10.96.77.77"}"#,
      #"spec.clusterIPs[0]: Invalid value: ["10.96.77.77"]: may not change once set"#
    ),
    (
      #"{"ports":[{"port":80}],"clusterIP":"10.96.0.1"}"#, #"{"ports":[{"port":80}]}"#,
      "spec.clusterIPs[0]: Invalid value: []: primary clusterIP can not be unset"
    ),
    (
      #"{"ports":[{"port":80}],"clusterIP":"10.96.0.1"}"#, #"{"ports":[{"port":80}],"clusterIP":"None"}"#,
      #"spec.clusterIPs[0]: Invalid value: ["None"]: may not change once set"#
    ),
    (
      #"{"ports":[{"port":80}],"clusterIPs":["10.96.0.1","fd00::1"],"ipFamilyPolicy":"PreferDualStack"}"#,
      #"{"ports":[{"port":80}],"clusterIPs":["10.96.0.1"],"ipFamilyPolicy":"PreferDualStack"}"#,
      #"spec.clusterIPs[1]: Invalid value: ["10.96.0.1"]: `ipFamilyPolicy` must be set to 'SingleStack' when releasing "#
        + "the secondary clusterIP"
    ),
    (
      #"{"ports":[{"port":80}],"ipFamilies":["IPv4"]}"#, #"{"ports":[{"port":80}],"ipFamilies":["IPv6"]}"#,
      #"spec.ipFamilies[0]: Invalid value: ["IPv6"]: may not change once set"#
    ),
  ])
  func refuses(old: String, new: String, message: String) throws {
    #expect(try updateErrors(old, new).aggregateMessage == message)
  }

  @Test(arguments: [
    (#"{"ports":[{"port":80}]}"#, #"{"ports":[{"port":80}],"clusterIP":"10.96.0.1"}"#),
    (
      #"{"ports":[{"port":80}],"clusterIP":"10.96.0.1"}"#,
      #"{"ports":[{"port":80}],"clusterIPs":["10.96.0.1","fd00::1"],"ipFamilyPolicy":"PreferDualStack"}"#
    ),
    (
      #"{"ports":[{"port":80}],"clusterIPs":["10.96.0.1","fd00::1"]}"#,
      #"{"ports":[{"port":80}],"clusterIPs":["10.96.0.1"],"ipFamilyPolicy":"SingleStack"}"#
    ),
    (
      #"{"ports":[{"port":80}],"clusterIP":"10.96.0.1"}"#, #"{"type":"ExternalName","externalName":"a.example"}"#
    ),
  ])
  func takes(old: String, new: String) throws {
    #expect(try updateErrors(old, new) == [])
  }

  private func updateErrors(_ old: String, _ new: String) throws -> [FieldError] {
    let objects = try [old, new].map { spec in
      var object = try decode(service(spec)).object
      object.metadata.namespace = "default"
      object.applyDefaults()
      return object
    }
    return objects[1].validateUpdate(from: objects[0])
  }
}
