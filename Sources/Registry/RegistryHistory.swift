public import ClusterModel

/// What changed behind a version, as far as it was asked for.
public struct RegistryHistory: Sendable {
  /// The version up to which nothing is missing; one goes on from here.
  public let version: UInt64
  /// The changes of one kind, oldest first.
  public let batches: [RegistryBatch]

  /// Nothing new up to a version.
  public init(nothingUpTo version: UInt64) {
    self.version = version
    batches = []
  }

  fileprivate init(version: UInt64, batches: [RegistryBatch]) {
    self.version = version
    self.batches = batches
  }
}

extension Registry {
  /// The changes of one kind behind a version. O(changes of all kinds since then, without those of Leases for other kinds).
  ///
  /// - Parameter kind: the objects' kind.
  /// - Parameter version: the version that is known already.
  /// - Parameter most: so many batches at most; there may be more behind ``RegistryHistory/version``.
  /// - Throws: `Expired` for a version that the history has lost.
  public func history(
    of kind: ObjectKind, after version: UInt64, most: Int = 256
  ) throws(RegistryError) -> RegistryHistory {
    try contents.withLock { contents throws(RegistryError) in
      try contents.history(of: kind, after: version, most: most)
    }
  }
}

extension RegistryContents {
  fileprivate func history(
    of kind: ObjectKind, after version: UInt64, most: Int
  ) throws(RegistryError) -> RegistryHistory {
    let filter = RegistryFilter([kind])
    var found: [RegistryBatch] = []
    for batch in try batches(after: version, filter) {
      guard let view = filter.view(batch) else { continue }
      found.append(view)
      if found.count >= most { return RegistryHistory(version: batch.version, batches: found) }
    }
    return RegistryHistory(version: objects.version, batches: found)
  }
}
