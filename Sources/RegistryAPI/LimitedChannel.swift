import HummingbirdCore
import Logging
import NIOCore
import Synchronization

/// A kind of connection, within a limit, whose tasks run on its event loop.
struct LimitedChannel<Base: ServerChildChannel>: ServerChildChannel {
  private let base: Base
  private let limit: ConnectionLimit

  init(_ base: Base, _ limit: ConnectionLimit) {
    self.base = base
    self.limit = limit
  }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<AcceptedConnection<Base>> {
    let (base, limit) = (base, limit)
    return channel.eventLoop.makeCompletedFuture {
      try channel.pipeline.syncOperations.addHandler(limit.handler())
    }.flatMap { base.setup(channel: channel, logger: logger) }
      .map { AcceptedConnection(base, $0, logger) }
  }

  func handle(value: AcceptedConnection<Base>, logger: Logger) async { await value.handle() }
}

/// A connection that is set up, and handled even when the server ends before it looks at it: a `NIOAsyncChannel` that nobody has
/// handled ends the process.
final class AcceptedConnection<Base: ServerChildChannel>: ServerChildChannelValue {
  var channel: any Channel { value.channel }
  private let base: Base
  private let value: Base.Value
  private let logger: Logger
  private let isHandled = Atomic(false)

  init(_ base: Base, _ value: Base.Value, _ logger: Logger) {
    (self.base, self.value, self.logger) = (base, value, logger)
  }

  func handle() async {
    isHandled.store(true, ordering: .relaxed)
    await withTaskExecutorPreference(ConnectionTasks(channel.eventLoop)) {
      await base.handle(value: value, logger: logger)
    }
  }

  deinit {
    guard !isHandled.load(ordering: .relaxed) else { return }
    channel.close(promise: nil)
    Task { [base, value, logger] in await base.handle(value: value, logger: logger) }
  }
}
