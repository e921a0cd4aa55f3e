extension ServiceClient {
  /// Follows the source until the task is cancelled. To be called once; a second call returns at once.
  ///
  /// All tasks and subscriptions that it has end with it. The endpoints stay what they were.
  public func run() async {
    let isFirst = book.withLock { book in
      defer { book.isRunning = true }
      return !book.isRunning
    }
    guard isFirst else { return }
    await withTaskGroup(of: Void.self) { group in
      group.addTask { await self.follow() }
      group.addTask { await self.tend() }
    }
    news.notify()
  }

  /// Takes over what the source says.
  private func follow() async {
    for await update in source.subscribe(to: target) { take(update) }
  }

  /// Makes pickers, and does what is due by the clock.
  private func tend() async {
    while !Task.isCancelled {
      let version = work.version
      let next = catchUp()
      await work.wait(after: version, until: next, clock)
    }
  }

  private func take(_ update: EndpointUpdate) {
    let now = clock.now()
    change { $0.take(update, at: now) }
    work.notify()
    news.notify()
  }

  /// Changes what is held, and has places follow it.
  private func change(_ body: (inout HeldSet) -> Void) {
    let admitted = book.withLock { book in
      let before = book.held.set
      body(&book.held)
      return book.takeSet(before: before)
    }
    for waiter in admitted { waiter.resume() }
  }

  /// Does what is due. When there is more to do.
  private func catchUp() -> ContinuousClock.Instant? {
    let now = clock.now()
    change { $0.advance(to: now) }
    let (admitted, old, next) = book.withLock { book in
      let admitted = book.advance(to: now)
      defer { book.isPickerOld = false }
      return (admitted, book.isPickerOld ? (book.held.set, book.detector.ejected) : nil, book.nextTime)
    }
    for waiter in admitted { waiter.resume() }
    guard let (set, ejected) = old else { return next }
    let step = picker.update(
      set?.usable ?? [], ejected: ejected, sessionAffinity: set?.sessionAffinity, at: now)
    defer { news.notify() }
    return book.withLock { book in
      book.settle(set, ejected: ejected, nextStep: step.map { now + $0.bounded })
      return book.nextTime
    }
  }
}
