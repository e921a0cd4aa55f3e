import Testing

@testable import ClusterDiscovery

@Suite("Which of several sources is listened to") struct SourceChoiceTests {
  private typealias Action = SourceChoice.Action

  private func stale(_ update: EndpointUpdate) -> EndpointUpdate {
    update.map { set in
      var set = set
      set.staleSince = .now
      return set
    }
  }

  @Test("all are asked, the first good set wins, and the others are let go")
  func first() {
    var choice = SourceChoice(.firstAnswer, ["a", "b", "c"])
    #expect(choice.start() == [.begin(0, run: 1), .begin(1, run: 2), .begin(2, run: 3)])
    #expect(choice.take(failure(.unavailable), from: 0, run: 1).isEmpty)
    let good = webSet(1)
    #expect(choice.take(good, from: 1, run: 2) == [.end(0), .end(2), .say(good)])
    #expect(choice.take(webSet(9), from: 2, run: 3).isEmpty)
  }

  @Test("when the chosen one fails all are asked again; an error comes when all have one")
  func fails() {
    var choice = SourceChoice(.firstAnswer, ["a", "b"])
    _ = choice.start()
    _ = choice.take(webSet(1), from: 0, run: 1)
    #expect(choice.take(failure(.unavailable), from: 0, run: 1) == [.begin(1, run: 3)])
    let all = choice.take(failure(.notFound), from: 1, run: 3)
    guard case .say(.failure(let error))? = all.first else {
      Issue.record("\(all)")
      return
    }
    #expect(error.reason == .unavailable && error.message == "a: unavailable; b: notFound")
  }

  @Test("a target is not found when all say so")
  func notFound() {
    var choice = SourceChoice(.firstAnswer, ["a", "b"])
    _ = choice.start()
    _ = choice.take(failure(.notFound), from: 0, run: 1)
    guard case .say(.failure(let error))? = choice.take(failure(.notFound), from: 1, run: 2).first else {
      Issue.record("no error")
      return
    }
    #expect(error.reason == .notFound)
  }

  @Test("the fallback is asked when the primary fails, and let go when it is back")
  func fallback() {
    var choice = SourceChoice(.inOrder, ["primary", "fallback"])
    #expect(choice.start() == [.begin(0, run: 1)])
    #expect(choice.take(failure(.unavailable), from: 0, run: 1) == [.begin(1, run: 2)])
    let (second, first) = (webSet(2), webSet(1))
    #expect(choice.take(second, from: 1, run: 2) == [.say(second)])
    #expect(choice.take(first, from: 0, run: 1) == [.end(1), .say(first)])
  }

  @Test("the fallback is asked when the primary is silent for too long; its set is said meanwhile")
  func silence() {
    var choice = SourceChoice(.inOrder, ["primary", "fallback"])
    _ = choice.start()
    #expect(choice.waitedLongEnough() == [.begin(1, run: 2)])
    let second = webSet(2)
    #expect(choice.take(second, from: 1, run: 2) == [.say(second)])
  }

  @Test("a set that is vouched for counts more than a stale one, and that more than an error")
  func ranks() {
    var choice = SourceChoice(.inOrder, ["primary", "fallback"])
    _ = choice.start()
    let old = stale(webSet(1))
    #expect(choice.take(old, from: 0, run: 1) == [.begin(1, run: 2), .say(old)])
    #expect(choice.take(failure(.unavailable), from: 1, run: 2) == [.say(old)])
    let fresh = webSet(2)
    #expect(choice.take(fresh, from: 1, run: 2) == [.say(fresh)])
  }

  @Test("a set without endpoints is an answer")
  func empty() {
    var choice = SourceChoice(.inOrder, ["primary", "fallback"])
    _ = choice.start()
    let empty = webSet()
    #expect(choice.take(empty, from: 0, run: 1) == [.say(empty)])
  }
}

@Suite("Combined sources", .timeLimit(.minutes(1))) struct CombinedSourcesTests {
  @Test("a subscription moves to the fallback and back")
  func moves() async throws {
    let (primary, fallback) = (ToldSource("primary", webSet(1)), ToldSource("fallback", webSet(2)))
    let source = PrimaryWithFallback(primary, fallback: fallback, patience: .seconds(60))
    var updates = source.subscribe(to: webTarget).makeAsyncIterator()
    #expect(await updates.next()?.summary == "1")
    #expect(fallback.begun == 0)
    primary.tell(failure(.unavailable))
    #expect(await updates.read(until: "2"))
    primary.tell(webSet(3))
    #expect(await updates.read(until: "3"))
    await fallback.waitUntilIdle()
    #expect(try await source.lookup(webTarget).endpoints.count == 1)
  }

  @Test("a lookup of a silent primary is answered by the fallback")
  func silentPrimary() async throws {
    let source = PrimaryWithFallback(
      ToldSource("primary"), fallback: ToldSource("fallback", webSet(2)), patience: .milliseconds(10))
    #expect(EndpointUpdate.success(try await source.lookup(webTarget)).summary == "2")
  }

  @Test("a lookup of several sources gives the first set, or all their errors")
  func lookup() async throws {
    let (silent, good) = (ToldSource("silent"), ToldSource("good", webSet(1)))
    let (bad, worse) = (ToldSource("bad", failure(.notFound)), ToldSource("worse", failure(.denied)))
    #expect(EndpointUpdate.success(try await FirstAnswering([silent, bad, good]).lookup(webTarget)).summary == "1")
    let error = await #expect(throws: DiscoveryError.self) { try await FirstAnswering([bad, worse]).lookup(webTarget) }
    #expect(error?.reason == .denied && error?.message == "bad: notFound; worse: denied")
    await #expect(throws: DiscoveryError.self) { try await FirstAnswering([]).lookup(webTarget) }
  }

  @Test("a cancelled subscription ends those of all sources")
  func cancelled() async {
    let (a, b) = (ToldSource("a", failure(.unavailable)), ToldSource("b", failure(.unavailable)))
    let reader = Task {
      for await _ in FirstAnswering([a, b]).subscribe(to: webTarget) { withUnsafeCurrentTask { $0?.cancel() } }
    }
    await reader.value
    await a.waitUntilIdle()
    await b.waitUntilIdle()
    #expect(a.begun == 1 && b.begun == 1)
  }
}
