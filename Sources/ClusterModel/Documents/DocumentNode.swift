/// One value of a JSON or YAML document, with the place where it was written.
public struct DocumentNode: Sendable, Hashable {
  /// What the value is.
  public var content: Content
  /// Where its first character stands.
  public var position: SourcePosition

  /// A value at a place.
  public init(_ content: Content, at position: SourcePosition) {
    self.content = content
    self.position = position
  }

  /// The three forms of values.
  public enum Content: Sendable, Hashable {
    /// Text as it was written (without quotes and escapes), and the type that it has.
    case scalar(String, ScalarType)
    /// A list of values.
    case sequence([DocumentNode])
    /// Names with values in the order of the document; a name may come twice.
    case mapping([Member])
  }

  /// One name with its value in a mapping.
  public struct Member: Sendable, Hashable {
    /// The name.
    public var key: String
    /// Where the name stands.
    public var keyPosition: SourcePosition
    /// The value.
    public var value: DocumentNode

    /// A name with its value.
    public init(_ key: String, at keyPosition: SourcePosition, _ value: DocumentNode) {
      self.key = key
      self.keyPosition = keyPosition
      self.value = value
    }
  }
}

/// The types that a scalar can have in JSON and in YAML's core schema.
public enum ScalarType: UInt8, Sendable, Hashable {
  case null
  case boolean
  case integer
  case real
  case string
}

/// A place in a text: lines and columns count from 1, columns in characters (Unicode scalars).
public struct SourcePosition: Sendable, Hashable, Comparable {
  /// The line, from 1.
  public var line: UInt32
  /// The column, from 1.
  public var column: UInt32

  /// A place.
  public init(line: UInt32, column: UInt32) {
    self.line = line
    self.column = column
  }

  /// The first character of a text.
  public static let start = SourcePosition(line: 1, column: 1)

  /// Earlier in the text.
  public static func < (a: SourcePosition, b: SourcePosition) -> Bool { (a.line, a.column) < (b.line, b.column) }
}

extension SourcePosition: CustomStringConvertible {
  /// `LINE:COLUMN`.
  public var description: String { "\(line):\(column)" }
}

/// Why a text is not a document.
public struct DocumentError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Where reading stopped.
  public var position: SourcePosition
  /// What is wrong there.
  public var message: String

  /// A message for a place.
  public init(_ message: String, at position: SourcePosition) {
    self.position = position
    self.message = message
  }

  /// `LINE:COLUMN: MESSAGE`.
  public var description: String { "\(position): \(message)" }
}

/// What documents are held to, so that no input costs more than it is worth.
public struct DocumentLimits: Sendable, Hashable {
  /// How deep lists and mappings may lie in each other.
  public var depth: Int
  /// How many values a document may have once its aliases are expanded.
  public var nodes: Int

  /// Other limits.
  public init(depth: Int = 100, nodes: Int = 4_000_000) {
    self.depth = depth
    self.nodes = nodes
  }

  /// Depth 100; 4 million values, which are some 150 MB.
  public static let standard = DocumentLimits()
}

extension DocumentNode {
  /// The value of the first member with that name; `nil` when there is none or this is no mapping.
  public subscript(key: String) -> DocumentNode? {
    guard case .mapping(let members) = content else { return nil }
    return members.first { $0.key == key }?.value
  }

  /// The text of a scalar of type string; `nil` for everything else.
  public var string: String? {
    guard case .scalar(let text, .string) = content else { return nil }
    return text
  }

  /// Whether the value is `null` (or, in YAML, left out).
  public var isNull: Bool {
    guard case .scalar(_, .null) = content else { return false }
    return true
  }

  /// The place of the value that a field path as `spec.ports[0].port` leads to, or of the last value on the way.
  public func position(of path: String) -> SourcePosition {
    var node = self
    for step in path.split(whereSeparator: { $0 == "." || $0 == "[" || $0 == "]" }) {
      guard let next = node.child(String(step)) else { break }
      node = next
    }
    return node.position
  }

  /// The member with that name, or the element with that index.
  private func child(_ step: String) -> DocumentNode? {
    guard case .sequence(let elements) = content else { return self[step] }
    guard let index = Int(step), elements.indices.contains(index) else { return nil }
    return elements[index]
  }
}
