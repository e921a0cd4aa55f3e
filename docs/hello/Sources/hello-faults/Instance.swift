import ClusterDiscovery
import NIOCore
import NIOPosix
import NetworkAddresses
import Synchronization

/// An instance of a service, on loopback in this process: it tells each connection its port.
final class Instance: Sendable {
  let endpoint: Endpoint
  var address: NetworkAddresses.SocketAddress { endpoint.address }
  /// How many requests it had.
  var requests: Int { count.value.load(ordering: .relaxed) }

  private final class Count: Sendable { let value = Atomic(0) }

  private let listener: any Channel
  private let count: Count

  /// An instance at a port, or at a free one, that takes so long for an answer.
  init(port: Int = 0, delay: TimeAmount = .zero) async throws {
    let count = Count()
    listener = try await ServerBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { connection in
        count.value.add(1, ordering: .relaxed)
        connection.eventLoop.scheduleTask(in: delay) {
          let answer = ByteBuffer(string: "\(connection.localAddress?.port ?? 0)")
          connection.writeAndFlush(answer).whenComplete { _ in connection.close(promise: nil) }
        }
        return connection.eventLoop.makeSucceededVoidFuture()
      }
      .bind(host: "127.0.0.1", port: port).get()
    self.count = count
    endpoint = Endpoint(SocketAddress(.v4(.loopback), port: UInt16(listener.localAddress?.port ?? 0)))
  }

  /// So many instances.
  static func some(_ count: Int) async throws -> [Instance] {
    var instances: [Instance] = []
    for _ in 0..<count { instances.append(try await Instance()) }
    return instances
  }

  /// Dies, and tells nobody.
  func die() async throws { try await listener.close() }
}

/// Asks an instance for its port, on a connection of its own.
///
/// - Throws: `ConnectionRefused`, and `SafeToRetry`, as it does no harm to ask another instance.
func ask(_ endpoint: Endpoint) async throws -> UInt16 {
  do {
    let address = try NIOCore.SocketAddress(ipAddress: "\(endpoint.address.address)", port: Int(endpoint.address.port))
    let connection = try await ClientBootstrap(group: .singletonMultiThreadedEventLoopGroup)
      .connect(to: address) { channel in
        channel.eventLoop.makeCompletedFuture {
          try NIOAsyncChannel<ByteBuffer, ByteBuffer>(wrappingChannelSynchronously: channel)
        }
      }
    return try await connection.executeThenClose { inbound, _ in
      var answer = ""
      for try await part in inbound { answer += String(buffer: part) }
      guard let port = UInt16(answer) else { throw SafeToRetry(NotSurvived("no answer of \(address)")) }
      return port
    }
  } catch let error as IOError where error.errnoCode == 111 {  // ECONNREFUSED
    throw ConnectionRefused()
  } catch let error as IOError {
    throw SafeToRetry(error)
  }
}
