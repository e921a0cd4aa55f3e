/// A question to an object's fields, as the API takes it: `metadata.name=web,status.phase!=Failed`.
public struct FieldSelector: Sendable, Hashable {
  /// What must hold, all of it.
  public var terms: [Term]

  /// One requirement on one field.
  public struct Term: Sendable, Hashable {
    /// The field: `metadata.name`.
    public var field: String
    /// The value that it must have, or must not.
    public var value: String
    /// Whether the field must have the value.
    public var isEqual: Bool
  }

  /// Takes every object.
  public static let everything = FieldSelector(terms: [])

  /// The name that the object must have; `nil` when it may have any.
  public var name: String? { terms.first { $0.field == "metadata.name" && $0.isEqual }?.value }

  /// Whether the object is taken.
  public func matches(_ object: ClusterObject) -> Bool {
    terms.allSatisfy { (object.selectableField($0.field) == $0.value) == $0.isEqual }
  }
}

extension FieldSelector {
  /// Reads a selector for objects of a kind: terms with `=`, `==` or `!=`, commas between; `\\`, `\\,` and `\\=` in values.
  ///
  /// - Throws: the term that is none, or the field that cannot be selected by.
  public init(parsing text: String, for kind: ObjectKind) throws(LabelSelectorError) {
    var terms: [Term] = []
    for term in Self.split(text) where !term.isEmpty { terms.append(try Self.term(term, kind)) }
    self.terms = terms
  }

  /// The terms between the commas that no backslash stands before.
  private static func split(_ text: String) -> [String] {
    var terms = [""]
    var isEscaped = false
    for scalar in text.unicodeScalars {
      if scalar == ",", !isEscaped {
        terms.append("")
      } else {
        terms[terms.count - 1].unicodeScalars.append(scalar)
      }
      isEscaped = scalar == "\\" && !isEscaped
    }
    return terms
  }

  private static func term(_ text: String, _ kind: ObjectKind) throws(LabelSelectorError) -> Term {
    guard let sign = text.firstIndex(of: "=") else {
      throw LabelSelectorError("invalid selector: '\(text)'; can't understand '\(text)'")
    }
    let isEqual = !text[..<sign].hasSuffix("!")
    let field = String(text[..<sign].dropLast(isEqual ? 0 : 1))
    var value = text[text.index(after: sign)...]
    if isEqual, value.hasPrefix("=") { value = value.dropFirst() }
    guard kind.selectableFields.contains(field) else {
      throw LabelSelectorError("field label not supported: \(field)")
    }
    return Term(field: field, value: try unescaped(value), isEqual: isEqual)
  }

  private static func unescaped(_ value: Substring) throws(LabelSelectorError) -> String {
    var text = ""
    var isEscaped = false
    for scalar in value.unicodeScalars {
      if isEscaped, scalar != "\\", scalar != ",", scalar != "=" {
        throw LabelSelectorError("invalid field selector: invalid escape sequence: \\\(scalar)")
      }
      if scalar == "\\", !isEscaped {
        isEscaped = true
      } else {
        text.unicodeScalars.append(scalar)
        isEscaped = false
      }
    }
    guard !isEscaped else { throw LabelSelectorError("invalid field selector: invalid escape sequence: \\") }
    return text
  }
}

extension ObjectKind {
  /// The fields that objects of this kind can be selected by.
  public var selectableFields: [String] {
    let own: [String] =
      switch self {
      case .namespace: ["status.phase"]
      case .node: ["spec.unschedulable"]
      case .service: ["spec.clusterIP", "spec.type"]
      case .endpoints, .endpointSlice, .lease: []
      case .event:
        [
          "involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid",
          "involvedObject.apiVersion", "involvedObject.resourceVersion", "involvedObject.fieldPath", "reason",
          "reportingComponent", "source", "type",
        ]
      case .pod: ["spec.nodeName", "spec.restartPolicy", "spec.hostNetwork", "status.phase", "status.podIP"]
      }
    return ["metadata.name", "metadata.namespace"] + own
  }
}

extension ClusterObject {
  /// The text that a field selector compares; empty for a field that is not set.
  fileprivate func selectableField(_ field: String) -> String {
    switch (field, self) {
    case ("metadata.name", _): metadata.name
    case ("metadata.namespace", _): metadata.namespace
    case ("status.phase", .namespace(let namespace)): namespace.phase.rawValue
    case ("spec.unschedulable", .node(let node)): String(node.unschedulable)
    case ("spec.clusterIP", .service(let service)): service.spec.clusterIPTexts.first ?? ""
    case ("spec.type", .service(let service)): service.spec.type.rawValue
    case ("spec.nodeName", .pod(let pod)): pod.spec.nodeName
    case ("spec.restartPolicy", .pod(let pod)): pod.spec.restartPolicy.rawValue
    case ("spec.hostNetwork", .pod(let pod)): String(pod.spec.hostNetwork)
    case ("status.phase", .pod(let pod)): pod.status.phase?.rawValue ?? ""
    case ("status.podIP", .pod(let pod)): pod.status.podIPs.first?.description ?? ""
    case (_, .event(let event)): event.selectableField(field)
    default: ""
    }
  }
}

extension Event {
  fileprivate func selectableField(_ field: String) -> String {
    switch field {
    case "involvedObject.kind": involvedObject.kind
    case "involvedObject.namespace": involvedObject.namespace
    case "involvedObject.name": involvedObject.name
    case "involvedObject.uid": involvedObject.uid.description
    case "involvedObject.apiVersion": involvedObject.apiVersion
    case "involvedObject.resourceVersion": involvedObject.resourceVersion
    case "involvedObject.fieldPath": involvedObject.fieldPath
    case "reason": reason
    case "reportingComponent": reportingComponent
    case "source": source.component.isEmpty ? reportingComponent : source.component
    case "type": type
    default: ""
    }
  }
}
