import Testing

@testable import QueryStages

@Suite("root")
struct RootTests {
  @Test("Relative files start from the folder, absolute ones do not")
  func paths() throws {
    let block = try Block("root /tmp")
    #expect(block.setup.path(of: "db") == "/tmp/db")
    #expect(block.setup.path(of: "/etc/hosts") == "/etc/hosts")
    #expect(try Block("whoami").setup.path(of: "db") == "./db")
  }

  @Test("A folder that is missing is a warning")
  func missing() throws {
    let block = try Block("root /nowhere/at/all")
    #expect(block.log.lines == ["warning plugin/root: Root path does not exist: /nowhere/at/all"])
  }
}
