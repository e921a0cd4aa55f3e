import ClusterDiscovery
import ClusterDiscoveryAPI
import Testing

extension EndpointUpdate {
  /// The addresses of a set, or the error's reason.
  var summary: String {
    switch self {
    case .success(let set): set.endpoints.map { "\($0.address.address)" }.joined(separator: " ")
    case .failure(let error): "\(error.reason)"
    }
  }
}

extension EndpointUpdates.Iterator {
  /// Reads until an update says this.
  mutating func read(until summary: String) async throws {
    while let update = await next() { if update.summary == summary { return } }
    throw DiscoveryError(.unavailable, "the subscription ended before it said \(summary)")
  }
}

/// Runs the body against an API that follows its script.
private func against(
  _ api: ScriptedAPI, patience: APIPatience = APIPatience(),
  _ body: @Sendable (APISource, ScriptedServer) async throws -> Void
) async throws {
  let server = ScriptedServer(api.run)
  try await server.serve { url in
    try await body(APISource(APISource.Location(url: url), patience: patience), server)
  }
}

@Suite("An API that does not behave", .timeLimit(.minutes(2))) struct HostileAPITests {
  private typealias API = ScriptedAPI

  @Test("a watch that is cut in the middle of a line is taken up at the version of its last whole line")
  func cut() async throws {
    let api = ScriptedAPI(
      lists: [.list(version: 5, ["10.0.0.1"])],
      watches: [
        .watch([API.event("MODIFIED", 7, ["10.0.0.2"]), #"{"type":"MODIFIED","obj"#], then: .cut),
        .watch([API.event("MODIFIED", 9, ["10.0.0.3"])], then: .hold),
      ])
    try await against(api) { source, _ in
      var updates = source.subscribe(to: try Target("web.shop")).makeAsyncIterator()
      try await updates.read(until: "10.0.0.3")
      #expect(api.requests == ["list", "watch 5", "watch 7"])
    }
  }

  @Test("a watch that ends is taken up at the version of its last bookmark")
  func bookmark() async throws {
    let api = ScriptedAPI(
      lists: [.list(version: 5, ["10.0.0.1"])],
      watches: [
        .watch([API.event("BOOKMARK", 12)], then: .end),
        .watch([API.event("MODIFIED", 13, ["10.0.0.2"])], then: .hold),
      ])
    try await against(api) { source, _ in
      var updates = source.subscribe(to: try Target("web.shop")).makeAsyncIterator()
      try await updates.read(until: "10.0.0.2")
      #expect(api.requests == ["list", "watch 5", "watch 12"])
    }
  }

  @Test("a line that arrives octet by octet is one line")
  func octets() async throws {
    let line = API.event("MODIFIED", 7, ["10.0.0.2"]).map(String.init)
    let api = ScriptedAPI(lists: [.list(version: 5, [])], watches: [.watch(line, then: .hold)])
    try await against(api) { source, _ in
      var updates = source.subscribe(to: try Target("web.shop")).makeAsyncIterator()
      try await updates.read(until: "10.0.0.2")
    }
  }

  @Test(
    "what cannot be understood is an error, and then everything is listed anew",
    arguments: [
      "}{ garbage\n", "\n", "\u{1}\u{2}\n", #"{"type":"ADDED"}"# + "\n", #"{"type":"ADDED","object":{}}"# + "\n",
      #"{"type":"GROWN","object":{"metadata":{"resourceVersion":"6"}}}"# + "\n",
      #"{"type":"ADDED","object":{"metadata":{"resourceVersion":"6","name":["a"]}}}"# + "\n",
      #"{"type":"ADDED","object":{"metadata":{"resourceVersion":"6","name":"a"},"endpoints":7}}"# + "\n", "[]\n",
    ])
  func garbage(line: String) async throws {
    let gate = Gate()
    let api = ScriptedAPI(
      lists: [.list(version: 5, ["10.0.0.1"]), .when(gate, .list(version: 8, ["10.0.0.2"]))],
      watches: [.watch([line], then: .hold)])
    try await against(api) { source, _ in
      var updates = source.subscribe(to: try Target("web.shop")).makeAsyncIterator()
      try await updates.read(until: "malformed")
      gate.open()
      try await updates.read(until: "10.0.0.2")
      #expect(api.requests.prefix(3) == ["list", "watch 5", "list"])
    }
  }

  @Test(
    "a version that the API has forgotten is no error: everything is listed anew",
    arguments: [
      Act.answer(410, #"{"kind":"Status","code":410,"reason":"Expired"}"#), .watch([API.failure(410)], then: .hold),
    ])
  func expired(watch: Act) async throws {
    let api = ScriptedAPI(
      lists: [.list(version: 5, ["10.0.0.1"]), .list(version: 50, ["10.0.0.2"])], watches: [watch])
    try await against(api) { source, _ in
      var updates = source.subscribe(to: try Target("web.shop")).makeAsyncIterator()
      var summaries: [String] = []
      while summaries.last != "10.0.0.2" { summaries.append(try #require(await updates.next()).summary) }
      #expect(summaries.allSatisfy { $0.hasPrefix("10.0.0.") })
      #expect(api.requests.prefix(3) == ["list", "watch 5", "list"])
    }
  }

  @Test(
    "a list that is refused is an error of its kind, and is tried again",
    arguments: [(500, "unavailable"), (429, "unavailable"), (401, "denied"), (403, "denied"), (404, "malformed")])
  func refused(status: Int, reason: String) async throws {
    let gate = Gate()
    let api = ScriptedAPI(
      lists: [.answer(status, "no"), .when(gate, .list(version: 5, ["10.0.0.1"]))])
    try await against(api) { source, _ in
      var updates = source.subscribe(to: try Target("web.shop")).makeAsyncIterator()
      #expect(await updates.next()?.summary == reason)
      gate.open()
      try await updates.read(until: "10.0.0.1")
    }
  }

  @Test("an API that never answers is an error, for a lookup and for a subscription, and may answer later")
  func silence() async throws {
    let api = ScriptedAPI(lists: [.silence, .silence, .list(version: 5, ["10.0.0.1"])])
    try await against(api, patience: APIPatience(answer: .milliseconds(300))) { source, _ in
      let error = await #expect(throws: DiscoveryError.self) { try await source.lookup(Target("web.shop")) }
      #expect(error?.reason == .unavailable && error?.message.contains("said nothing") == true)
      var updates = source.subscribe(to: try Target("web.shop")).makeAsyncIterator()
      try await updates.read(until: "10.0.0.1")
    }
  }

  @Test("a watch that has fallen silent is taken up anew")
  func fallenSilent() async throws {
    let api = ScriptedAPI(
      lists: [.list(version: 5, ["10.0.0.1"])],
      watches: [
        .watch([API.event("BOOKMARK", 6)], then: .hold),
        .watch([API.event("MODIFIED", 7, ["10.0.0.2"])], then: .hold),
      ])
    try await against(api, patience: APIPatience(answer: .seconds(5), silence: .seconds(2))) { source, _ in
      var updates = source.subscribe(to: try Target("web.shop")).makeAsyncIterator()
      try await updates.read(until: "10.0.0.2")
      #expect(api.requests.prefix(3) == ["list", "watch 5", "watch 6"])
    }
  }

  @Test("a lookup that is cancelled ends")
  func cancelledLookup() async throws {
    try await against(ScriptedAPI(lists: [.silence])) { source, server in
      let target = try Target("web.shop")
      let lookup = Task { try await source.lookup(target) }
      lookup.cancel()
      let error = await #expect(throws: DiscoveryError.self) { try await lookup.value }
      #expect(error?.reason == .cancelled)
      await server.waitUntilIdle()
    }
  }

  @Test("1,000 subscriptions to a target share one watch of each kind; cancelled at once they leave no connection")
  func thousand() async throws {
    let api = ScriptedAPI(lists: [.list(version: 5, ["10.0.0.1"])])
    try await against(api) { source, server in
      let target = try Target("web.shop")
      let (heard, hear) = AsyncStream.makeStream(of: Void.self)
      let readers = Task {
        await withTaskGroup(of: Void.self) { group in
          for _ in 0..<1000 { group.addTask { for await _ in source.subscribe(to: target) { hear.yield() } } }
        }
      }
      var count = 0
      for await _ in heard {
        count += 1
        if count == 1000 { break }
      }
      readers.cancel()
      await readers.value
      await server.waitUntilIdle()
      #expect(api.requests.filter { $0 == "list" }.count == 1)
    }
  }
}
