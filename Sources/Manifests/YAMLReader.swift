import ClusterModel
import Yams

/// Reads YAML by Yams, and types plain scalars as Kubernetes does (YAML 1.1, as its Go library knows it).
struct YAMLReader {
  private let firstLine: UInt32
  private let limits: DocumentLimits
  private var nodeCount = 0

  /// The documents of a part of a text, up to the first that cannot be read.
  static func documents(
    _ text: ArraySlice<UInt8>, firstLine: UInt32, limits: DocumentLimits
  ) -> [DocumentReader.Result] {
    var results: [DocumentReader.Result] = []
    do {
      let yaml = try decoded(text, firstLine)
      try YAMLGuard.check(text, firstLine: firstLine)
      let parser = try Parser(yaml: yaml, resolver: .basic, encoding: .utf8)
      while let root = try parser.nextRoot() {
        var reader = YAMLReader(firstLine: firstLine, limits: limits)
        results.append(.document(try reader.convert(root, depth: 0)))
      }
    } catch let error as DocumentError {
      results.append(.failure(error))
    } catch {
      results.append(.failure(DocumentError(yams: error, firstLine: firstLine)))
    }
    return results
  }

  private init(firstLine: UInt32, limits: DocumentLimits) {
    self.firstLine = firstLine
    self.limits = limits
  }

  private static func decoded(_ text: ArraySlice<UInt8>, _ firstLine: UInt32) throws(DocumentError) -> String {
    if let yaml = String(validating: text, as: UTF8.self) { return yaml }
    throw DocumentError("this is not UTF-8 text", at: SourcePosition(line: firstLine, column: 1))
  }
}

extension YAMLReader {
  /// A tree of ours; what an alias stands for is copied, within the bounds.
  private mutating func convert(_ node: Yams.Node, depth: Int) throws(DocumentError) -> DocumentNode {
    let position = position(node.mark)
    nodeCount += 1
    guard nodeCount <= limits.nodes else {
      throw DocumentError("more than \(limits.nodes) values once aliases are expanded", at: position)
    }
    guard depth <= limits.depth else {
      throw DocumentError("nested deeper than \(limits.depth) levels", at: position)
    }
    switch node {
    case .scalar(let scalar): return DocumentNode(try content(of: scalar, at: position), at: position)
    case .sequence(let sequence):
      var elements: [DocumentNode] = []
      elements.reserveCapacity(sequence.count)
      for element in sequence { elements.append(try convert(element, depth: depth + 1)) }
      return DocumentNode(.sequence(elements), at: position)
    case .mapping(let mapping):
      return DocumentNode(.mapping(try members(of: mapping, depth: depth)), at: position)
    case .alias: throw DocumentError("an alias to nothing", at: position)
    }
  }

  /// The members of a mapping; what `<<` names is merged in behind them, where they do not say otherwise.
  private mutating func members(
    of mapping: Yams.Node.Mapping, depth: Int
  ) throws(DocumentError) -> [DocumentNode.Member] {
    var members: [DocumentNode.Member] = []
    var merged: [DocumentNode] = []
    for (key, value) in mapping {
      let keyPosition = position(key.mark)
      guard case .scalar(let scalar) = key else {
        throw DocumentError("a name must be a text, not a list or mapping", at: keyPosition)
      }
      let converted = try convert(value, depth: depth + 1)
      if scalar.string == "<<", scalar.style == .plain {
        merged.append(contentsOf: try Self.mergeable(converted))
      } else {
        members.append(DocumentNode.Member(scalar.string, at: keyPosition, converted))
      }
    }
    return Self.merge(merged, into: members)
  }

  /// The mappings that `<<` names: one or a list of them.
  private static func mergeable(_ node: DocumentNode) throws(DocumentError) -> [DocumentNode] {
    switch node.content {
    case .mapping: return [node]
    case .sequence(let elements):
      for element in elements { _ = try mergeable(element) }
      return elements
    case .scalar: throw DocumentError("'<<' merges a mapping or a list of mappings", at: node.position)
    }
  }

  private static func merge(
    _ mappings: [DocumentNode], into members: [DocumentNode.Member]
  ) -> [DocumentNode.Member] {
    guard !mappings.isEmpty else { return members }
    var result = members
    var names = Set(members.map(\.key))
    for mapping in mappings {
      guard case .mapping(let others) = mapping.content else { continue }
      for member in others where names.insert(member.key).inserted { result.append(member) }
    }
    return result
  }

  private func position(_ mark: Mark?) -> SourcePosition {
    SourcePosition(mark, firstLine: firstLine)
  }

  /// A scalar's text and type: by its tag when it has one, by its look when it is plain.
  private func content(
    of scalar: Yams.Node.Scalar, at position: SourcePosition
  ) throws(DocumentError) -> DocumentNode.Content {
    let text = scalar.string
    switch scalar.tag.rawValue {
    case "": return .scalar(text, YAMLScalars.type(of: text))
    case "!", "tag:yaml.org,2002:str", "tag:yaml.org,2002:binary": return .scalar(text, .string)
    case "tag:yaml.org,2002:null": return .scalar(text, .null)
    case "tag:yaml.org,2002:bool" where YAMLScalars.type(of: text) == .boolean: return .scalar(text, .boolean)
    case "tag:yaml.org,2002:int" where YAMLScalars.type(of: text) == .integer: return .scalar(text, .integer)
    case "tag:yaml.org,2002:float" where [.integer, .real].contains(YAMLScalars.type(of: text)):
      return .scalar(text, .real)
    default:
      throw DocumentError(
        "the value \(text.debugDescription) does not fit its tag \(scalar.tag.rawValue)", at: position)
    }
  }
}

extension SourcePosition {
  /// Where Yams saw something in a part of a text.
  fileprivate init(_ mark: Mark?, firstLine: UInt32) {
    let line = UInt32(clamping: max(1, mark?.line ?? 1))
    self.init(line: firstLine &+ line - 1, column: UInt32(clamping: max(1, mark?.column ?? 1)))
  }
}

extension DocumentError {
  /// What Yams says, without the text around it.
  fileprivate init(yams error: any Error, firstLine: UInt32) {
    switch error as? YamlError {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
      .composer(let context, let problem, let mark, _):
      let what = context.map { "\($0.text): " } ?? ""
      self.init("this is not YAML: \(what)\(problem)", at: SourcePosition(mark, firstLine: firstLine))
    case .reader(let problem, _, let value, _):
      let what = value > 0 ? " (U+\(String(value, radix: 16, uppercase: true)))" : ""
      self.init("this is not YAML: \(problem)\(what)", at: SourcePosition(nil, firstLine: firstLine))
    case .duplicatedKeysInMapping(let names, let context):
      let list = names.map(\.debugDescription).joined(separator: ", ")
      self.init("given twice in one mapping: \(list)", at: SourcePosition(context.mark, firstLine: firstLine))
    default: self.init("this is not YAML: \(error)", at: SourcePosition(nil, firstLine: firstLine))
    }
  }
}
