import Dispatch
import Synchronization

/// The way of changes into a store, and only then to readers.
///
/// Transactions run, one after the other, on objects of the writers' own. What they did waits here, and one thread takes all
/// that waits to the store at once: while the disk works for one group, the next one gathers. When the store has kept a
/// group, its batches are shown to readers and handed out, and its writers go on. When the store fails, everything that waits
/// is undone, in the reverse order, before anybody has seen it, and the writers are told.
///
/// Renewals of Leases are shown at once and not kept: a restart gives every Lease its time anew.
final class CommitQueue: Sendable {
  private let staging: Mutex<Staging>
  private let store: any RegistryStore
  /// Hears how each write to the store went.
  let monitor: StoreMonitor
  private let writer = DispatchQueue(label: "clusterdns.commits", qos: .userInitiated)

  init(_ objects: RegistryTransaction, reserved: UInt64, _ store: any RegistryStore) {
    staging = Mutex(Staging(objects, reserved: max(reserved, objects.version)))
    self.store = store
    monitor = StoreMonitor(objects.settings.uptime)
  }

  /// Runs a transaction, and blocks until it is kept.
  func transaction<Value: Sendable>(
    for registry: Registry, _ body: (inout RegistryTransaction) throws(RegistryError) -> Value
  ) throws(RegistryError) -> Value {
    let answer = Answer<Result<Value, RegistryError>>()
    run(for: registry, body) { outcome, failure in answer.give(failure.map(Result.failure) ?? outcome) }
    return try answer.wait().get()
  }

  /// Runs a transaction, and waits until it is kept.
  func commit<Value: Sendable>(
    isolation: isolated (any Actor)? = #isolation, for registry: Registry,
    _ body: (inout RegistryTransaction) throws(RegistryError) -> Value
  ) async throws(RegistryError) -> Value {
    let outcome: Result<Value, RegistryError> = await withCheckedContinuation { continuation in
      run(for: registry, body) { outcome, failure in
        continuation.resume(returning: failure.map(Result.failure) ?? outcome)
      }
    }
    return try outcome.get()
  }

  /// Runs a transaction and returns what came of it; says so once more when that is kept, and all that it has seen, or with why
  /// it is not.
  @discardableResult
  func run<Value: Sendable>(
    for registry: Registry, _ body: (inout RegistryTransaction) throws(RegistryError) -> Value,
    _ done: @escaping @Sendable (Result<Value, RegistryError>, _ failure: RegistryError?) -> Void
  ) -> Result<Value, RegistryError> {
    let (outcome, step) = staging.withLock { staging -> (Result<Value, RegistryError>, Staging.Step) in
      let outcome = staging.run(body) { registry.publish([$0]) }
      return (outcome, staging.wait { failure in done(outcome, failure) })
    }
    switch step {
    case .nothingToWaitFor(let tell): tell(nil)
    case .isBeingWritten: break
    case .startWriting: writer.async { self.write(for: registry) }
    }
    return outcome
  }

  /// Takes groups to the store until nothing waits.
  private func write(for registry: Registry) {
    while true {
      let group = staging.withLock { $0.takeGroup() }
      guard !group.isEmpty else { return }
      var failure: RegistryStoreError?
      do throws(RegistryStoreError) {
        let transactions = group.compactMap(\.stored)
        if !transactions.isEmpty { try store.keep(transactions) }
        registry.publish(group.compactMap(\.changes.batch))
      } catch {
        failure = error
      }
      let waiting = staging.withLock { failure == nil ? $0.finishGroup() : $0.undoAll() }
      if group.contains(where: { $0.stored != nil }) {
        monitor.take(failure, refused: failure == nil ? 0 : waiting.count)
      }
      let refusal = failure.map(RegistryError.notKept)
      for tell in waiting { tell(refusal) }
    }
  }
}

/// The objects that transactions run on, and what of their changes is not kept yet.
private struct Staging: Sendable {
  /// Told when a transaction is kept, or with why it is not.
  typealias Waiter = @Sendable (RegistryError?) -> Void

  /// What is to be done after a transaction ran.
  enum Step: Sendable {
    case nothingToWaitFor(Waiter)
    case isBeingWritten
    case startWriting
  }

  /// A transaction on its way.
  struct Commit: Sendable {
    let changes: TransactionChanges
    /// `nil` when the store need not know.
    let stored: StoredTransaction?
    var waiters: [Waiter] = []
  }

  private var objects: RegistryTransaction
  /// What the store is keeping at this moment.
  private var group: [Commit] = []
  /// What comes after it.
  private var queue: [Commit] = []
  private var isWriting = false
  /// Versions up to this one may be shown without being kept: a restart begins behind it.
  private var reserved: UInt64
  /// How many versions are set aside at a time: 100,000 Leases renewed every 10 s use them up in 100 s.
  private static let reserve: UInt64 = 1 << 20

  init(_ objects: RegistryTransaction, reserved: UInt64) {
    self.objects = objects
    self.reserved = reserved
  }

  /// Runs a transaction; what need not be kept is shown at once when nothing is under way that it could overtake.
  mutating func run<Value: Sendable>(
    _ body: (inout RegistryTransaction) throws(RegistryError) -> Value, _ show: (RegistryBatch) -> Void
  ) -> Result<Value, RegistryError> {
    do throws(RegistryError) {
      let (value, changes) = try objects.run(body)
      guard !changes.journal.isEmpty else { return .success(value) }
      let isVolatile = changes.areRenewals && objects.version <= reserved
      if isVolatile, group.isEmpty, queue.isEmpty, let batch = changes.batch {
        show(batch)
      } else {
        queue.append(Commit(changes: changes, stored: isVolatile ? nil : stored(changes)))
      }
      return .success(value)
    } catch {
      return .failure(error)
    }
  }

  /// What the store is given; renewals that find no versions set aside take more with them.
  private func stored(_ changes: TransactionChanges) -> StoredTransaction {
    objects.stored(changes, reserving: changes.areRenewals ? objects.version + Self.reserve : nil)
  }

  /// Has somebody told when everything so far is kept: also who has only seen what is not kept yet.
  mutating func wait(_ waiter: @escaping Waiter) -> Step {
    if !queue.isEmpty {
      queue[queue.count - 1].waiters.append(waiter)
    } else if !group.isEmpty {
      group[group.count - 1].waiters.append(waiter)
    } else {
      return .nothingToWaitFor(waiter)
    }
    if isWriting { return .isBeingWritten }
    isWriting = true
    return .startWriting
  }

  /// Everything that waits; nothing ends the writing.
  mutating func takeGroup() -> [Commit] {
    swap(&group, &queue)
    isWriting = !group.isEmpty
    return group
  }

  /// The group is kept and was shown.
  mutating func finishGroup() -> [Waiter] {
    for commit in group { reserved = commit.stored?.reserved ?? reserved }
    defer { group = [] }
    return group.flatMap(\.waiters)
  }

  /// The group is not kept: it and all that came after it have never been.
  mutating func undoAll() -> [Waiter] {
    let undone = group + queue
    (group, queue) = ([], [])
    for commit in undone.reversed() { objects.undo(commit.changes) }
    return undone.flatMap(\.waiters)
  }
}

/// One thread's answer to another one that waits for it.
private final class Answer<Value: Sendable>: Sendable {
  private let value = Mutex<Value?>(nil)
  private let isThere = DispatchSemaphore(value: 0)

  func give(_ value: Value) {
    self.value.withLock { $0 = value }
    isThere.signal()
  }

  func wait() -> Value {
    while true {
      isThere.wait()
      if let value = value.withLock({ $0 }) { return value }
    }
  }
}
