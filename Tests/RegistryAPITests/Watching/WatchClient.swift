import ClusterModel
import Registry

/// A client that watches over HTTP/1.1, and reads event by event.
final class WatchClient {
  private let connection: TestConnection
  private var octets: [UInt8] = []
  private var line: [UInt8] = []
  /// Events that were read and not asked for yet.
  private var events: [String] = []
  private(set) var head = ""
  /// Whether the reply came to its end.
  private(set) var isEnded = false

  /// - Parameters:
  ///   - target: path and query; `watch=true` is added.
  ///   - header: further lines of the head.
  init?(port: UInt16, _ target: String, header: String = "") {
    guard let connection = TestConnection(port: port) else { return nil }
    self.connection = connection
    connection.send(
      "GET \(target)\(target.contains("?") ? "&" : "?")watch=true HTTP/1.1\r\nHost: localhost\r\n\(header)\r\n")
    while !octets.hasHead, more() {}
    head = String(decoding: takeLines(), as: UTF8.self)
  }

  /// Reads the head's lines, each to its line feed, to the empty one.
  private func takeLines() -> [UInt8] {
    var taken: [UInt8] = []
    while let line = takeLine(), line != [13, 10] { taken += line }
    return taken
  }

  private func takeLine() -> [UInt8]? {
    while !octets.contains(10) { guard more() else { return nil } }
    guard let end = octets.firstIndex(of: 10) else { return nil }
    defer { octets.removeFirst(end + 1) }
    return Array(octets[...end])
  }

  private func more() -> Bool {
    let part = connection.receive()
    octets += part
    return !part.isEmpty
  }

  /// The next event's line; `nil` when there is none before the end, or for twenty seconds.
  func nextLine() -> String? {
    while events.isEmpty {
      guard !isEnded, let chunk = nextChunk() else { return nil }
      for octet in chunk {
        if octet == 10 {
          events.append(String(decoding: line, as: UTF8.self))
          line = []
        } else {
          line.append(octet)
        }
      }
    }
    return events.removeFirst()
  }

  private func nextChunk() -> [UInt8]? {
    guard let size = takeLine(), let count = Int(String(decoding: size.dropLast(2), as: UTF8.self), radix: 16) else {
      return nil
    }
    while octets.count < count + 2 { guard more() else { return nil } }
    defer { octets.removeFirst(count + 2) }
    isEnded = count == 0
    return Array(octets[..<count])
  }

  /// The next event as text: `ADDED web`, `BOOKMARK`, `ERROR 410`.
  func next() -> String {
    guard let line = nextLine(), let event = try? parse(Array(line.utf8)) else { return isEnded ? "END" : "nothing" }
    let type = event.text("type") ?? ""
    if type == "ERROR" { return "ERROR \(event.text("object.code") ?? "")" }
    guard let name = event.text("object.metadata.name") else {
      let isInitial = event.at("object.metadata.annotations")?["k8s.io/initial-events-end"] != nil
      return isInitial ? "\(type) initial" : type
    }
    return "\(type) \(name)"
  }

  /// So many events.
  func next(_ count: Int) -> [String] { (0..<count).map { _ in next() } }

  /// Goes away.
  func leave() { connection.sendEnd() }
}

extension [UInt8] {
  fileprivate var hasHead: Bool { String(decoding: self, as: UTF8.self).contains("\r\n\r\n") }
}

extension Registry {
  /// Adds or changes a Service.
  func put(_ name: String, in namespace: String = "shop", labels: StringMap = [:], port: Int32 = 80) throws {
    let service = Service(
      metadata: ObjectMeta(name: name, namespace: namespace, labels: labels),
      spec: ServiceSpec(ports: [ServicePort(port: port)], selector: ["app": name]))
    _ = try transaction { transaction throws(RegistryError) in
      if var old = transaction.object(service.key) {
        old.metadata.labels = labels
        try transaction.update(old)
      } else {
        try transaction.create(service.object)
      }
    }
  }

  /// Takes a Service away.
  func remove(_ name: String, in namespace: String = "shop") throws {
    _ = try transaction { transaction throws(RegistryError) in
      try transaction.delete(ObjectKey(.service, namespace: namespace, name: name))
    }
  }
}
