import Foundation
import Testing

/// The questions of zones/README.md bring the answers that stand there.
@Suite("Examples of the demo cluster")
struct ExampleTests {
  /// A command line of the document, and the lines below it.
  struct Example: Sendable, CustomTestStringConvertible {
    var command: String
    var output: [String]
    var testDescription: String { command }
  }

  private static let zones = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../zones")

  static let examples: [Example] = {
    let text = (try? String(contentsOf: zones.appending(path: "README.md"), encoding: .utf8)) ?? ""
    var examples: [Example] = []
    var isOpen = false
    for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("    $ dig ") {
        examples.append(Example(command: String(line.dropFirst(6)), output: []))
        isOpen = true
      } else if line.hasPrefix("    "), isOpen {
        examples[examples.count - 1].output.append(words(line))
      } else {
        isOpen = false
      }
    }
    return examples
  }()

  /// The demo as `make run` starts it, but for its ports.
  private static let server = Result { () throws -> ServerUnderTest in
    let server = try ServerUnderTest()
    for file in try FileManager.default.contentsOfDirectory(atPath: zones.path) where file != "README.md" {
      try server.write("zones/\(file)", try String(contentsOf: zones.appending(path: file), encoding: .utf8))
    }
    var corefile = try String(contentsOf: zones.appending(path: "Corefile"), encoding: .utf8)
    for (fixed, free) in [
      ("127.0.0.1:8080", "127.0.0.1:{port:health}"), ("127.0.0.1:8181", "127.0.0.1:{port:ready}"),
      ("127.0.0.1:9153", "127.0.0.1:{port:metrics}"), ("/etc/resolv.conf", "127.0.0.1:{port:nobody}"),
    ] { corefile = corefile.replacing(fixed, with: free) }
    try server.write("Corefile", corefile)
    try server.write("cluster.yaml", try String(contentsOf: zones.appending(path: "cluster.yaml"), encoding: .utf8))
    try server.start()
    return server
  }

  @Test("there are examples")
  func some() { #expect(Self.examples.count > 10) }

  @Test("examples", .enabled(if: ServerUnderTest.named == nil), arguments: examples)
  func run(_ example: Example) throws {
    let port = try Self.server.get().endpoint.port
    let output = try Shell.output(example.command.replacing("-p 1053", with: "-p \(port)"))
    let lines = output.split(separator: "\n").map(Self.words)
    #expect(lines.map(Self.withoutTTL).sorted() == example.output.map(Self.withoutTTL).sorted(), "\(output)")
    for (said, written) in zip(lines.sorted(), example.output.sorted()) {
      if let ttl = Self.ttl(said), let most = Self.ttl(written) { #expect(ttl <= most, "\(said)") }
    }
  }

  private static func words(_ line: some StringProtocol) -> String {
    line.split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }

  private static func ttl(_ record: String) -> UInt32? {
    let fields = record.split(separator: " ")
    return fields.count > 4 ? UInt32(fields[1]) : nil
  }

  private static func withoutTTL(_ record: String) -> String {
    var fields = record.split(separator: " ")
    if ttl(record) != nil { fields.remove(at: 1) }
    return fields.joined(separator: " ")
  }
}
