import CLinux
import Glibc
import Synchronization

/// A thread that asks at a steady pace or as fast as it gets answers, a batch a system call and not more outstanding than a server's queue holds,
/// and counts the answers.
final class Load: Sendable {
  private let answered = Atomic<Int>(0)
  private let isStopped = Atomic(false)
  private let isDone = Atomic(false)

  /// Queries a batch, and batches that may be outstanding.
  private static let batch = 32
  private static let outstanding = 6

  /// Starts the thread.
  ///
  /// - Parameter rate: queries a second; `nil` for as many as are answered.
  init(_ cluster: ChangingCluster, port: UInt16, rate: Int?) throws {
    var queries: [[UInt8]] = []
    for number in 0..<Self.batch * 300 { queries.append(try cluster.query(number)) }
    let asked = queries
    let thread = Thread { [self] in
      run(asked, Client(port: port), rate: rate)
      isDone.store(true, ordering: .releasing)
    }
    thread.start()
  }

  private func run(_ queries: [[UInt8]], _ client: Client, rate: Int?) {
    let sent = Datagrams(queries)
    let received = Datagrams([[UInt8]](repeating: [UInt8](repeating: 0, count: 1500), count: 2 * Self.batch))
    var next = 0
    var missing = 0
    var due = now()
    let pause = rate.map { UInt64(Self.batch) * 1_000_000_000 / UInt64($0) } ?? 0
    while !isStopped.load(ordering: .relaxed) {
      while due <= now(), missing + Self.batch <= Self.outstanding * Self.batch {
        missing += max(0, Int(cl_send(client.descriptor, sent.messages + next, UInt32(Self.batch))))
        next = (next + Self.batch) % queries.count
        due += pause
      }
      guard missing > 0 else {
        usleep(50)
        continue
      }
      let count = Int(cl_receive(client.descriptor, received.messages, UInt32(2 * Self.batch)))
      // Nothing within a second: what was outstanding is lost.
      missing = count > 0 ? missing - count : 0
      answered.wrappingAdd(max(0, count), ordering: .relaxed)
    }
  }

  /// How many answers came so far.
  var count: Int { answered.load(ordering: .relaxed) }

  /// Ends the thread, and returns when it has ended.
  func stop() {
    isStopped.store(true, ordering: .relaxed)
    while !isDone.load(ordering: .acquiring) { usleep(1000) }
  }
}

/// Datagrams for batches of system calls.
private struct Datagrams {
  let messages: UnsafeMutablePointer<cl_message>

  /// They live as long as the process.
  init(_ datagrams: [[UInt8]]) {
    messages = .allocate(capacity: datagrams.count)
    let vectors = UnsafeMutablePointer<iovec>.allocate(capacity: datagrams.count)
    for (index, datagram) in datagrams.enumerated() {
      let octets = UnsafeMutablePointer<UInt8>.allocate(capacity: datagram.count)
      octets.initialize(from: datagram, count: datagram.count)
      (vectors + index).initialize(to: iovec(iov_base: octets, iov_len: datagram.count))
      var message = cl_message()
      message.header.msg_iov = vectors + index
      message.header.msg_iovlen = 1
      (messages + index).initialize(to: message)
    }
  }
}

/// A thread of the system.
final class Thread {
  private let body: @Sendable () -> Void

  init(_ body: @escaping @Sendable () -> Void) { self.body = body }

  func start() {
    var thread = pthread_t()
    let argument = Unmanaged.passRetained(self).toOpaque()
    let failure = pthread_create(
      &thread, nil,
      { argument in
        if let argument { Unmanaged<Thread>.fromOpaque(argument).takeRetainedValue().body() }
        return nil
      }, argument)
    precondition(failure == 0, "no thread")
    pthread_detach(thread)
  }
}
