import ClusterDiscovery
import Testing

@Suite("A file as source", .timeLimit(.minutes(1))) struct FileSourceTests {
  @Test("endpoints are addresses, or objects with more to say")
  func reads() throws {
    let folder = try TemporaryFolder()
    try folder.put(
      """
      {
        "web.shop:http": [
          "10.0.0.1:80",
          {"address": "[fd00::1]:8080", "hostname": "web-0", "zone": "a", "node": "n1", "weight": 3,
           "ready": false, "serving": true, "terminating": true, "metadata": {"rack": "7"}}
        ],
        "api.shop": []
      }
      """, in: "endpoints.json")
    let source = FileSource(folder.file("endpoints.json"))
    let endpoints = try source.lookup(webTarget).endpoints
    #expect(endpoints.map { "\($0.address)" } == ["10.0.0.1:80", "[fd00::1]:8080"])
    let second = try #require(endpoints.last)
    #expect(second.hostname == "web-0" && second.zone == "a" && second.node == "n1" && second.weight == 3)
    #expect(second.condition == .draining && second.metadata == ["rack": "7"])
    #expect(endpoints.first?.condition == .ready && endpoints.first?.weight == 1)
    #expect(try source.lookup(Target("api.shop")).endpoints.isEmpty)
    let error = #expect(throws: DiscoveryError.self) { try source.lookup(Target("db.shop")) }
    #expect(error?.reason == .notFound && error?.message.contains("db.shop is not in") == true)
  }

  @Test(
    "what is wrong with a file is said with line and column",
    arguments: [
      ("", ":1:1: the file is empty"), ("[]", ":1:1: an object {...} is wanted here"),
      ("{\"web.shop:http\": 7}", ":1:19: a list [...] is wanted here"),
      ("{\n \"web..shop\": []}", ":2:2: the target \"web..shop\""),
      ("{\"web.shop\": [], \"web.shop\": []}", ":1:18: web.shop was given before"),
      ("{\"a.b\": [\"10.0.0.1\"]}", ":1:10: an address is written"),
      ("{\"a.b\": [\"10.0.0.1:0\"]}", ":1:10: an address is written"),
      ("{\"a.b\": [{\"adress\": \"10.0.0.1:1\"}]}", ":1:11: an endpoint has no field \"adress\""),
      ("{\"a.b\": [{}]}", ":1:10: an endpoint needs an address"),
      (
        "{\"a.b\": [{\"address\": \"10.0.0.1:1\", \"weight\": 0}]}", ":1:46: a weight is a whole number from 1 to 65535"
      ),
      ("{\"a.b\": [{\"address\": \"10.0.0.1:1\", \"ready\": 1}]}", ":1:45: true or false"),
      ("{\"a.b\": [{\"address\": \"10.0.0.1:1\", \"zone\": 1}]}", ":1:44: a text in double quotes"),
      ("{\"a.b\": [}", ":1:10:"), ("{} {}", ":1:4: a file holds one value"), ("\u{0}", ":1:1:"),
    ])
  func errors(text: String, problem: String) throws {
    let folder = try TemporaryFolder()
    try folder.put(text, in: "endpoints.json")
    let error = #expect(throws: DiscoveryError.self) { try FileSource(folder.file("endpoints.json")).lookup(webTarget) }
    #expect(error?.reason == .malformed)
    #expect(error?.message.contains("endpoints.json\(problem)") == true, "\(error?.message ?? "")")
  }

  @Test("a subscription follows the file: changed, damaged, taken away, back")
  func follows() async throws {
    let folder = try TemporaryFolder()
    try folder.put("{\"web.shop:http\": [\"10.0.0.1:80\"]}", in: "endpoints.json")
    let source = FileSource(folder.file("endpoints.json"), checkedEvery: .milliseconds(5))
    var updates = source.subscribe(to: webTarget).makeAsyncIterator()
    #expect(await updates.next()?.summary == "1")
    try folder.put("{\"web.shop:http\": [\"10.0.0.2:80\"]}", in: "endpoints.json")
    #expect(await updates.read(until: "2"))
    try folder.put("{", in: "endpoints.json")
    #expect(await updates.read(until: "malformed"))
    try folder.remove("endpoints.json")
    #expect(await updates.read(until: "unavailable"))
    try folder.put("{\"web.shop:http\": [\"10.0.0.3:80\"]}", in: "endpoints.json")
    #expect(await updates.read(until: "3"))
  }
}
