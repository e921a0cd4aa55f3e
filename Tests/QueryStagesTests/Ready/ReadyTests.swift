import QueryEngine
import Synchronization
import Testing

@testable import QueryStages

@Suite("ready")
struct ReadyTests {
  private final class Check: ReadinessCheck {
    let name: String
    let ready = Atomic(false)
    var isReady: Bool { ready.load(ordering: .relaxed) }

    init(_ name: String) { self.name = name }
  }

  @Test("The names of those that are not ready, each once, sorted")
  func names() {
    let list = ReadinessList(asksAlways: false)
    let checks = ["kubernetes", "etcd", "kubernetes"].map(Check.init)
    list.set(checks)
    #expect(list.notReady() == ["etcd", "kubernetes"])
    for check in checks { check.ready.store(true, ordering: .relaxed) }
    #expect(list.notReady() == [])
  }

  @Test("Who was ready once is asked again only with `monitor continuously`", arguments: [false, true])
  func monitoring(asksAlways: Bool) {
    let list = ReadinessList(asksAlways: asksAlways)
    let check = Check("kubernetes")
    check.ready.store(true, ordering: .relaxed)
    list.set([check])
    #expect(list.notReady() == [])
    check.ready.store(false, ordering: .relaxed)
    #expect(list.notReady() == (asksAlways ? ["kubernetes"] : []))
  }

  @Test("The page, before and during a stop")
  func page() async throws {
    let block = try Block("ready")
    #expect(block.setup.pages.map { "\($0.address)\($0.path)" } == ["[::]:8181/ready"])
    #expect(await block.page("/ready") == HTTPReply(status: 200, body: "OK"))
    block.lameduck.turnOn()
    #expect(await block.page("/ready") == HTTPReply(status: 503, body: "Shutting down"))
    #expect(Ready.reply(isLameduck: false, waiting: ["a", "b"]) == HTTPReply(status: 503, body: "a,b"))
  }

  @Test(
    "Mistakes",
    arguments: [
      ("ready localhost:8181 {\n monitor continuously\n}", nil), ("ready {\n monitor until-ready\n}", nil),
      (
        "ready {\n monitor sometimes\n}",
        "Corefile:3:10: unknown kind of monitoring 'sometimes'; there is until-ready, continuously"
      ),
      (
        "ready 8181",
        "Corefile:2:7: an address to listen at is expected instead of '8181'; write it like :8080, 127.0.0.1:8080 or localhost:8080"
      ),
    ] as [(String, String?)])
  func errors(line: String, message: String?) {
    #expect(readError(line) == message)
  }
}
