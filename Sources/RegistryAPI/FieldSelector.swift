import ClusterModel
import Registry

/// A question to an object's fields, as the parameter `fieldSelector` has it: `metadata.name=web,status.phase!=Failed`.
struct FieldSelector: Sendable {
  private struct Term: Sendable {
    let field: String
    let value: String
    let isEqual: Bool
  }

  private var terms: [Term] = []

  /// - Throws: `BadRequest` for what is no selector, and for fields that the kind cannot be asked for.
  init(_ text: String, for kind: ObjectKind) throws(RegistryError) {
    for part in text.split(separator: ",") {
      let term = try Self.term(part, in: text)
      guard kind.selectableFields.contains(term.field) else {
        throw RegistryError(.badRequest, "field label not supported: \(term.field)")
      }
      terms.append(term)
    }
  }

  private static func term(_ part: Substring, in text: String) throws(RegistryError) -> Term {
    guard let sign = part.firstIndex(of: "=") else {
      throw RegistryError(.badRequest, "invalid selector: '\(text)'; can't understand '\(part)'")
    }
    let isEqual = !part[..<sign].hasSuffix("!")
    let field = part[..<sign].drop { $0 == " " }.prefix { $0 != "!" && $0 != " " }
    let value = part[part.index(after: sign)...]
    return Term(field: String(field), value: String(value.hasPrefix("=") ? value.dropFirst() : value), isEqual: isEqual)
  }

  /// The name that the object must have; `nil` when it may have any.
  var name: String? { terms.first { $0.field == "metadata.name" && $0.isEqual }?.value }

  /// Whether the object's fields are as asked.
  func matches(_ object: ClusterObject) -> Bool {
    terms.allSatisfy { (object.field($0.field) == $0.value) == $0.isEqual }
  }
}

extension ObjectKind {
  /// The fields that selectors may ask for, as Kubernetes has them.
  fileprivate var selectableFields: Set<String> {
    switch self {
    case .namespace: ["metadata.name", "status.phase"]
    case .node: ["metadata.name", "spec.unschedulable"]
    case .service: ["metadata.name", "metadata.namespace", "spec.clusterIP", "spec.type"]
    case .endpoints, .endpointSlice, .lease: ["metadata.name", "metadata.namespace"]
    case .pod:
      [
        "metadata.name", "metadata.namespace", "spec.hostNetwork", "spec.nodeName", "spec.restartPolicy",
        "status.phase", "status.podIP",
      ]
    }
  }
}

extension ClusterObject {
  /// The text of a selectable field.
  fileprivate func field(_ path: String) -> String {
    switch (path, self) {
    case ("metadata.name", _): metadata.name
    case ("metadata.namespace", _): metadata.namespace
    case ("status.phase", .namespace(let namespace)): namespace.phase.rawValue
    case ("status.phase", .pod(let pod)): pod.status.phase?.rawValue ?? ""
    case ("status.podIP", .pod(let pod)): pod.status.podIPs.first?.description ?? ""
    case ("spec.nodeName", .pod(let pod)): pod.spec.nodeName
    case ("spec.hostNetwork", .pod(let pod)): String(pod.spec.hostNetwork)
    case ("spec.restartPolicy", .pod(let pod)): pod.spec.restartPolicy.rawValue
    case ("spec.unschedulable", .node(let node)): String(node.unschedulable)
    case ("spec.clusterIP", .service(let service)): service.spec.clusterIPText
    case ("spec.type", .service(let service)): service.spec.type.rawValue
    default: ""
    }
  }
}

extension ServiceSpec {
  fileprivate var clusterIPText: String { isHeadless ? "None" : clusterIP?.description ?? "" }
}
