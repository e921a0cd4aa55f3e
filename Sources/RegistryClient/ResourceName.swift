public import ClusterModel

extension ObjectKind {
  /// The kind that somebody means by `services`, `service`, `svc` or `Service`; `nil` for none.
  public init?(spelled name: String) {
    let wanted = name.lowercased()
    let found = Self.allCases.first { kind in
      kind.resource == wanted || kind.name.lowercased() == wanted || kind.shortNames.contains(wanted)
    }
    guard let found else { return nil }
    self = found
  }

  /// The path of the kind's objects in the API, in one namespace or in all.
  public func path(namespace: String?) -> String {
    let root = group.isEmpty ? "/api/\(version)" : "/apis/\(group)/\(version)"
    guard isNamespaced, let namespace else { return "\(root)/\(resource)" }
    return "\(root)/namespaces/\(namespace.percentEncoded)/\(resource)"
  }
}

extension ObjectKey {
  /// The path of the object in the API.
  public var path: String {
    "\(kind.path(namespace: kind.isNamespaced ? namespace : nil))/\(name.percentEncoded)"
  }

  /// The object as kubectl names it: `service/web`, `endpointslice.discovery.k8s.io/web-x2v7q`.
  public var shortDescription: String {
    let kind = self.kind.name.lowercased()
    return self.kind.group.isEmpty ? "\(kind)/\(name)" : "\(kind).\(self.kind.group)/\(name)"
  }
}

extension String {
  /// The text as a part of a path or a query (RFC 3986 §2.1): everything but letters, digits and `-._~` as `%XX`.
  public var percentEncoded: String {
    var encoded = ""
    for octet in utf8 {
      switch octet {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"),
        UInt8(ascii: "-"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "~"):
        encoded.unicodeScalars.append(Unicode.Scalar(octet))
      default:
        let hex = String(octet, radix: 16, uppercase: true)
        encoded += hex.count == 1 ? "%0\(hex)" : "%\(hex)"
      }
    }
    return encoded
  }
}
