import Testing

@testable import QueryStages

@Suite("reload")
struct ReloadTests {
  @Test(
    "Interval and jitter",
    arguments: [
      ("", nil), ("reload off", nil), ("reload", ReloadSettings(interval: .seconds(30), jitter: .seconds(15))),
      ("reload 10s", ReloadSettings(interval: .seconds(10), jitter: .seconds(5))),
      ("reload 1m 1s", ReloadSettings(interval: .seconds(60), jitter: .seconds(1))),
    ] as [(String, ReloadSettings?)])
  func settings(line: String, settings: ReloadSettings?) throws {
    #expect(try Block(line).setup.reload == settings)
  }

  @Test(
    "Out of range",
    arguments: ["reload 1s", "reload 10s 500ms", "reload x", "reload 1m 1m 1m", "reload off 1s", "reload {\n}"])
  func errors(line: String) {
    #expect(readError(line) != nil)
  }
}
