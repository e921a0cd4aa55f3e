import ClusterModel

/// A document as YAML in block style, as `kubectl get -o yaml` looks.
struct YAMLText {
  private(set) var text = ""

  init(_ node: DocumentNode) {
    write(node, indent: 0, isInline: false)
    if text.last != "\n" { text += "\n" }
  }

  /// - Parameter isInline: whether a key, or the dash of an element, stands before the value on its line.
  private mutating func write(_ node: DocumentNode, indent: Int, isInline: Bool) {
    switch node.content {
    case .scalar(let scalar, .string): text += Self.quoted(scalar)
    case .scalar(let scalar, _): text += scalar
    case .sequence(let elements) where elements.isEmpty: text += "[]"
    case .mapping(let members) where members.isEmpty: text += "{}"
    case .sequence(let elements):
      if isInline { text += "\n" }
      for element in elements {
        text += String(repeating: " ", count: indent) + "- "
        element.isMapping
          ? write(members: element, indent: indent + 2) : write(element, indent: indent + 2, isInline: true)
        endLine()
      }
    case .mapping:
      if isInline { text += "\n" + String(repeating: " ", count: indent) }
      write(members: node, indent: indent)
    }
  }

  /// The members of a mapping, the first where the text stands, the others on lines of their own.
  private mutating func write(members node: DocumentNode, indent: Int) {
    guard case .mapping(let members) = node.content else { return }
    for (index, member) in members.enumerated() {
      if index > 0 { text += String(repeating: " ", count: indent) }
      text += Self.quoted(member.key) + ":"
      if member.value.isInBlock {
        // Elements stand below the key itself, members two to the right.
        write(member.value, indent: member.value.isMapping ? indent + 2 : indent, isInline: true)
      } else {
        text += " "
        write(member.value, indent: indent, isInline: true)
      }
      endLine()
    }
  }

  private mutating func endLine() {
    if text.last != "\n" { text += "\n" }
  }

  /// The text as a scalar: in JSON's quotes unless it can only be read as this text.
  private static func quoted(_ text: String) -> String { isPlain(text) ? text : DocumentNode(text: text).json }

  /// Whether a text begins with a letter, has nothing in it that means something to YAML, and is no word of YAML's.
  private static func isPlain(_ text: String) -> Bool {
    guard let first = text.utf8.first, first.isLetter else { return false }
    return text.utf8.allSatisfy { $0.isLetter || $0.isDigit || "-_./".utf8.contains($0) }
      && !words.contains(text.lowercased())
  }

  private static let words: Set<String> = ["true", "false", "yes", "no", "on", "off", "null", "y", "n"]
}

extension DocumentNode {
  /// A text that stands nowhere.
  fileprivate init(text: String) { self.init(.scalar(text, .string), at: .start) }

  fileprivate var isMapping: Bool {
    guard case .mapping(let members) = content else { return false }
    return !members.isEmpty
  }

  /// Whether the value takes lines of its own.
  fileprivate var isInBlock: Bool {
    if case .sequence(let elements) = content { return !elements.isEmpty }
    return isMapping
  }
}

extension UInt8 {
  fileprivate var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }
  fileprivate var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }
}
