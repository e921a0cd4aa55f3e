import ClusterDiscovery
import Glibc
import NetworkAddresses
import Synchronization

/// Restarts 20 instances one after the other, each 100 ms after the one before, under 1,000 requests a second that do not wait for each other.
func measureRestart() async throws {
  let target = try Target("web.shop")
  let source = RestartedService(target, (0..<20).map { _ in Instance() })
  let clock = ContinuousClock()
  let (begun, took, lost) = try await withServiceClient(target, source: source) { client in
    let restart = Task { try await source.restartAll() }
    let start = clock.now
    let (begun, lost) = await withTaskGroup(of: Bool.self) { group in
      var begun = 0
      while begun < 2_200 {
        try? await clock.sleep(until: start + .milliseconds(begun), tolerance: .zero)
        group.addTask { (try? await client.withEndpoint(ask)) == nil }
        begun += 1
      }
      return (begun, await group.reduce(0) { $0 + ($1 ? 1 : 0) })
    }
    let took = clock.now - start
    try await restart.value
    return (begun, took, lost)
  }
  say(
    "a rolling restart of 20 instances: requests a second", Double(begun) / (took / .seconds(1)), "/s", 990, least: true
  )
  say("a rolling restart of 20 instances: requests lost of \(begun)", Double(lost), "", 0)
}

/// The instances of a service, and where they are.
private final class RestartedService: DiscoverySource {
  let name = "restarted"
  private let target: Target
  private let instances: Mutex<[Instance]>
  private let updates: AsyncStream<EndpointSet>
  private let teller: AsyncStream<EndpointSet>.Continuation

  init(_ target: Target, _ instances: [Instance]) {
    self.target = target
    self.instances = Mutex(instances)
    (updates, teller) = AsyncStream.makeStream()
    tell()
  }

  func lookup(_ target: Target) async throws(DiscoveryError) -> EndpointSet { set() }

  func subscribe(to target: Target) -> EndpointUpdates {
    EndpointUpdates { [updates] publisher in for await set in updates { publisher.publish(.success(set)) } }
  }

  /// Each stops when its clients may not know yet that it does; another one takes its place, at another port.
  func restartAll() async throws {
    for index in 0..<20 {
      instances.withLock { $0[index].isDraining = true }
      tell()
      instances.withLock { instances in
        instances[index].stop()
        instances[index] = Instance()
      }
      tell()
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  private func tell() { teller.yield(set()) }

  private func set() -> EndpointSet {
    EndpointSet(
      target, instances.withLock { $0.map { Endpoint($0.address, condition: $0.isDraining ? .draining : .ready) } })
  }
}

/// A TCP server on loopback that sends an octet to each connection.
private struct Instance {
  let address: SocketAddress
  var isDraining = false
  private let listener: Int32

  init() {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var own = sockaddr_in(loopback: 0)
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    withUnsafeMutablePointer(to: &own) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { own in
        guard bind(listener, own, size) == 0, listen(listener, 256) == 0, getsockname(listener, own, &size) == 0 else {
          fatalError("no port is free")
        }
      }
    }
    self.listener = listener
    address = SocketAddress(.v4(.loopback), port: UInt16(bigEndian: own.sin_port))
    var thread = pthread_t()
    pthread_create(&thread, nil, Self.serve, UnsafeMutableRawPointer(bitPattern: Int(listener)))
    pthread_detach(thread)
  }

  private static let serve: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
    let listener = Int32(Int(bitPattern: argument))
    while true {
      let connection = accept(listener, nil, nil)
      guard connection >= 0 else { break }
      send(connection, "!", 1, Int32(MSG_NOSIGNAL))
      close(connection)
    }
    close(listener)
    return nil
  }

  /// Takes no more connections.
  func stop() { shutdown(listener, Int32(SHUT_RDWR)) }
}

/// Asks an instance, on a connection of its own.
@Sendable private func ask(_ endpoint: Endpoint) async throws {
  let connection = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
  defer { close(connection) }
  var patience = timeval(tv_sec: 5, tv_usec: 0)
  setsockopt(connection, SOL_SOCKET, SO_RCVTIMEO, &patience, socklen_t(MemoryLayout<timeval>.size))
  var peer = sockaddr_in(loopback: endpoint.address.port)
  let status = withUnsafePointer(to: &peer) { pointer in
    pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
      connect(connection, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
    }
  }
  guard status == 0 else { throw ConnectionRefused() }
  var answer: UInt8 = 0
  guard recv(connection, &answer, 1, 0) == 1 else { throw SafeToRetry(NoAnswer()) }
}

/// The connection ended before there was an answer.
private struct NoAnswer: Error {}

extension sockaddr_in {
  /// 127.0.0.1 and a port.
  fileprivate init(loopback port: UInt16) {
    self.init()
    sin_family = sa_family_t(AF_INET)
    sin_port = port.bigEndian
    sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  }
}
