import ClusterDiscovery
import Testing

@Suite("Shared subscriptions", .timeLimit(.minutes(1))) struct SharedSourceTests {
  @Test("readers share one subscription, who comes later gets what is newest, and it ends with the last reader")
  func shares() async {
    let told = ToldSource("told", webSet(1))
    let source = SharedSource(told)
    do {
      var first = source.subscribe(to: webTarget).makeAsyncIterator()
      #expect(await first.next()?.summary == "1")
      told.tell(webSet(2))
      #expect(await first.next()?.summary == "2")
      do {
        var second = source.subscribe(to: webTarget).makeAsyncIterator()
        #expect(await second.next()?.summary == "2")
      }
      told.tell(failure(.unavailable))
      #expect(await first.next()?.summary == "unavailable")
      #expect(told.begun == 1)
    }
    await told.waitUntilIdle()
    var third = source.subscribe(to: webTarget).makeAsyncIterator()
    #expect(await third.next()?.summary == "unavailable")
    #expect(told.begun == 2)
  }

  @Test("1,000 readers that are cancelled at once leave no subscription")
  func thousand() async {
    let told = ToldSource("told", webSet(1))
    let source = SharedSource(told)
    let (heard, hear) = AsyncStream.makeStream(of: Void.self)
    let readers = Task {
      await withTaskGroup(of: Void.self) { group in
        for _ in 0..<1000 { group.addTask { for await _ in source.subscribe(to: webTarget) { hear.yield() } } }
      }
    }
    var count = 0
    for await _ in heard {
      count += 1
      if count == 1000 { break }
    }
    readers.cancel()
    await readers.value
    await told.waitUntilIdle()
    #expect(told.begun == 1)
  }

  @Test("a source that has nothing more to say ends its readers")
  func ends() async {
    let source = SharedSource(FixedSource([webTarget: []]))
    var updates = source.subscribe(to: webTarget).makeAsyncIterator()
    #expect(await updates.next()?.summary == "")
    #expect(await updates.next() == nil)
  }
}

@Suite("Waiting after failures") struct BackoffTests {
  @Test("waits double up to the limit, chance takes up to half, and success begins anew")
  func doubles() {
    var backoff = Backoff(first: .seconds(1), most: .seconds(30))
    for longest in [1, 2, 4, 8, 16, 30, 30] {
      let wait = backoff.failed()
      #expect(wait <= .seconds(longest) && wait >= .milliseconds(longest * 500))
    }
    for _ in 1...100 { #expect(backoff.failed() <= .seconds(30)) }
    backoff.reset()
    #expect(backoff.failed() <= .seconds(1))
  }
}
