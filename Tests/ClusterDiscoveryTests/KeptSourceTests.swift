import Synchronization
import Testing

@testable import ClusterDiscovery

@Suite("What is told of a kept target") struct KeptCourseTests {
  private let start = ContinuousClock.now
  private func course() -> KeptCourse { KeptCourse(webTarget, maximumAge: .seconds(100)) }
  private func at(_ seconds: Int) -> ContinuousClock.Instant { start + .seconds(seconds) }

  @Test(
    "a good set goes on, stale, when the source is away, up to the limit; then it is too old; then it is good again")
  func ages() throws {
    var course = course()
    #expect(course.verdict(at: at(0)) == nil)
    course.take(webSet(1), at: at(0))
    #expect(course.verdict(at: at(0))?.summary == "1")
    // It was good all the time until the source went away.
    course.take(failure(.unavailable), at: at(500))
    let stale = try #require(course.verdict(at: at(600))).get()
    #expect(stale.staleSince == at(500))
    #expect(course.verdict(at: at(600))?.summary == "stale 1")
    guard case .failure(let error)? = course.verdict(at: at(601)) else {
      Issue.record("still served")
      return
    }
    #expect(error.reason == .tooOld && error.message.contains("unavailable"))
    course.take(webSet(2), at: at(700))
    #expect(course.verdict(at: at(700))?.summary == "2")
  }

  @Test(
    "an error that goes on does not make the set younger",
    arguments: [DiscoveryError.Reason.malformed, .denied, .unavailable])
  func errors(reason: DiscoveryError.Reason) {
    var course = course()
    course.take(webSet(1), at: at(0))
    for second in [1, 50, 101] { course.take(failure(reason), at: at(second)) }
    #expect(course.verdict(at: at(101))?.summary == "stale 1")
    #expect(course.verdict(at: at(102))?.summary == "tooOld")
  }

  @Test("that a target is not there is believed at once, and what was kept is not wanted any more")
  func notFound() throws {
    var course = course()
    course.take(webSet(1), at: at(0))
    course.take(failure(.notFound), at: at(1))
    #expect(course.verdict(at: at(1))?.summary == "notFound")
    course.restore(KeptCourse.Kept(set: try webSet(1).get(), goodAt: at(0)))
    #expect(course.verdict(at: at(1))?.summary == "notFound")
  }

  @Test("what an earlier process knew is told while the source is silent or away, and not when it answers")
  func restored() throws {
    var course = course()
    let kept = KeptCourse.Kept(set: try webSet(7).get(), goodAt: at(-50))
    course.restore(kept)
    #expect(course.verdict(at: at(0))?.summary == "stale 7")
    #expect(course.verdict(at: at(51))?.summary == "tooOld")
    course.take(webSet(1), at: at(60))
    course.restore(kept)
    #expect(course.verdict(at: at(60))?.summary == "1")
  }
}

@Suite("A source whose sets are kept", .timeLimit(.minutes(1))) struct KeptSourceTests {
  private final class Reports: Sendable {
    private let all = Mutex<[String]>([])
    var list: [String] { all.withLock { $0 } }
    func add(_ error: DiscoveryError) { all.withLock { $0.append(error.message) } }
  }

  private static let file = "_http._tcp.web.shop.svc.cluster.local.json"

  private func kept(
    _ source: any DiscoverySource, _ folder: TemporaryFolder, _ reports: Reports = Reports(),
    maximumAge: Duration = .seconds(3600)
  ) throws -> KeptSource {
    try KeptSource(
      wrapping: source, folder: folder.path, maximumAge: maximumAge, patience: .milliseconds(20), report: reports.add)
  }

  @Test("a set outlives the process, and is given, with its age, when the source is away or silent")
  func outlives() async throws {
    let folder = try TemporaryFolder()
    _ = try await kept(ToldSource("good", webSet(1, 2)), folder).lookup(webTarget)
    #expect(folder.names == [Self.file])
    for source in [ToldSource("away", failure(.unavailable)), ToldSource("silent")] {
      let set = try await kept(source, folder).lookup(webTarget)
      #expect(EndpointUpdate.success(set).summary == "stale 1 2")
      #expect(set.age() < .seconds(3600))
      var updates = try kept(source, folder).subscribe(to: webTarget).makeAsyncIterator()
      #expect(await updates.next()?.summary == "stale 1 2")
    }
  }

  @Test("a subscription goes from good to stale to good, and leaves its set behind when it ends")
  func subscription() async throws {
    let folder = try TemporaryFolder()
    let told = ToldSource("told", webSet(1))
    do {
      var updates = try kept(told, folder).subscribe(to: webTarget).makeAsyncIterator()
      #expect(await updates.next()?.summary == "1")
      told.tell(failure(.unavailable))
      #expect(await updates.next()?.summary == "stale 1")
      told.tell(webSet(2))
      #expect(await updates.next()?.summary == "2")
    }
    await told.waitUntilIdle()
    while folder.text(of: Self.file)?.contains("10.0.0.2:80") != true { await Task.yield() }
    #expect(folder.names.contains(Self.file))
  }

  @Test("a set that has become too old is said to be")
  func tooOld() async throws {
    let folder = try TemporaryFolder()
    let told = ToldSource("told", webSet(1))
    var updates = try kept(told, folder, maximumAge: .milliseconds(50)).subscribe(to: webTarget).makeAsyncIterator()
    #expect(await updates.next()?.summary == "1")
    told.tell(failure(.unavailable))
    #expect(await updates.read(until: "tooOld"))
  }

  @Test("a target that is no more takes its file with it")
  func gone() async throws {
    let folder = try TemporaryFolder()
    _ = try await kept(ToldSource("good", webSet(1)), folder).lookup(webTarget)
    let gone = try kept(ToldSource("gone", failure(.notFound)), folder)
    await #expect(throws: DiscoveryError.self) { try await gone.lookup(webTarget) }
    #expect(folder.names.isEmpty)
  }

  @Test(
    "a damaged file is reported with its place, left as it is, and replaced by the next good set",
    arguments: [
      "", "{", "[]", "{\"target\": \"other\"}", "{\"target\":\"_http._tcp.web.shop.svc.cluster.local\"}",
      "{\"target\":\"_http._tcp.web.shop.svc.cluster.local\",\"goodAt\":-1,\"endpoints\":[]}",
      "{\"target\":\"_http._tcp.web.shop.svc.cluster.local\",\"goodAt\":1,\"endpoints\":[7]}", "\u{0}\u{1}",
    ])
  func damaged(text: String) async throws {
    let (folder, reports) = (try TemporaryFolder(), Reports())
    try folder.put(text, in: Self.file)
    let told = ToldSource("told", failure(.unavailable))
    let source = try kept(told, folder, reports)
    let error = await #expect(throws: DiscoveryError.self) { try await source.lookup(webTarget) }
    #expect(error?.reason == .unavailable)
    #expect(reports.list.count == 1 && reports.list[0].contains("\(Self.file):1:"), "\(reports.list)")
    #expect(folder.text(of: Self.file) == text)
    told.tell(webSet(1))
    _ = try await source.lookup(webTarget)
    #expect(folder.text(of: Self.file)?.contains("10.0.0.1:80") == true)
  }

  @Test("a time to come, from a wall clock that was set back, counts as now; one long ago is too old")
  func clocks() async throws {
    let folder = try TemporaryFolder()
    let away = ToldSource("away", failure(.unavailable))
    func put(_ time: String) throws {
      try folder.put(
        "{\"target\":\"_http._tcp.web.shop.svc.cluster.local\",\"goodAt\":\(time),\"endpoints\":[\"10.0.0.1:80\"]}",
        in: Self.file)
    }
    try put("9000000000000")
    let set = try await kept(away, folder).lookup(webTarget)
    #expect(set.staleSince != nil && set.age() < .seconds(60))
    try put("1")
    let error = await #expect(throws: DiscoveryError.self) { try await kept(away, folder).lookup(webTarget) }
    #expect(error?.reason == .tooOld)
    try put("9223372036854775807")
    #expect(try await kept(away, folder).lookup(webTarget).endpoints.count == 1)
  }

  @Test("what cannot be written is reported, and the sets go through all the same")
  func unwritable() async throws {
    let (folder, reports) = (try TemporaryFolder(), Reports())
    let source = try kept(ToldSource("good", webSet(1)), folder, reports)
    try folder.makeFolder(Self.file)
    #expect(try await source.lookup(webTarget).endpoints.count == 1)
    #expect(reports.list.contains { $0.contains("cannot be written") }, "\(reports.list)")
    let error = #expect(throws: DiscoveryError.self) {
      try KeptSource(wrapping: ToldSource(), folder: "/dev/null/kept") { _ in }
    }
    #expect(error?.message.contains("/dev/null") == true)
  }
}
