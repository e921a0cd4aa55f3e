import NIOPosix
import Registry

/// Threads on which requests that change objects are answered: a change waits for its turn, and for the store that keeps it,
/// and many that wait at once share one write of the disk. Those who only read must not wait behind them.
enum WritingThreads {
  /// How many changes may wait at once; further ones wait in a queue.
  private static let count = 128

  /// Made with the first change.
  private static let pool: NIOThreadPool = {
    let pool = NIOThreadPool(numberOfThreads: count)
    pool.start()
    return pool
  }()

  /// What a handler answers, without holding the caller's thread.
  static func reply(_ handler: APIHandler, to request: APIRequest) async -> APIReply {
    do {
      return try await pool.runIfActive { handler.reply(to: request) }
    } catch {
      // The client has gone before its turn came.
      return .failure(RegistryError(.timeout, "the request was given up before its turn came"))
    }
  }
}

extension APIRequest {
  /// Whether objects may change by it.
  var isWrite: Bool { method != "GET" && method != "HEAD" }
}
