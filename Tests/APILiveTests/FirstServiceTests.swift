import Foundation
import LiveServer
import Testing

extension LiveTests {
  /// The commands of docs/first-service.md, in its order, and what it says that they show.
  @Suite("docs/first-service.md", .serialized)
  struct FirstServiceTests {
    let folder: Scratch
    let dns: UInt16
    let api: UInt16

    init() throws {
      folder = try Scratch()
      dns = try Endpoint.free().port
      api = try Endpoint.free().port
    }

    /// The lines of the document's blocks of commands.
    private static let commands: [String] = {
      let path = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../docs/first-service.md")
      let text = (try? String(contentsOf: path, encoding: .utf8)) ?? ""
      let blocks = text.components(separatedBy: "```sh\n").dropFirst().map { $0.components(separatedBy: "```")[0] }
      return blocks.flatMap { $0.split(separator: "\n").map(String.init) }
    }()

    /// A command of the document with this test's program and ports.
    private func line(_ command: String) throws -> String {
      let program = try LiveServer.program()
      return
        command
        .replacingOccurrences(of: "^clusterdns", with: program, options: .regularExpression)
        .replacingOccurrences(of: "1053", with: "\(dns)").replacingOccurrences(of: "8001", with: "\(api)")
        .replacingOccurrences(of: "kubectl ", with: "KUBECONFIG=/dev/null HOME=. kubectl --cache-dir cache ")
    }

    private func start(_ command: String) throws -> Command {
      try folder.start("CLUSTERDNS_SERVER=http://127.0.0.1:\(api) exec \(try line(command)) 2>&1")
    }

    private func run(_ command: String) async throws -> String {
      try await folder.run("CLUSTERDNS_SERVER=http://127.0.0.1:\(api) \(try line(command)) 2>&1").output
    }

    /// Runs a command until what it prints is as wanted, for 30 s at most.
    private func run(_ command: String, until isWanted: (String) -> Bool) async throws -> String {
      let deadline = ContinuousClock.now + .seconds(30)
      var output = try await run(command)
      while !isWanted(output), ContinuousClock.now < deadline {
        try await Task.sleep(for: .milliseconds(100))
        output = try await run(command)
      }
      return output
    }

    @Test("from serve to two instances, through kill -9 and back")
    func walk() async throws {
      var commands = Self.commands
      try #require(commands.filter { $0.contains(" serve ") }.count == 2 && commands.contains("kill -9 %1"))
      var server = try start(commands.removeFirst())
      defer { server.stop() }
      #expect(await server.wait { $0.contains("API") }.contains("state"))

      var instances: [Command] = []
      defer { for instance in instances { instance.stop() } }
      while let command = commands.first, command.hasPrefix("clusterdns register") {
        commands.removeFirst()
        let instance = try start(command)
        instances.append(instance)
        #expect(
          await instance.wait { $0.contains("registered at") }.contains("registered at 10.1.0."), "\(instance.output)")
      }
      #expect(instances.count == 2)
      #expect(instances[0].output.contains("service/web created"))

      while let command = commands.first, !command.hasPrefix("kill") {
        commands.removeFirst()
        try await look(command)
      }
      let kill = commands.removeFirst()
      #expect(kill == "kill -9 %1")
      server.signal(SIGKILL)
      _ = await server.end()
      server = try start(commands.removeFirst())
      _ = await server.wait { $0.contains("API") }
      while let command = commands.first, !command.contains("delete") {
        commands.removeFirst()
        try await look(command)
      }
      for instance in instances {
        instance.signal(SIGINT)
        #expect(await instance.end().status == 0, "\(instance.output)")
        #expect(instance.output.contains("deregistered"))
      }
      #expect(try await run("clusterdns get pods -n shop").contains("No resources found"))
      for command in commands { #expect(try await run(command).contains("deleted"), "\(command)") }
    }

    /// Runs one of the commands that look, and checks what it shows.
    private func look(_ command: String) async throws {
      let tool = command.split(separator: " ").first.map(String.init) ?? ""
      guard tool == "clusterdns" || Tools.has(tool) else { return }
      let wanted: [String] =
        switch true {
        case command.contains("SRV"): ["8080 web.shop.svc.cluster.local."]
        case tool == "dig": ["10."]
        case command.contains("describe"): ["10.1.0.1:8080", "10.1.0.2:8080"]
        case command.contains("pods"): ["web-1", "web-2", "Running"]
        case command.contains("endpointslices"): ["10.1.0.1", "10.1.0.2"]
        default: ["web", "ClusterIP"]
        }
      let output = try await run(command) { output in wanted.allSatisfy(output.contains) }
      for text in wanted { #expect(output.contains(text), "\(command): \(output)") }
    }
  }
}
