import Registry
import Synchronization

/// The reply to a request that changes objects: it goes out once it is made and the store has kept all that it tells of.
///
/// No thread waits meanwhile. When the store fails, the client gets that in place of the reply.
final class PendingReply: Sendable {
  private struct State {
    /// What the reply waits for: the handler, and each of its changes.
    var awaited = 1
    var reply: APIReply?
    var failure: RegistryError?
  }

  private let state = Mutex(State())
  private let send: @Sendable (APIReply) -> Void

  /// - Parameter send: called once, by any thread.
  init(_ send: @escaping @Sendable (APIReply) -> Void) { self.send = send }

  /// One more change that is to be kept first; the function is to be called once.
  func change() -> @Sendable (RegistryError?) -> Void {
    state.withLock { $0.awaited += 1 }
    return { [self] failure in settle { $0.failure = $0.failure ?? failure } }
  }

  /// The reply is made.
  func finish(_ reply: APIReply) { settle { $0.reply = reply } }

  private func settle(_ note: (inout State) -> Void) {
    let ready = state.withLock { state -> APIReply? in
      note(&state)
      state.awaited -= 1
      guard state.awaited == 0 else { return nil }
      return state.failure.map(APIReply.failure) ?? state.reply
    }
    if let ready { send(ready) }
  }
}
