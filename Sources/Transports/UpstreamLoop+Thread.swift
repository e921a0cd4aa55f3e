import CLinux
import Glibc
import QueryEngine

// The thread: it waits for sockets and for the timer, and reads what comes.

extension UpstreamLoop {
  /// Starts the thread, which keeps the loop alive until ``shutdown()``.
  func start() throws(UpstreamError) {
    var thread = pthread_t()
    let context = unsafe Unmanaged.passRetained(self).toOpaque()
    // The retain above is what the thread takes over, exactly once.
    let failure = unsafe pthread_create(
      &thread, nil,
      { context in
        guard let context = unsafe context else { return nil }
        unsafe Unmanaged<UpstreamLoop>.fromOpaque(context).takeRetainedValue().run()
        return nil
      }, context)
    guard failure == 0 else {
      unsafe Unmanaged<UpstreamLoop>.fromOpaque(context).release()
      throw .unreachable(errorText(failure))
    }
    pthread_detach(thread)
  }

  private func run() {
    blockSignals()
    var buffer: [UInt8] = Array(repeating: 0, count: Int(UInt16.max))
    var tags: [UInt64] = Array(repeating: 0, count: 64)
    var writable: [UInt8] = Array(repeating: 0, count: 64)
    while true {
      // Both arrays have as many elements as the call may write.
      let count = unsafe clinux_epoll_wait(epoll, &tags, &writable, Int32(tags.count))
      for index in 0..<max(0, Int(count)) {
        guard tags[index] != Self.timerTag else { continue }
        ready(tags[index], writable: writable[index] != 0, buffer: &buffer)
      }
      if count < 0 || tags[..<Int(count)].contains(Self.timerTag), !tick() { return }
    }
  }

  /// The timer fired: something is too old, retired, or all is to end.
  ///
  /// - Returns: whether to go on.
  private func tick() -> Bool {
    drainTimer()
    closeRetired()
    guard !state.withLock({ $0.isShutdown }) else {
      endAll()
      return false
    }
    expire()
    return true
  }

  /// Reads the timer's count, so that it is not ready any more.
  private func drainTimer() {
    var count: UInt64 = 0
    // Eight octets, as timerfd gives.
    _ = unsafe read(timer, &count, 8)
  }

  private func ready(_ tag: UInt64, writable: Bool, buffer: inout [UInt8]) {
    guard let socket = state.withLock({ $0.sockets[tag] }) else { return }
    guard case .question(let question, _) = socket.purpose else { return finish(tag, .failure(.closed(""))) }
    switch socket.transport {
    case .udp: readDatagrams(socket, question, &buffer)
    case .tcp:
      if writable, !writeStream(socket) { return }
      readStream(socket, question, &buffer)
    }
  }

  /// Signals belong to the main thread.
  private func blockSignals() {
    var all = sigset_t()
    unsafe sigfillset(&all)
    unsafe pthread_sigmask(SIG_BLOCK, &all, nil)
  }
}

// MARK: - UDP

extension UpstreamLoop {
  /// So many datagrams are read before the other sockets have their turn: a flood holds nobody up.
  private static let datagramsInTurn = 16

  /// Reads until the answer comes; what is no answer to the question is ignored, and the wait goes on.
  private func readDatagrams(_ socket: UpstreamSocket, _ question: UpstreamQuestion, _ buffer: inout [UInt8]) {
    for _ in 0..<Self.datagramsInTurn {
      // The array's count tells the call how much it may write.
      let count = unsafe clinux_receive(socket.descriptor, &buffer, buffer.count)
      if count == -EAGAIN { return }
      if count < 0 { return finish(socket.tag, .failure(socket.failure(errno: -count))) }
      if let message = question.answer(in: [UInt8](buffer[..<Int(count)])) {
        return finish(socket.tag, .success(message))
      }
    }
  }
}

// MARK: - TCP

extension UpstreamLoop {
  /// Sends what is left of the question once the connection stands.
  ///
  /// - Returns: whether the connection is still good.
  private func writeStream(_ socket: UpstreamSocket) -> Bool {
    let failure = clinux_socket_error(socket.descriptor)
    guard failure == 0 else {
      finish(socket.tag, .failure(.unreachable("dial tcp \(socket.server): connect: \(errorText(-failure))")))
      return false
    }
    let octets = socket.stream.withLock { Array($0?.outgoing ?? []) }
    guard !octets.isEmpty else { return true }
    // The array's count tells the call how much to read.
    let sent = unsafe clinux_send(socket.descriptor, octets, octets.count)
    if sent == -EAGAIN { return true }
    guard sent >= 0 else {
      finish(socket.tag, .failure(streamFailure(socket, errno: -sent)))
      return false
    }
    socket.stream.withLock { $0?.didSend(Int(sent)) }
    if Int(sent) == octets.count { _ = clinux_epoll_watch(epoll, 0, socket.descriptor, socket.tag, 0) }
    return true
  }

  /// Reads what came; a whole message that answers the question ends it, others are ignored.
  private func readStream(_ socket: UpstreamSocket, _ question: UpstreamQuestion, _ buffer: inout [UInt8]) {
    // The array's count tells the call how much it may write.
    let count = unsafe clinux_receive(socket.descriptor, &buffer, buffer.count)
    if count == -EAGAIN || count == -ENOTCONN { return }
    if count < 0 { return finish(socket.tag, .failure(streamFailure(socket, errno: -count))) }
    if count == 0 { return finish(socket.tag, .failure(.closed(socket.describe("EOF")))) }
    let octets = [UInt8](buffer[..<Int(count)])
    switch socket.stream.withLock({ $0?.receive(octets, answering: question) }) {
    case .answer(let message, isClean: true): finishKeeping(socket.tag, message)
    case .answer(let message, isClean: false): finish(socket.tag, .success(message))
    case nil: return
    }
  }

  private func streamFailure(_ socket: UpstreamSocket, errno: Int32) -> UpstreamError {
    errno == ECONNRESET || errno == EPIPE
      ? .closed(socket.describe("read: " + errorText(errno))) : socket.failure(errno: errno)
  }
}
