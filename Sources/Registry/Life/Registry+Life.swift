extension Registry {
  /// The registry's clock, which never goes back, in milliseconds.
  package var uptime: @Sendable () -> Int64 { contents.withLock { $0.objects.settings.uptime } }

  /// Lets Pods go whose Leases are not renewed, until the task is cancelled. While no Pod lives by a Lease, it sleeps.
  ///
  /// - Parameter log: takes what is worth a line in the log.
  public func keepLives(_ log: @Sendable (String) -> Void) async {
    let uptime = uptime
    var lastError = ""
    while !Task.isCancelled {
      do throws(RegistryError) {
        let report = try await commit { transaction throws(RegistryError) in transaction.advanceLives() }
        for note in report.notes { log(note) }
        lastError = ""
        await alarm.wait(until: report.next, now: uptime())
      } catch {
        if error.message != lastError { log("leases: \(error)") }
        lastError = error.message
        await alarm.wait(until: uptime() + 1000, now: uptime())
      }
    }
  }
}
