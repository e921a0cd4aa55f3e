import Foundation
import Testing

/// What people type: dig, kdig and drill against the server.
@Suite("dig, kdig and drill")
struct ToolTests {
  /// A command line, with `{port}` for the server's port; and lines that its output has.
  struct Example: Sendable, CustomTestStringConvertible {
    var command: String
    var lines: [String]
    var testDescription: String { command }
  }

  static let examples = [
    Example(command: "dig @127.0.0.1 -p {port} +short web.shop.svc.cluster.local", lines: ["10.96.0.10"]),
    Example(command: "dig @127.0.0.1 -p {port} +short dual.shop.svc.cluster.local AAAA", lines: ["fd00:10:96::b"]),
    Example(
      command: "dig @127.0.0.1 -p {port} +short _http._tcp.web.shop.svc.cluster.local SRV",
      lines: ["0 100 80 web.shop.svc.cluster.local."]),
    Example(command: "dig @127.0.0.1 -p {port} +short -x 10.96.0.10", lines: ["web.shop.svc.cluster.local."]),
    Example(
      command: "dig @127.0.0.1 -p {port} +tcp +short db.shop.svc.cluster.local", lines: ["10.244.1.1", "10.244.1.2"]),
    Example(
      command: "dig @127.0.0.1 -p {port} +noall +comments gone.shop.svc.cluster.local", lines: ["status: NXDOMAIN"]),
    Example(command: "dig @127.0.0.1 -p {port} +cookie +short web.shop.svc.cluster.local", lines: ["10.96.0.10"]),
    Example(command: "kdig @127.0.0.1 -p {port} +short web.shop.svc.cluster.local", lines: ["10.96.0.10"]),
    Example(command: "kdig @127.0.0.1 -p {port} +edns=1 web.shop.svc.cluster.local", lines: ["ext-rcode: BADVERS"]),
    Example(
      command: "kdig @127.0.0.1 -p {port} +tcp +keepopen +short db-0.db.shop.svc.cluster.local", lines: ["10.244.1.1"]),
    Example(
      command: "drill -p {port} @127.0.0.1 web.shop.svc.cluster.local",
      lines: ["web.shop.svc.cluster.local.\t5\tIN\tA\t10.96.0.10"]),
  ]

  @Test("examples", arguments: examples)
  func run(_ example: Example) throws {
    let server = try ServerUnderTest.shared.get()
    let command = example.command.replacing("{port}", with: "\(server.endpoint.port)")
      .replacing("127.0.0.1", with: server.endpoint.address)
    let output = try Shell.output(command)
    for line in example.lines { #expect(output.contains(line), "\(command):\n\(output)") }
  }
}

/// Runs a command line with the shell.
enum Shell {
  /// What it says on both streams.
  static func output(_ command: String) throws -> String {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/sh")
    process.arguments = ["-c", command]
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = pipe
    process.standardInput = FileHandle.nullDevice
    try process.run()
    let data = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}
