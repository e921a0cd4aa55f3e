import Corefile
import Testing

@testable import QueryStages

@Suite("Examples in docs/directives.md")
struct DocumentationTests {
  private static let page: String = {
    let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    let bytes = (try? FileContents.read("/\(root)/docs/directives.md").bytes) ?? []
    return String(decoding: bytes, as: UTF8.self)
  }()

  /// What stands between lines with three back quotes.
  static let examples: [String] = page.split(separator: "```corefile\n").dropFirst().compactMap {
    $0.split(separator: "```", maxSplits: 1).first.map(String.init)
  }

  @Test("There are some")
  func present() { #expect(Self.examples.count >= 8) }

  @Test("Each example is read without an error", arguments: examples)
  func read(example: String) throws {
    let corefile = try Corefile.parse(example)
    #expect(!corefile.blocks.isEmpty)
    for block in corefile.blocks { _ = try Block(block) }
  }
}
