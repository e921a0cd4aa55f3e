import CLinux
import DNSWire
import Glibc
import NetworkAddresses
import QueryEngine
import Synchronization

/// The table of open sockets, and the thread that waits for them.
///
/// Who owns a descriptor: the task that opened it, until it stands in the table; then the loop's thread alone, which reads
/// and closes. Whoever removes a socket from the table may end it, so each question ends once; a task that gives up
/// (cancellation) leaves the descriptor to the thread in `retired`.
final class UpstreamLoop: Sendable {
  struct State: Sendable {
    var sockets: [UInt64: UpstreamSocket] = [:]
    var deadlines = UpstreamDeadlines()
    var idle = UpstreamIdlePool()
    /// Descriptors that the thread is to close.
    var retired: [Int32] = []
    var isShutdown = false
  }

  /// The tag of the timer; sockets count from 1.
  static let timerTag: UInt64 = 0

  let epoll: Int32
  let timer: Int32
  let state = UpstreamLock(State())
  private let maximumSockets: Int
  private let open = Atomic<Int>(0)
  private let lastTag = Atomic<UInt64>(timerTag)

  init(maximumSockets: Int) throws(UpstreamError) {
    self.maximumSockets = maximumSockets
    epoll = clinux_epoll_create()
    timer = clinux_timer_create()
    for descriptor in [epoll, timer] where descriptor < 0 { throw .unreachable(errorText(-descriptor)) }
    let watched = clinux_epoll_watch(epoll, 1, timer, Self.timerTag, 0)
    guard watched == 0 else { throw .unreachable(errorText(-watched)) }
  }

  deinit {
    for descriptor in [epoll, timer] where descriptor >= 0 { close(descriptor) }
  }

  var openSockets: Int { open.load(ordering: .relaxed) }

  private func newTag() -> UInt64 { lastTag.wrappingAdd(1, ordering: .relaxed).newValue }

  /// Wakes the thread at this instant of the monotonic clock, or now, when there is something to close.
  private func arm(_ instant: UInt64, in state: State) {
    _ = clinux_timer_set(timer, state.isShutdown || !state.retired.isEmpty ? 1 : max(1, instant))
  }

  /// Ends all and lets the thread go.
  func shutdown() {
    state.withLock { state in
      state.isShutdown = true
      arm(1, in: state)
    }
  }
}

// MARK: - For the tasks that ask

extension UpstreamLoop {
  /// A new socket, connected to the server.
  func open(to server: SocketAddress, over transport: UpstreamTransport) throws(UpstreamError) -> Int32 {
    guard reserve() else { throw .overloaded }
    let octets = server.address.octets
    // The array's count tells the call how much to read.
    let descriptor = unsafe clinux_open_connected(transport == .tcp ? 1 : 0, octets, Int32(octets.count), server.port)
    guard descriptor >= 0 else {
      open.wrappingSubtract(1, ordering: .relaxed)
      throw .unreachable("dial \(transport.rawValue) \(server): connect: \(errorText(-descriptor))")
    }
    return descriptor
  }

  /// Counts one more socket, in the place of an idle connection when there are too many.
  private func reserve() -> Bool {
    guard open.wrappingAdd(1, ordering: .relaxed).oldValue >= maximumSockets else { return true }
    let madeRoom = state.withLock { state in
      guard let tag = state.idle.takeAny(), let socket = state.sockets.removeValue(forKey: tag) else { return false }
      retire(socket.descriptor, in: &state)
      return true
    }
    if !madeRoom { open.wrappingSubtract(1, ordering: .relaxed) }
    return madeRoom
  }

  /// An idle connection to the server; the caller owns its descriptor now.
  func takeIdle(for server: SocketAddress) -> UpstreamSocket? {
    state.withLock { state in state.idle.take(for: server).flatMap { state.sockets.removeValue(forKey: $0) } }
  }

  /// Asks on a descriptor, which is the loop's from now on.
  ///
  /// - Parameter isNew: whether it was just opened; else it is an idle connection's.
  func ask(_ attempt: UpstreamAttempt, descriptor: Int32, isNew: Bool) async -> UpstreamOutcome {
    let tag = newTag()
    return await withTaskCancellationHandler {
      await withCheckedContinuation { continuation in
        begin(attempt, tag: tag, descriptor: descriptor, isNew: isNew, continuation)
        // A cancellation before the socket stood in the table found nothing to cancel.
        if Task.isCancelled { cancel(tag) }
      }
    } onCancel: {
      cancel(tag)
    }
  }

  /// Sends a question over UDP (the loop's thread sends those over TCP) and puts its socket into the table. Not part of the
  /// frame that waits.
  @inline(never)
  private func begin(
    _ attempt: UpstreamAttempt, tag: UInt64, descriptor: Int32, isNew: Bool,
    _ continuation: CheckedContinuation<UpstreamOutcome, Never>
  ) {
    let question = UpstreamQuestion(attempt.query, id: .random(in: .min ... .max))
    let octets = question.octets(asking: attempt.query)
    let socket = UpstreamSocket(
      tag: tag, descriptor: descriptor, server: attempt.server, transport: attempt.transport,
      purpose: .question(question, continuation), expire: attempt.expire,
      stream: attempt.transport == .tcp ? UpstreamStream(sending: octets) : nil)
    if attempt.transport == .udp {
      // The array's count tells the call how much to read.
      let sent = unsafe clinux_send(descriptor, octets, octets.count)
      guard sent == octets.count else { return abandon(socket, socket.failure(errno: sent < 0 ? -sent : EMSGSIZE)) }
    }
    let watched = state.withLock { state in register(socket, deadline: attempt.deadline, isNew: isNew, in: &state) }
    if watched != 0 { abandon(socket, socket.failure(errno: -watched)) }
  }

  /// - Returns: 0, or why the socket does not stand in the table, as a negative error number.
  private func register(_ socket: UpstreamSocket, deadline: UInt64, isNew: Bool, in state: inout State) -> Int32 {
    guard !state.isShutdown else { return -ESHUTDOWN }
    let writing: Int32 = socket.transport == .tcp ? 1 : 0
    let watched = clinux_epoll_watch(epoll, isNew ? 1 : 0, socket.descriptor, socket.tag, writing)
    guard watched == 0 else { return watched }
    state.sockets[socket.tag] = socket
    addDeadline(deadline, tag: socket.tag, in: &state)
    return 0
  }

  /// Ends a question whose socket never came into the table: its descriptor is still the caller's.
  private func abandon(_ socket: UpstreamSocket, _ error: UpstreamError) {
    closeNow(socket.descriptor)
    socket.end(.failure(error))
  }

  private func addDeadline(_ instant: UInt64, tag: UInt64, in state: inout State) {
    let sockets = state.sockets
    state.deadlines.compact(liveCount: sockets.count) { sockets[$0] != nil }
    if state.deadlines.insert(instant, tag: tag) { arm(instant, in: state) }
  }

  /// Ends a question that nobody waits for any more.
  private func cancel(_ tag: UInt64) {
    let socket = state.withLock { state in
      let socket = state.sockets.removeValue(forKey: tag)
      if let socket { retire(socket.descriptor, in: &state) }
      return socket
    }
    socket?.end(.failure(.cancelled))
  }

  /// Leaves a descriptor to the thread, which may be about to read from it.
  private func retire(_ descriptor: Int32, in state: inout State) {
    state.retired.append(descriptor)
    arm(1, in: state)
  }

  func closeNow(_ descriptor: Int32) {
    close(descriptor)
    open.wrappingSubtract(1, ordering: .relaxed)
  }
}

// MARK: - For the thread

extension UpstreamLoop {
  /// Takes a socket out of the table: whoever gets it ends it.
  func take(_ tag: UInt64) -> UpstreamSocket? {
    state.withLock { state in
      guard let socket = state.sockets.removeValue(forKey: tag) else { return nil }
      if case .idle = socket.purpose { state.idle.remove(tag, for: socket.server) }
      return socket
    }
  }

  /// Ends a question and closes its socket.
  func finish(_ tag: UInt64, _ outcome: UpstreamOutcome) {
    guard let socket = take(tag) else { return }
    closeNow(socket.descriptor)
    socket.end(outcome)
  }

  /// Ends a question over TCP and keeps its connection for the next one.
  func finishKeeping(_ tag: UInt64, _ message: Message) {
    let socket = state.withLock { state -> UpstreamSocket? in
      guard let socket = state.sockets.removeValue(forKey: tag) else { return nil }
      if !keep(socket.idle(tag: newTag()), in: &state) { state.retired.append(socket.descriptor) }
      return socket
    }
    closeRetired()
    socket?.end(.success(message))
  }

  private func keep(_ idle: UpstreamSocket, in state: inout State) -> Bool {
    guard !state.isShutdown, idle.expire > .zero, state.idle.hasRoom(for: idle.server),
      clinux_epoll_watch(epoll, 0, idle.descriptor, idle.tag, 0) == 0
    else { return false }
    state.sockets[idle.tag] = idle
    state.idle.put(idle.tag, for: idle.server)
    addDeadline(monotonicNow() &+ idle.expire.nanoseconds, tag: idle.tag, in: &state)
    return true
  }

  func closeRetired() {
    let retired = state.withLock { state in
      defer { state.retired = [] }
      return state.retired
    }
    for descriptor in retired { closeNow(descriptor) }
  }

  /// Ends what has waited too long, and sets the timer for the next.
  func expire() {
    let expired = state.withLock { state in
      var expired: [UpstreamSocket] = []
      let now = monotonicNow()
      while let tag = state.deadlines.popExpired(now: now) {
        guard let socket = state.sockets.removeValue(forKey: tag) else { continue }
        if case .idle = socket.purpose { state.idle.remove(tag, for: socket.server) }
        expired.append(socket)
      }
      if let next = state.deadlines.earliest { arm(next, in: state) }
      return expired
    }
    for socket in expired {
      let error = UpstreamError.timeout(socket.describe("i/o timeout"))
      closeNow(socket.descriptor)
      socket.end(.failure(error))
    }
  }

  /// Ends all there is.
  func endAll() {
    let all = state.withLock { state in
      defer { state.sockets = [:] }
      state.idle = UpstreamIdlePool()
      return Array(state.sockets.values)
    }
    closeRetired()
    for socket in all {
      closeNow(socket.descriptor)
      socket.end(.failure(socket.failure(errno: ESHUTDOWN)))
    }
  }
}
