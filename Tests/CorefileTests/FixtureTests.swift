import Glibc
import Testing

@testable import Corefile

/// The configurations that distributions ship, and what users add to them.
private let fixtures = [
  "Base", "kubeadm", "deployment", "helm", "kops", "k3s", "aks", "eks", "openshift", "talos", "microk8s", "gardener",
  "kubespray", "scaleway", "minikube", "nodelocaldns", "additions",
]

private func path(_ name: String) -> String {
  #filePath.replacing("FixtureTests.swift", with: "Fixtures/\(name).corefile")
}

@Suite("Corefile: what distributions ship")
struct FixtureTests {
  @Test("Each is read from the disk", arguments: fixtures)
  func load(name: String) throws {
    let file = try Corefile.load(path: path(name), environment: [:])
    #expect(!file.blocks.isEmpty)
    #expect(file.files == [path(name)])
  }

  @Test("What kubeadm's says")
  func kubeadm() throws {
    let file = try Corefile.load(path: path("kubeadm"), environment: [:])
    let block = try #require(file.blocks.first)
    #expect(block.keys.map(\.description) == ["dns://.:53"])
    #expect(
      block.directives.map(\.name.text) == [
        "errors", "health", "ready", "kubernetes", "prometheus", "forward", "cache", "loop", "reload", "loadbalance",
      ])
    let kubernetes = block.directives(named: "kubernetes")[0]
    #expect(kubernetes.arguments.map(\.text) == ["cluster.local", "in-addr.arpa", "ip6.arpa"])
    #expect(kubernetes.options.map(\.name.text) == ["pods", "fallthrough", "ttl"])
    #expect(try kubernetes.options[2].onlyArgument().integer(in: 0...3600) == 30)
    #expect(kubernetes.options[2].arguments[0].location.description == "\(path("kubeadm")):10:13")
  }

  @Test("NodeLocal DNSCache's four blocks")
  func nodeLocal() throws {
    let file = try Corefile.load(path: path("nodelocaldns"), environment: [:])
    #expect(file.blocks.map { $0.keys[0].zone } == ["cluster.local.", "in-addr.arpa.", "ip6.arpa.", "."])
  }

  @Test("Snippets with arguments, prefixes and views")
  func additions() throws {
    let file = try Corefile.load(path: path("additions"), environment: [:])
    #expect(file.blocks.map(\.keys.count) == [130, 1, 1, 1])
    #expect(file.blocks[0].directives[1].options[0].arguments[0].text == "sequential")
    #expect(file.blocks[2].directives[3].options[1].arguments[0].text.hasPrefix("{{ .Name }} 60 IN A 10.0.") == true)
  }

  @Test("Every beginning of each is read or refused, and never more than an error", arguments: fixtures)
  func truncated(name: String) throws {
    let bytes = try FileLoader.disk.read(path(name))
    for length in 0..<bytes.count {
      _ = try? Corefile.parse(Array(bytes[..<length]), file: name, loader: .memory([:]))
    }
  }

  @Test("Each with a byte changed, doubled or taken out is read or refused", arguments: fixtures)
  func mutated(name: String) throws {
    let bytes = try FileLoader.disk.read(path(name))
    let replacements: [UInt8] = Array("{}\"\\#\n ,:/$%()*.0\u{0}\u{7F}".utf8) + [0xFF]
    for index in bytes.indices {
      var changed = bytes
      changed[index] = replacements[index % replacements.count]
      _ = try? Corefile.parse(changed, file: name, environment: ["": "", "a": "{"], loader: .memory([:]))
      changed.insert(changed[index], at: index)
      _ = try? Corefile.parse(changed, file: name, loader: .memory([:]))
      changed.removeSubrange(index...min(index + 2, changed.count - 1))
      _ = try? Corefile.parse(changed, file: name, loader: .memory([:]))
    }
  }
}

@Suite("Corefile: files on the disk")
struct DiskTests {
  /// Makes a folder with files, hands over its path, and removes it.
  private func withFolder(_ files: [String: String], _ body: (String) throws -> Void) throws {
    var template = Array("/tmp/corefile-test-XXXXXX".utf8CString)
    let folder = try #require(
      template.withUnsafeMutableBufferPointer { mkdtemp($0.baseAddress!) }.map { String(cString: $0) })
    mkdir(folder + "/custom", 0o700)
    mkdir(folder + "/custom/folder.override", 0o700)
    for (name, text) in files {
      let file = try #require(fopen(folder + "/" + name, "w"))
      fputs(text, file)
      fclose(file)
    }
    defer {
      for name in files.keys { unlink(folder + "/" + name) }
      for name in ["/custom/folder.override", "/custom", ""] { rmdir(folder + name) }
    }
    try body(folder)
  }

  @Test("A pattern finds files in order, without folders and hidden ones")
  func patterns() throws {
    let files = [
      "Corefile": ". {\n import custom/*.override\n}", "custom/b.override": "two", "custom/a.override": "one",
      "custom/.hidden.override": "never",
    ]
    try withFolder(files) { folder in
      let file = try Corefile.load(path: folder + "/Corefile", environment: [:])
      #expect(file.blocks[0].directives.map(\.name.text) == ["one", "two"])
      #expect(file.files == ["/Corefile", "/custom/a.override", "/custom/b.override"].map { folder + $0 })
    }
  }

  @Test("What cannot be read says why")
  func unreadable() throws {
    try withFolder(["Corefile": ". {\n import custom\n}"]) { folder in
      #expect(
        problem { () throws(CorefileError) in _ = try Corefile.load(path: folder + "/none", environment: [:]) }
          == "\(folder)/none:1:1: the Corefile cannot be read: No such file or directory")
      #expect(
        problem { () throws(CorefileError) in _ = try Corefile.load(path: folder, environment: [:]) }
          == "\(folder):1:1: the Corefile cannot be read: Is a directory")
      #expect(
        problem { () throws(CorefileError) in _ = try Corefile.load(path: folder + "/Corefile", environment: [:]) }
          == "\(folder)/Corefile:2:9: '\(folder)/custom' cannot be imported: Is a directory")
    }
  }

  @Test("A file without an end is read no further than 1 MiB")
  func endless() {
    #expect(
      problem { () throws(CorefileError) in _ = try Corefile.load(path: "/dev/zero", environment: [:]) }
        == "/dev/zero:1:1: the file is larger than 1 MiB")
  }
}
