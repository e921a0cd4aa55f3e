import CLinux
import Glibc
public import NetworkAddresses
public import QueryEngine

/// The UDP side of one address and port: a worker thread for each core that the process may use, each with its own socket.
public final class UDPListener: Sendable {
  /// Where it listens; the port is the one that the system chose when any was asked for.
  public let address: SocketAddress
  private let workers: [UDPWorker]

  /// The number of cores that this process may use.
  public static var cores: Int { Int(cl_processors()) }

  /// Opens the port and starts the workers.
  ///
  /// - Parameter address: where.
  /// - Parameter server: what answers.
  /// - Parameter count: how many workers; at least 1.
  public init(_ address: SocketAddress, server: QueryServer, workers count: Int = UDPListener.cores) throws(ListenError)
  {
    // SO_REUSEPORT lets any program of the same user in: one socket without it tells whether the port is free.
    let probe = try UDPSocket(address, shared: false)
    let bound = SocketAddress(address.address, port: probe.port ?? address.port)
    discard(probe)
    var workers: [UDPWorker] = []
    for number in 0..<max(1, count) {
      let socket = try UDPSocket(bound, shared: true)
      workers.append(UDPWorker(socket: socket, local: bound, server: server, number: number))
    }
    self.address = bound
    self.workers = workers
    for (number, worker) in workers.enumerated() { WorkerThread.start(name: "udp-\(number)") { worker.run() } }
  }

  /// Stops receiving; answers under way are still sent.
  public func stop() {
    for worker in workers { UDPSocket.stopReceiving(worker.socket.socket.descriptor) }
  }
}

private func discard(_ socket: consuming UDPSocket) {}

/// A thread of our own: the fast path blocks in system calls, which tasks must not.
enum WorkerThread {
  private final class Body {
    let name: String
    let run: @Sendable () -> Void

    init(name: String, _ run: @escaping @Sendable () -> Void) {
      self.name = name
      self.run = run
    }
  }

  /// Starts a thread that ends when `run` returns.
  ///
  /// - Parameter name: as `top -H` shows it; at most 15 octets.
  static func start(name: String, _ run: @escaping @Sendable () -> Void) {
    let body = unsafe Unmanaged.passRetained(Body(name: name, run)).toOpaque()
    var thread = pthread_t()
    let failure = unsafe pthread_create(
      &thread, nil,
      { argument in
        guard let argument = unsafe argument else { return nil }
        let body = unsafe Unmanaged<Body>.fromOpaque(argument).takeRetainedValue()
        unsafe cl_name_thread(body.name)
        cl_shorten_slice()
        body.run()
        return nil
      }, body)
    precondition(failure == 0, "the system has no thread left: \(systemMessage(failure))")
    _ = pthread_detach(thread)
  }
}
