import ClusterModel
import Registry
import Testing

@testable import RegistryAPI

@Suite("Watches: what is shown, without a connection")
struct WatchFeedTests {
  private func selection(_ labels: String = "") throws -> WatchSelection {
    WatchSelection(
      filter: RegistryFilter([.service], namespace: "shop", labels: try LabelSelector(parsing: labels)),
      fields: try FieldSelector(parsing: "", for: .service))
  }

  private func shown(_ feed: inout WatchFeed) -> [String] {
    var shown: [String] = []
    while let event = feed.next() {
      switch event {
      case .change(let change): shown.append("\(change.type.rawValue) \(change.object.metadata.name)")
      case .bookmark(let version, let endsState): shown.append("BOOKMARK \(version) \(endsState)")
      case .failure(let error): shown.append("ERROR \(error)")
      }
    }
    return shown
  }

  @Test("objects first, then the word that this was all, then changes; the version follows what was shown")
  func order() throws {
    let registry = try demoRegistry()
    let list = registry.list(.service, namespace: "shop")
    var feed = WatchFeed(try selection(), state: list.objects, version: list.version, endsWithBookmark: true)
    #expect(!feed.isDone)
    #expect(shown(&feed) == ["ADDED api", "ADDED web", "BOOKMARK \(list.version) true"])
    #expect(feed.isDone)
    try registry.put("new")
    try registry.put("elsewhere", in: "data")
    feed.take(try registry.history(of: .service, after: feed.version))
    #expect(shown(&feed) == ["ADDED new"])
    #expect(feed.version == registry.version)
  }

  @Test("history in parts: nothing twice, nothing left out")
  func parts() throws {
    let registry = try demoRegistry()
    var feed = WatchFeed(try selection(), after: registry.version)
    for index in 0..<10 { try registry.put("s\(index)") }
    var all: [String] = []
    for _ in 0..<20 {
      feed.take(try registry.history(of: .service, after: feed.version, most: 3))
      all += shown(&feed)
    }
    #expect(all == (0..<10).map { "ADDED s\($0)" })
  }

  @Test("nothing of interest still moves the version on")
  func quiet() throws {
    let registry = try demoRegistry()
    var feed = WatchFeed(try selection("never=there"), after: registry.version)
    try registry.put("new")
    feed.take(try registry.history(of: .service, after: feed.version))
    #expect(shown(&feed).isEmpty)
    #expect(feed.version == registry.version)
  }

  @Test("encoded events are kept within their bound, the latest ones")
  func bound() throws {
    let registry = try demoRegistry()
    let form = WatchForm(.service)
    let service = try #require(registry.object(ObjectKey(.service, namespace: "shop", name: "web")))
    let length = form.octets(of: .change(.init(type: .added, object: service, version: 100))).count
    let cache = EncodedEvents(limit: length * 3)
    for version in UInt64(100)..<110 {
      _ = cache.octets(of: .init(type: .added, object: service, version: version), in: form)
      #expect(cache.count <= length * 3)
    }
    #expect(cache.count == length * 3)
    cache.clear()
    #expect(cache.count == 0)
  }
}
