import Foundation
import Testing

/// docs/security.md names a test for each threat; this looks whether they are there.
@Suite("The page of threats")
struct SecurityPageTests {
  private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")

  private static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  @Test("each threat has a test, and each test that is named is there")
  func tests() throws {
    let rows = try Self.text("docs/security.md").split(separator: "\n").filter { $0.hasPrefix("| ") }
      .map { $0.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) } }
      .filter { $0.first != "threat" }
    #expect(rows.count > 25)
    for row in rows {
      let threat = row.first ?? ""
      let files = try #require(row.count == 3 ? row.last : nil, "\(row)").components(separatedBy: ";")
      for file in files {
        let parts = file.components(separatedBy: ":")
        let names = try #require(parts.count == 2 ? parts.last : nil, "\(threat): \(file)").quoted
        let path = try #require(parts[0].quoted.first, "\(threat): \(file)")
        let source = try Self.text(path)
        #expect(!names.isEmpty, "\(threat): \(file)")
        for name in names { #expect(source.contains("func \(name)("), "\(threat): \(path) has no test \(name)") }
      }
    }
  }
}

extension String {
  /// The parts between backticks.
  fileprivate var quoted: [String] {
    components(separatedBy: "`").enumerated().compactMap { $0.offset % 2 == 1 ? $0.element : nil }
  }
}
