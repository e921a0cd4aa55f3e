import Corefile
import NetworkAddresses
import Testing

@testable import QueryStages

@Suite("bind")
struct BindTests {
  private static let interfaces = [
    ("lo", "127.0.0.1"), ("lo", "::1"), ("eth0", "10.0.0.5"), ("eth0", "fe80::1"), ("eth0", "fd00::5"),
  ].compactMap { name, text in IPAddress(text).map { NetworkInterface(name: name, address: $0) } }

  private func addresses(_ line: String) throws -> [String] {
    let directive = try Corefile.parse(". {\n\(line)\n}\n").blocks[0].directives[0]
    return try Bind.addresses(directive, Self.interfaces).map(\.description)
  }

  @Test(
    "Addresses and interfaces, without those excepted and without link-local ones of interfaces",
    arguments: [
      ("bind 127.0.0.1 ::1", ["127.0.0.1", "::1"]), ("bind lo", ["127.0.0.1", "::1"]),
      ("bind eth0", ["10.0.0.5", "fd00::5"]),
      ("bind lo {\n except 127.0.0.1\n}", ["::1"]), ("bind lo eth0 {\n except eth0\n}", ["127.0.0.1", "::1"]),
      ("bind 169.254.20.10", ["169.254.20.10"]),
    ] as [(String, [String])])
  func list(line: String, expected: [String]) throws {
    #expect(try addresses(line) == expected)
  }

  @Test(
    "What is no address stops the start",
    arguments: [
      ("bind", "Corefile:2:1: 'bind' takes at least 1 argument, not 0"),
      ("bind eth1", "Corefile:2:6: 'eth1' is neither an address nor an interface; the interfaces are eth0, lo"),
      ("bind lo {\n except lo\n}", "Corefile:2:1: no address is left to listen at"),
      ("bind lo {\n exept lo\n}", "Corefile:3:2: unknown option 'exept'; did you mean 'except'?"),
    ])
  func errors(line: String, message: String) {
    #expect(throws: CorefileError.self) { try addresses(line) }
    #expect((try? addresses(line)) == nil)
    do { _ = try addresses(line) } catch { #expect("\(error)" == message) }
  }

  @Test("Several lines add up, each address once; the host's own interfaces are known")
  func lines() throws {
    let block = try Block("bind 127.0.0.1\nbind lo 127.0.0.1")
    #expect(block.setup.bindAddresses.first == .v4(.loopback))
    #expect(block.setup.bindAddresses.count(where: { $0 == .v4(.loopback) }) == 1)
  }
}
