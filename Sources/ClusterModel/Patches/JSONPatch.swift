/// A JSON Patch (RFC 6902): operations that are done one after the other, all or none.
public struct JSONPatch: Sendable {
  /// The most operations that one patch may have, as in Kubernetes.
  public static let maximumOperations = 10_000

  private var operations: [Operation] = []

  /// One operation, RFC 6902 §4.
  private enum Operation: Sendable {
    case add(JSONPointer, DocumentNode)
    case remove(JSONPointer)
    case replace(JSONPointer, DocumentNode)
    case move(from: JSONPointer, to: JSONPointer)
    case copy(from: JSONPointer, to: JSONPointer)
    case test(JSONPointer, DocumentNode)
  }

  /// Reads a patch.
  ///
  /// - Throws: what in it is no patch, or that it has too many operations.
  public init(_ node: DocumentNode) throws(PatchError) {
    guard case .sequence(let elements) = node.content else {
      throw .malformed("json: cannot unmarshal \(node.goDescription) into Go value of type jsonpatch.Patch")
    }
    guard elements.count <= Self.maximumOperations else {
      throw .tooLarge(
        "The allowed maximum operations in a JSON patch is \(Self.maximumOperations), got \(elements.count)")
    }
    operations.reserveCapacity(elements.count)
    for element in elements { operations.append(try Self.operation(element)) }
  }

  private static func operation(_ node: DocumentNode) throws(PatchError) -> Operation {
    let path = try JSONPointer(node["path"], "path")
    switch node["op"]?.string {
    case "add": return .add(path, try value(node))
    case "remove": return .remove(path)
    case "replace": return .replace(path, try value(node))
    case "move": return .move(from: try JSONPointer(node["from"], "from"), to: path)
    case "copy": return .copy(from: try JSONPointer(node["from"], "from"), to: path)
    case "test": return .test(path, try value(node))
    default: throw .inapplicable("Unexpected kind: \(node["op"]?.json ?? "missing")")
    }
  }

  private static func value(_ node: DocumentNode) throws(PatchError) -> DocumentNode {
    guard let value = node["value"] else { throw .inapplicable("an operation lacks its value") }
    return value
  }

  /// The document after the patch.
  ///
  /// - Parameter document: What is patched.
  /// - Parameter limits: How deep the document may become, and how many values may be copied and moved in all.
  /// - Throws: which operation does not fit, or that the document would outgrow its limits.
  public func applied(
    to document: DocumentNode, limits: DocumentLimits = .standard
  ) throws(PatchError) -> DocumentNode {
    var document = document
    var budget = limits
    for operation in operations { try Self.apply(operation, to: &document, &budget) }
    return document
  }

  private static func apply(
    _ operation: Operation, to document: inout DocumentNode, _ budget: inout DocumentLimits
  ) throws(PatchError) {
    switch operation {
    case .add(let path, let value): try document.add(value, at: path, &budget)
    case .remove(let path): _ = try document.remove(at: path)
    case .replace(let path, let value):
      _ = try document.value(at: path)
      if path.steps.isEmpty {
        document = value
      } else {
        let index = try document.remove(at: path).index
        try document.add(value, at: path, &budget, memberIndex: index)
      }
    case .move(let from, let to):
      guard !to.isInside(from) else { throw .inapplicable("\(from) cannot move into itself") }
      let value = try document.remove(at: from).value
      try document.add(value, at: to, &budget)
    case .copy(let from, let to): try document.add(try document.value(at: from), at: to, &budget)
    case .test(let path, let value):
      guard try document.value(at: path).isSame(as: value) else {
        throw .inapplicable("testing value \(path) failed: test failed")
      }
    }
  }
}

/// The way to a value of a document (RFC 6901).
struct JSONPointer: Sendable, CustomStringConvertible {
  let steps: [String]
  let description: String

  /// Reads a pointer: empty, or steps that each begin with a slash; `~1` is a slash, `~0` a tilde.
  init(_ node: DocumentNode?, _ member: String) throws(PatchError) {
    guard let text = node?.string, text.isEmpty || text.hasPrefix("/") else {
      throw .inapplicable("\(member) is no JSON pointer: \(node?.json ?? "missing")")
    }
    description = text
    steps = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst().map(Self.unescaped)
  }

  private static func unescaped(_ step: Substring) -> String {
    guard step.contains("~") else { return String(step) }
    var text = ""
    var isEscaped = false
    for scalar in step.unicodeScalars {
      switch (isEscaped, scalar) {
      case (true, "1"): text.unicodeScalars.append("/")
      case (true, "0"): text.unicodeScalars.append("~")
      case (false, "~"): break
      default: text.unicodeScalars.append(scalar)
      }
      isEscaped = scalar == "~" && !isEscaped
    }
    return text
  }

  /// Whether the way leads through another one's end and on.
  func isInside(_ other: JSONPointer) -> Bool {
    steps.count > other.steps.count && steps.starts(with: other.steps)
  }
}
