import QueryEngine
import Testing

@testable import QueryStages

@Suite("health")
struct HealthTests {
  @Test("OK, until the process is about to stop")
  func page() async throws {
    let block = try Block("health {\n lameduck 5s\n}")
    #expect(block.setup.pages.map { "\($0.address)\($0.path)" } == ["[::]:8080/health"])
    #expect(block.setup.lameduck == .seconds(5))
    #expect(await block.page("/health") == HTTPReply(status: 200, body: "OK"))
    block.lameduck.turnOn()
    #expect(await block.page("/health")?.status == 503)
  }

  @Test(
    "Addresses and mistakes",
    arguments: [
      ("health 169.254.20.10:8080", nil), ("health :1 :2", "Corefile:2:11: 'health' takes 0 to 1 argument, not 2"),
      ("health {\n lameduk 5s\n}", "Corefile:3:2: unknown option 'lameduk'; did you mean 'lameduck'?"),
      ("health {\n lameduck\n}", "Corefile:3:2: 'lameduck' needs a duration"),
    ] as [(String, String?)])
  func errors(line: String, message: String?) {
    #expect(readError(line) == message)
  }
}
