import Foundation
import LiveServer
import Testing

extension LiveTests {
  /// Every command of the pages about kubectl, and what it says.
  @Suite("kubectl: the pages", .enabled(if: Tools.has("kubectl")))
  struct KubectlPageTests {
    private let folder: Scratch
    private let api: LiveAPI

    init() throws {
      folder = try Scratch()
      api = try LiveAPI(in: folder, manifests: nil)
    }

    @Test("in docs", arguments: ["kubectl.md", "kubectl-apply.md"])
    func page(_ name: String) async throws {
      let page = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/\(name)")
      for step in PageSession(markdown: try String(contentsOf: page, encoding: .utf8)).steps {
        switch step {
        case .file(let name, let content): try folder.write(name, content.utf8)
        case .command(let command, let expected, let line):
          let found = try await run(command).wordLines
          let wanted = expected.joined(separator: "\n").wordLines
          let fits = found.count == wanted.count && zip(found, wanted).allSatisfy { $0.fits($1) }
          #expect(fits, "\(name), line \(line): \(command)\nexpected: \(wanted)\nfound: \(found)")
        }
      }
      #expect(api.server.isRunning)
    }

    /// What a command says, on both ways out, as if the server were where the page has it.
    private func run(_ command: String) async throws -> String {
      let line = "export HOME=\"$PWD\" KUBECONFIG=\"$PWD/kubeconfig\"; \(command)"
      return try await folder.run(line.replacing("127.0.0.1:8001", with: "127.0.0.1:\(api.port)")).output
        .replacing("127.0.0.1:\(api.port)", with: "127.0.0.1:8001")
    }
  }
}
