import Foundation

/// The scenario files of the repository.
enum Corpus {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()

  /// Every scenario, in the order of its path; one that cannot be read is an error that a test reports.
  static let all: [Result<Scenario, any Error>] = files().map { file in
    let name = file.deletingPathExtension().path.dropFirst(root.path.count).drop { $0 == "/" }
    return Result { try Scenario(name: String(name), text: try String(contentsOf: file, encoding: .utf8)) }
      .mapError { ScenarioFileError(name: String(name), cause: $0) }
  }

  static let readable: [Scenario] = all.compactMap { try? $0.get() }

  static func defaultFile(_ name: String) throws -> String {
    try String(contentsOf: root.appending(path: "default/\(name)"), encoding: .utf8)
  }

  /// A file of docs/.
  static func document(_ name: String) throws -> String {
    try String(contentsOf: root.appending(path: "../../docs/\(name)"), encoding: .utf8)
  }

  private static func files() -> [URL] {
    let walk = FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil)
    let found = (walk?.compactMap { $0 as? URL } ?? []).filter { $0.pathExtension == "scenario" }
    return found.sorted { $0.path < $1.path }
  }
}

struct ScenarioFileError: Error, CustomStringConvertible {
  var name: String
  var cause: any Error
  var description: String { "\(name).scenario: \(cause)" }
}
