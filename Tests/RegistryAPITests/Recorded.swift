import ClusterModel
import Foundation

@testable import RegistryAPI

/// What a kube-apiserver 1.36 answered, recorded in Fixtures: columns and cells of tables, discovery, and the shapes of types.
enum Recorded {
  /// One recording of several.
  static func file(_ name: String) throws -> DocumentNode {
    let url = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Fixtures/\(name).json")
    return try parse(Array(try Data(contentsOf: url)))
  }
}

extension DocumentNode {
  /// The value as JSON whose members are in the order of their names, so that order does not tell two apart.
  var sortedJSON: String { sorted.json }

  private var sorted: DocumentNode {
    switch content {
    case .scalar: self
    case .sequence(let elements): DocumentNode(.sequence(elements.map(\.sorted)), at: .start)
    case .mapping(let members):
      DocumentNode(
        .mapping(
          members.sorted { $0.key < $1.key }.map { DocumentNode.Member($0.key, at: .start, $0.value.sorted) }),
        at: .start)
    }
  }

  /// The members of a mapping.
  var members: [DocumentNode.Member] {
    guard case .mapping(let members) = content else { return [] }
    return members
  }

  /// The texts of a list.
  var texts: [String] {
    elements("").compactMap(\.string)
  }
}
