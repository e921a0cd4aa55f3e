import LiveServer
import Testing

extension Threats {
  /// Corefiles and manifests that are no such thing.
  @Suite("documents") struct Documents {
    struct Document: CustomTestStringConvertible {
      let testDescription: String
      let bytes: [UInt8]

      init(_ name: String, _ text: String) {
        testDescription = name
        bytes = Array(text.utf8)
      }

      init(_ name: String, bytes: [UInt8]) {
        testDescription = name
        self.bytes = bytes
      }
    }

    @Test(
      "a Corefile that cannot be read ends the program with status 2 and one line that says where",
      arguments: [
        Document("binary", bytes: (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 167 &+ $0 >> 3) }),
        Document("100 MB", bytes: [UInt8](repeating: 97, count: 100 << 20)),
        Document("deep", String(repeating: "{", count: 500_000)), Document("imports itself", "import Corefile\n"),
        Document("imports without end", "import /dev/zero\n"),
        Document(
          "imports that double",
          (0..<40).map { "(a\($0)) {\n import a\($0 + 1)\n import a\($0 + 1)\n}\n" }.joined()
            + "(a40) {\n errors\n}\n. {\n import a0\n}\n"),
        Document("never closed", ". {\n forward . \""),
        Document("a port out of range", ".:99999999999999999999 {\n}\n"),
      ])
    func corefiles(corefile: Document) throws {
      let (status, output) = try LiveServer.run(["check", "--conf", "Corefile"], files: ["Corefile": corefile.bytes])
      #expect(status == 2)
      #expect(output.contains(":1:") || output.contains(":2:") || output.contains(":158:"), "\(output.prefix(400))")
      #expect(output.utf8.count < 2_000)
    }

    @Test(
      "manifests that cannot be read are refused with their place",
      arguments: [
        Document("empty", ""), Document("binary", bytes: (0..<20_000).map { UInt8(truncatingIfNeeded: $0 &* 167) }),
        Document("100 MB", bytes: [UInt8](repeating: 97, count: 100 << 20)),
        Document("deep flow", String(repeating: "[", count: 200_000)),
        Document("deep JSON", String(repeating: "{\"a\":", count: 200_000)),
        Document("deep block", (0..<1_500).map { String(repeating: " ", count: $0) + "a:\n" }.joined()),
        Document(
          "alias bomb",
          "a0: &a0 [x, x, x, x, x, x, x, x, x]\n"
            + (1..<14).map { "a\($0): &a\($0) [\(repeatElement("*a\($0 - 1)", count: 9).joined(separator: ", "))]\n" }
            .joined()),
        Document("alias of itself", "a: &a [*a]\n"),
        Document(
          "a port out of range",
          "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: b}\nspec: {ports: [{port: 99999999999999999999}]}\n"
        ),
        Document(
          "a name that is none",
          "apiVersion: v1\nkind: Service\nmetadata: {name: A_B, namespace: b}\nspec: {ports: [{port: 80}]}\n"),
      ])
    func manifests(manifest: Document) throws {
      let (status, output) = try LiveServer.run(
        ["check", "--conf", "Corefile", "--manifests", "m.yaml"],
        files: ["Corefile": Array(". {\n kubernetes cluster.local\n}\n".utf8), "m.yaml": manifest.bytes])
      #expect(status == 2)
      #expect(output.contains("m.yaml:"), "\(output.prefix(400))")
      #expect(output.utf8.count < 4_000)
    }
  }
}
