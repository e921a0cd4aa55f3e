import ClusterModel
import Glibc
import Logging
import NetworkAddresses
import Registry

@testable import RegistryAPI

/// An address that the test spells rightly.
func ip(_ text: String) -> IPAddress { IPAddress(text) ?? .v4(.any) }

/// A registry with the namespaces `shop` and `data`, three Services and a Pod.
func demoRegistry() throws -> Registry {
  let registry = Registry()
  _ = try registry.transaction { $0.apply(manifests: demoObjects) }
  return registry
}

private var demoObjects: [ClusterObject] {
  let services = [("shop", "web", "front"), ("shop", "api", "back"), ("data", "db", "back")].map {
    namespace, name, tier in
    Service(
      metadata: ObjectMeta(name: name, namespace: namespace, labels: ["tier": tier]),
      spec: ServiceSpec(ports: [ServicePort(port: 80)], selector: ["app": name])
    ).object
  }
  let pod = Pod(
    metadata: ObjectMeta(name: "web-1", namespace: "shop", labels: ["app": "web"]),
    spec: PodSpec(containers: [Container(name: "web")], nodeName: "n1"),
    status: PodStatus(
      phase: .running, podIPs: [ip("10.1.0.1")], conditions: [Condition(type: "Ready", status: "True")]))
  return services + [pod.object, Node(metadata: ObjectMeta(name: "n1")).object]
}

extension DocumentNode {
  /// What is behind a path of members and indices: `items.0.metadata.name`.
  func at(_ path: String) -> DocumentNode? {
    var node: DocumentNode? = self
    for step in path.split(separator: ".") {
      if let index = Int(step), case .sequence(let elements) = node?.content {
        node = elements.indices.contains(index) ? elements[index] : nil
      } else {
        node = node?[String(step)]
      }
    }
    return node
  }

  /// The text behind a path.
  func text(_ path: String) -> String? {
    guard case .scalar(let text, _) = at(path)?.content else { return nil }
    return text
  }

  /// The elements behind a path.
  func elements(_ path: String) -> [DocumentNode] {
    guard case .sequence(let elements) = at(path)?.content else { return [] }
    return elements
  }
}

/// JSON text as a tree.
func parse(_ bytes: [UInt8]) throws -> DocumentNode {
  var reader = try JSONReader(bytes)
  return try reader.next() ?? DocumentNode(.scalar("", .null), at: .start)
}

/// A server on a free port of 127.0.0.1, for as long as the body runs.
func withServer<Result: Sendable>(
  _ registry: Registry? = nil, _ hub: WatchHub? = nil, access: APIAccess = .local,
  _ body: @escaping @Sendable (UInt16) async throws -> Result
) async throws -> Result {
  let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
  let server = RegistryAPIServer(
    hub: try hub ?? WatchHub(registry ?? demoRegistry()), address: SocketAddress(ip("127.0.0.1"), port: 0),
    logger: logger, access: access)
  let (ports, listening) = AsyncStream.makeStream(of: UInt16.self)
  let running = Task { try await server.run { listening.yield($0.port) } }
  defer { running.cancel() }
  var iterator = ports.makeAsyncIterator()
  let port = await iterator.next() ?? 0
  let result = try await Task.detached { try await body(port) }.value
  running.cancel()
  _ = await running.result
  return result
}

/// A TCP connection of a test, that blocks.
final class TestConnection {
  private let descriptor: Int32

  init?(port: UInt16) {
    guard let descriptor = Self.open(port: port) else { return nil }
    self.descriptor = descriptor
  }

  /// Connects to a port of 127.0.0.1; reading gives up after twenty seconds.
  static func open(port: UInt16) -> Int32? {
    let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var patience = timeval(tv_sec: 20, tv_usec: 0)
    setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    if status == 0 { return descriptor }
    close(descriptor)
    return nil
  }

  /// Ends a connection.
  static func close(_ descriptor: Int32) { _ = Glibc.close(descriptor) }

  deinit { Self.close(descriptor) }

  /// Sends octets; `false` when the other side is gone.
  @discardableResult
  func send(_ text: String) -> Bool {
    let bytes = Array(text.utf8)
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes {
        Glibc.send(descriptor, $0.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
      }
      guard count > 0 else { return false }
      sent += count
    }
    return true
  }

  /// Says that nothing more will be sent.
  func sendEnd() { shutdown(descriptor, Int32(SHUT_WR)) }

  /// The next octets; empty when the other side ends the connection, or twenty seconds are over.
  func receive() -> [UInt8] {
    var part = [UInt8](repeating: 0, count: 65536)
    let count = recv(descriptor, &part, part.count, 0)
    return count > 0 ? Array(part[..<count]) : []
  }

  /// What comes until the other side ends the connection, or twenty seconds are over.
  func receiveAll() -> String {
    var text: [UInt8] = []
    var part = [UInt8](repeating: 0, count: 65536)
    while true {
      let count = recv(descriptor, &part, part.count, 0)
      guard count > 0 else { break }
      text += part[..<count]
    }
    return String(decoding: text, as: UTF8.self)
  }
}
