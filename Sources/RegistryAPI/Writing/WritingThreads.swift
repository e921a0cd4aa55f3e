import NIOCore
import NIOPosix
import Registry

/// Threads on which requests that change objects are answered: a change waits for its turn, and its body may be large.
/// Those who only read must not wait behind them. While the store keeps a change, no thread waits for it.
enum WritingThreads {
  /// How many changes are worked on at once; further ones wait in a queue.
  private static let count = max(2, System.coreCount)

  /// Made with the first change.
  private static let pool: NIOThreadPool = {
    let pool = NIOThreadPool(numberOfThreads: count)
    pool.start()
    return pool
  }()

  /// What a handler answers, without holding the caller's thread.
  static func reply(_ handler: APIHandler, to request: APIRequest) async -> APIReply {
    await withCheckedContinuation { continuation in
      pool.submit { state in
        guard case .active = state else { return continuation.resume(returning: .failure(.isEnding)) }
        handler.reply(to: request) { continuation.resume(returning: $0) }
      }
    }
  }
}

extension APIRequest {
  /// Whether objects may change by it.
  var isWrite: Bool { method != "GET" && method != "HEAD" }
}

extension RegistryError {
  /// The program ends before a change had its turn.
  fileprivate static let isEnding = RegistryError(.serviceUnavailable, "the server ends")
}
