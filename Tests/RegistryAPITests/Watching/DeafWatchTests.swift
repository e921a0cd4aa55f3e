import ClusterModel
import Glibc
import Registry
import Testing

@testable import RegistryAPI

extension OverHTTP {
  @Suite("watches that nobody reads", .serialized)
  struct DeafWatchTests {
    /// Octets of this process in memory that are its own.
    private var ownMemory: Int {
      guard let file = fopen("/proc/self/smaps_rollup", "r") else { return 0 }
      defer { fclose(file) }
      var line = [CChar](repeating: 0, count: 256)
      while fgets(&line, Int32(line.count), file) != nil {
        let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
        guard text.hasPrefix("Anonymous:") else { continue }
        return (text.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) << 10
      }
      return 0
    }

    /// 100 KB that differ by number.
    private func service(_ number: Int) -> Service {
      let note = String(repeating: "\(number % 10)", count: 100_000)
      return Service(
        metadata: ObjectMeta(name: "big", namespace: "shop", annotations: ["note": note]),
        spec: ServiceSpec(ports: [ServicePort(port: 80)]))
    }

    @Test(
      "50 deaf watchers and 100 MB of events cost bounded memory; who reads gets everything, or is told to begin anew")
    func deaf() async throws {
      let registry = try demoRegistry()
      let hub = WatchHub(registry)
      try await withServer(registry, hub) { port in
        let target = "/api/v1/namespaces/shop/services?watch=true&resourceVersion=\(registry.version)"
        let deaf = try (0..<50).map { _ in try #require(TestConnection(port: port)) }
        for connection in deaf { connection.send("GET \(target) HTTP/1.1\r\nHost: localhost\r\n\r\n") }
        for _ in 0..<2_000 where hub.count < 50 { try await Task.sleep(for: .milliseconds(5)) }
        #expect(hub.count == 50)
        let before = ownMemory
        _ = try registry.transaction { transaction throws(RegistryError) in
          try transaction.create(service(0).object)
        }
        for number in 1..<1_000 {
          _ = try registry.transaction { transaction throws(RegistryError) in
            try transaction.update(service(number).object)
          }
        }
        #expect(ownMemory - before < 128 << 20, "\((ownMemory - before) >> 20) MiB more than before")
        #expect(hub.encoded.count <= hub.bounds.encodedOctets)
        let reader = try #require(
          WatchClient(port: port, "/api/v1/namespaces/shop/services?resourceVersion=\(registry.version)"))
        try registry.put("late")
        #expect(reader.next() == "ADDED late")
        _ = deaf.count
      }
    }

    @Test("a watcher that leaves octets unread for long is closed")
    func closed() async throws {
      let registry = try demoRegistry()
      let hub = WatchHub(registry, WatchHub.Bounds(deafTime: 1))
      try await withServer(registry, hub) { port in
        let connection = try #require(TestConnection(port: port))
        connection.send("GET /api/v1/services?watch=true HTTP/1.1\r\nHost: localhost\r\n\r\n")
        for _ in 0..<2_000 where hub.count < 1 { try await Task.sleep(for: .milliseconds(5)) }
        _ = try registry.transaction { transaction throws(RegistryError) in
          try transaction.create(service(0).object)
        }
        for number in 1..<200 {
          _ = try registry.transaction { transaction throws(RegistryError) in
            try transaction.update(service(number).object)
          }
        }
        for _ in 0..<2_000 where hub.count > 0 { try await Task.sleep(for: .milliseconds(5)) }
        #expect(hub.count == 0)
      }
    }

    @Test("who reads too slowly for the history is told 410, and loses nothing silently")
    func slow() async throws {
      var settings = RegistrySettings()
      settings.historyOctets = 300_000
      let registry = Registry(settings)
      _ = try registry.transaction { $0.apply(manifests: [Namespace(metadata: ObjectMeta(name: "shop")).object]) }
      try await withServer(registry) { port in
        let watch = try #require(WatchClient(port: port, "/api/v1/services?resourceVersion=\(registry.version)"))
        _ = try registry.transaction { transaction throws(RegistryError) in
          try transaction.create(service(0).object)
        }
        for number in 1..<400 {
          _ = try registry.transaction { transaction throws(RegistryError) in
            try transaction.update(service(number).object)
          }
        }
        var events: [String] = []
        while let line = watch.nextLine(), events.count < 1_000 {
          let event = try parse(Array(line.utf8))
          events.append("\(event.text("type") ?? "") \(event.text("object.code") ?? "")")
        }
        #expect(events.last == "ERROR 410" || events.count == 400)
      }
    }
  }
}
