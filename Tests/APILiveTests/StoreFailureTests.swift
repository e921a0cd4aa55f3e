import Foundation
import LiveServer
import Testing

extension LiveTests {
  /// The built program on a disk that is full.
  @Suite("a full disk", .serialized)
  struct StoreFailureTests {
    /// A folder of the shell's own with a disk of so many KiB in it, where the system lets a user make one.
    private static func shell(_ size: Int, _ line: String) -> String {
      "mkdir -p disk; exec unshare -rm sh -c 'mount -t tmpfs -o size=\(size)k tmpfs disk && exec \(line)' 2>&1"
    }

    @Test("it is said in the log once, counted, and refused writes say so")
    func full() async throws {
      let folder = try Scratch()
      guard Tools.has("curl") else { return }
      guard try await folder.run(Self.shell(64, "true")).status == 0 else {
        return print("SKIPPED: no disk can be made here (unshare), so what a full one does was not tested")
      }
      let (api, dns) = (try Endpoint.free().port, try Endpoint.free().port)
      try folder.write("Corefile", ".:\(dns) {\n bind 127.0.0.1\n kubernetes cluster.local\n}\n".utf8)
      let server = try folder.start(
        Self.shell(
          2048, "\(try LiveServer.program()) serve --conf Corefile --data disk/state --api 127.0.0.1:\(api)"))
      defer { server.stop() }
      #expect(await server.wait { $0.contains("API") }.contains("API"))

      let note = String(repeating: "x", count: 200_000)
      var refused = 0
      for number in 0..<40 {
        let body = #"{"metadata":{"name":"n\#(number)","annotations":{"note":"\#(note)"}}}"#
        try folder.write("body", body.utf8)
        let answer = try await folder.run(
          "curl -s -H 'Content-Type: application/json' --data-binary @body http://127.0.0.1:\(api)/api/v1/namespaces")
        if answer.output.contains("the disk is full") { refused += 1 }
      }
      #expect(refused >= 2)
      let lines = server.output.split(separator: "\n").filter { $0.contains("the disk is full") }
      #expect(lines.filter { $0.hasPrefix("[ERROR] registry: changes are refused") }.count == 1, "\(lines)")
      let metrics = try await folder.run("curl -s http://127.0.0.1:\(api)/clusterdns/v1/metrics").output
      #expect(metrics.contains("clusterdns_registry_store_failing 1\n"))
      let count = metrics.components(separatedBy: "\nclusterdns_registry_store_refused_total ").dropFirst().first
      #expect(try #require(count.flatMap { Int($0.prefix { $0.isNumber }) }) >= refused)
    }
  }
}
