import NetworkAddresses

extension EndpointSlice {
  static let fieldTable = FieldTable<EndpointSlice>(
    "EndpointSlice",
    prepare: { node, decoder in decoder.addressType = AddressType(rawValue: node["addressType"]?.string ?? "") },
    [
      .apiVersion, .kind,
      .object("metadata", \.metadata, ObjectMeta.fieldTable),
      .demandedOneOf("addressType", \.addressType),
      .list("endpoints", \.endpoints, Endpoint(), Endpoint.fieldTable, always: true),
      .list("ports", \.ports, EndpointPort(port: nil), EndpointPort.sliceTable),
    ])
}

extension Endpoint {
  static let fieldTable = FieldTable<Endpoint>(
    "Endpoint",
    finish: { endpoint, decoder in endpoint.details = decoder.interner.share(endpoint.details) },
    [
      .endpointAddresses.required,
      .object("conditions", \.conditions, EndpointConditions.fieldTable),
      .optionalString("hostname", \.hostname),
      .optionalObject("targetRef", \.targetRef, ObjectReference(), ObjectReference.fieldTable),
      .passedOver("deprecatedTopology", .stringMap),
      .optionalString("nodeName", \.nodeName, shared: true),
      .optionalString("zone", \.zone, shared: true),
      .optionalObject("hints", \.hints, EndpointHints(), EndpointHints.fieldTable),
    ])

  /// The hints in the nesting that documents have; none when they name nothing.
  fileprivate var hints: EndpointHints? {
    get {
      if hintedZones.isEmpty && hintedNodes.isEmpty { return nil }
      return EndpointHints(
        forZones: hintedZones.map { NameHint(name: $0) }, forNodes: hintedNodes.map { NameHint(name: $0) })
    }
    set {
      hintedZones = newValue?.forZones.map(\.name) ?? []
      hintedNodes = newValue?.forNodes.map(\.name) ?? []
    }
  }
}

extension EndpointConditions {
  static let fieldTable = FieldTable<EndpointConditions>(
    "EndpointConditions",
    [
      .optionalBoolean("ready", \.ready),
      .optionalBoolean("serving", \.serving),
      .optionalBoolean("terminating", \.terminating),
    ])
}

/// `hints`, as documents nest them.
private struct EndpointHints: Sendable {
  var forZones: [NameHint] = []
  var forNodes: [NameHint] = []

  static let fieldTable = FieldTable<EndpointHints>(
    "EndpointHints",
    [
      .list("forZones", \.forZones, NameHint(), NameHint.zoneTable),
      .list("forNodes", \.forNodes, NameHint(), NameHint.nodeTable),
    ])
}

/// An element of `hints.forZones` or `hints.forNodes`.
private struct NameHint: Sendable {
  var name = ""

  static let zoneTable = FieldTable<NameHint>("ForZone", [.string("name", \.name, shared: true, always: true).required])
  static let nodeTable = FieldTable<NameHint>("ForNode", [.string("name", \.name, shared: true, always: true).required])
}

extension Field<Endpoint> {
  /// Addresses, or names in a slice of names.
  fileprivate static let endpointAddresses = Field(
    info: FieldInfo("addresses", .list(.string)),
    decode: { node, endpoint, decoder in
      if decoder.addressType == .fqdn {
        decoder.elements(node, .string) { element, decoder in
          if let name = decoder.string(element) { endpoint.domainNames.append(name) }
        }
      } else {
        endpoint.addresses = AddressList(decoder.addresses(node))
      }
    },
    encode: { endpoint, writer in
      let texts = endpoint.addresses.map(\.description) + endpoint.domainNames
      writer.key("addresses")
      writer.array { writer in for text in texts { writer.string(text) } }
    })
}

extension Field<EndpointSlice> {
  /// One of the values of an enumeration that has no default.
  fileprivate static func demandedOneOf(
    _ name: String, _ path: FieldPath<EndpointSlice, AddressType>
  ) -> Field {
    let field = Field.oneOf(name, path).demanded
    return Field(
      info: field.info,
      decode: { node, slice, decoder in
        if node.string == "" { decoder.invalid(node, .required, "") }
        field.decode(node, &slice, &decoder)
      },
      encode: field.encode)
  }
}
