import NetworkAddresses

extension Service {
  static let fieldTable = FieldTable<Service>(
    "Service",
    [
      .apiVersion, .kind,
      .object("metadata", \.metadata, ObjectMeta.fieldTable),
      .object("spec", \.spec, ServiceSpec.fieldTable),
      .object("status", \.status, ServiceStatus.fieldTable),
    ])
}

extension ServiceSpec {
  static let fieldTable = FieldTable<ServiceSpec>(
    "ServiceSpec",
    [
      .list("ports", \.ports, ServicePort(port: 0), ServicePort.fieldTable).merged(by: "port", "protocol"),
      .stringMap("selector", \.selector).atomic,
      .clusterIP.leading("clusterIPs"),
      .clusterIPs,
      .oneOf("type", \.type),
      .addresses("externalIPs", \.externalIPs),
      .oneOf("sessionAffinity", \.sessionAffinity),
      .string("loadBalancerIP", \.loadBalancerIP),
      .strings("loadBalancerSourceRanges", \.loadBalancerSourceRanges),
      .string("externalName", \.externalName),
      .optionalOneOf("externalTrafficPolicy", \.externalTrafficPolicy),
      .int32("healthCheckNodePort", \.healthCheckNodePort),
      .boolean("publishNotReadyAddresses", \.publishNotReadyAddresses),
      .optionalObject(
        "sessionAffinityConfig", \.sessionAffinityConfig, SessionAffinityConfig(), SessionAffinityConfig.fieldTable),
      .ipFamilies,
      .optionalOneOf("ipFamilyPolicy", \.ipFamilyPolicy),
      .optionalBoolean("allocateLoadBalancerNodePorts", \.allocateLoadBalancerNodePorts),
      .optionalString("loadBalancerClass", \.loadBalancerClass, shared: true),
      .optionalOneOf("internalTrafficPolicy", \.internalTrafficPolicy),
      .optionalString("trafficDistribution", \.trafficDistribution),
    ])

  /// The time-out in the nesting that documents have.
  fileprivate var sessionAffinityConfig: SessionAffinityConfig? {
    get { sessionAffinityTimeout.map { SessionAffinityConfig(clientIP: ClientIPConfig(timeoutSeconds: $0)) } }
    set { sessionAffinityTimeout = newValue?.clientIP?.timeoutSeconds }
  }
}

/// `sessionAffinityConfig`, as documents nest it.
private struct SessionAffinityConfig: Sendable {
  var clientIP: ClientIPConfig?

  static let fieldTable = FieldTable<SessionAffinityConfig>(
    "SessionAffinityConfig", [.optionalObject("clientIP", \.clientIP, ClientIPConfig(), ClientIPConfig.fieldTable)])
}

/// `sessionAffinityConfig.clientIP`.
private struct ClientIPConfig: Sendable {
  var timeoutSeconds: Int32?

  static let fieldTable = FieldTable<ClientIPConfig>(
    "ClientIPConfig", [.optionalInt32("timeoutSeconds", \.timeoutSeconds)])
}

extension ServicePort {
  static let fieldTable = FieldTable<ServicePort>(
    "ServicePort",
    [
      .string("name", \.name, shared: true),
      .oneOf("protocol", \.protocol).defaulting(to: "TCP"),
      .optionalString("appProtocol", \.appProtocol, shared: true),
      .int32("port", \.port, always: true).required,
      .portReference("targetPort", \.targetPort),
      .int32("nodePort", \.nodePort),
    ])
}

extension ServiceStatus {
  static let fieldTable = FieldTable<ServiceStatus>(
    "ServiceStatus",
    [
      .object("loadBalancer", \.loadBalancer, LoadBalancerStatus.fieldTable),
      .list("conditions", \.conditions, Condition(), Condition.fieldTable).merged(by: "type"),
    ])

  /// The ingress points in the nesting that documents have.
  fileprivate var loadBalancer: LoadBalancerStatus {
    get { LoadBalancerStatus(ingress: ingress) }
    set { ingress = newValue.ingress }
  }
}

/// `status.loadBalancer`, as documents nest it.
private struct LoadBalancerStatus: Sendable {
  var ingress: [LoadBalancerIngress]

  static let fieldTable = FieldTable<LoadBalancerStatus>(
    "LoadBalancerStatus",
    [.list("ingress", \.ingress, LoadBalancerIngress(), LoadBalancerIngress.fieldTable)])
}

extension LoadBalancerIngress {
  static let fieldTable = FieldTable<LoadBalancerIngress>(
    "LoadBalancerIngress",
    [
      .string("ip", \.ip),
      .string("hostname", \.hostname),
      .optionalString("ipMode", \.ipMode),
      .list("ports", \.ports, LoadBalancerPort(), LoadBalancerPort.fieldTable),
    ])
}

extension LoadBalancerPort {
  static let fieldTable = FieldTable<LoadBalancerPort>(
    "PortStatus",
    [
      .int32("port", \.port, always: true).required,
      .oneOf("protocol", \.protocol).required,
      .optionalString("error", \.error),
    ])
}

extension Field<ServiceSpec> {
  /// The first address, or `None`; with `clusterIPs` it must agree.
  fileprivate static let clusterIP = Field(
    info: FieldInfo("clusterIP", .string),
    decode: { node, spec, decoder in
      guard let text = decoder.string(node), !text.isEmpty else { return }
      let listed = spec.isHeadless ? "None" : spec.clusterIPs.first?.description
      if let listed {
        if listed != text { decoder.clusterIPsDisagree(node, listed: spec.clusterIPTexts) }
      } else if text == "None" {
        spec.isHeadless = true
      } else if let address = decoder.address(node, path: "") {
        spec.clusterIPs = [address]
      } else {
        decoder.lastPath(is: "clusterIPs[0]")
      }
    },
    encode: { spec, writer in
      guard let first = spec.clusterIPTexts.first else { return }
      writer.key("clusterIP")
      writer.string(first)
    })

  /// All addresses, or `None` alone.
  fileprivate static let clusterIPs = Field(
    info: FieldInfo("clusterIPs", .list(.string)),
    decode: { node, spec, decoder in
      let first = spec.clusterIPTexts.first
      let list = decoder.clusterIPs(node)
      guard let list, !(list.addresses.isEmpty && !list.isHeadless) else { return }
      spec.clusterIPs = AddressList(list.addresses)
      spec.isHeadless = list.isHeadless
      if let first, first != spec.clusterIPTexts.first {
        decoder.clusterIPsDisagree(node, listed: spec.clusterIPTexts)
      }
    },
    encode: { spec, writer in writer.strings("clusterIPs", spec.clusterIPTexts) })

  /// The families in order.
  fileprivate static let ipFamilies = Field(
    info: familiesInfo,
    decode: { node, spec, decoder in
      var families: [AddressFamily] = []
      decoder.elements(node, .string) { element, decoder in
        guard let type: IPFamily = decoder.oneOf(element) else { return }
        families.append(type == .ipv4 ? .ipv4 : .ipv6)
      }
      if families.count > 4 { decoder.invalid(node, badValue: node.json, "may only hold up to 2 values") }
      spec.ipFamilies = families
    },
    encode: { spec, writer in
      writer.strings("ipFamilies", spec.ipFamilies.map { ($0 == .ipv4 ? IPFamily.ipv4 : .ipv6).rawValue })
    })

  private static var familiesInfo: FieldInfo {
    var info = FieldInfo("ipFamilies", .list(.string))
    info.allowedValues = IPFamily.allCases.map(\.rawValue)
    return info
  }
}

/// The families as documents spell them.
private enum IPFamily: String, CaseIterable {
  case ipv4 = "IPv4"
  case ipv6 = "IPv6"
}

extension ServiceSpec {
  /// `clusterIPs` as documents have them: addresses, or `None` alone.
  var clusterIPTexts: [String] { isHeadless ? ["None"] : clusterIPs.map(\.description) }
}

extension DocumentDecoder {
  /// The elements of `clusterIPs`; `nil` when one of them is wrong.
  fileprivate mutating func clusterIPs(_ node: DocumentNode) -> (addresses: [IPAddress], isHeadless: Bool)? {
    let before = problems.count
    if case .sequence(let elements) = node.content, elements.first?.string == "None" {
      guard elements.count == 1 else {
        invalid(node, badValue: node.json, "'None' must be the first and only value")
        return nil
      }
      return ([], true)
    }
    let list = addresses(node)
    return problems.count == before ? (list, false) : nil
  }

  fileprivate mutating func clusterIPsDisagree(_ node: DocumentNode, listed: [String]) {
    let list = "[" + listed.map(\.quoted).joined(separator: ",") + "]"
    invalid(node, badValue: list, "first value must match `clusterIP`")
    lastPath(is: "clusterIPs")
  }
}
