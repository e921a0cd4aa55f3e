public import ClusterModel

/// What keeps a registry's objects when the process ends.
public protocol RegistryStore: Sendable {
  /// Keeps all of the transactions, in their order, or none of them; when it returns they survive the end of the process and
  /// of the machine.
  ///
  /// Called by one thread at a time, which may be blocked.
  func keep(_ transactions: [StoredTransaction]) throws(RegistryStoreError)
}

/// Why a store has not kept something.
public struct RegistryStoreError: Error, Sendable, Hashable {
  /// What is wrong, with the place: `/var/lib/clusterdns/registry.db: the disk is full`.
  public var message: String

  /// An error in the words given.
  public init(_ message: String) { self.message = message }
}

/// An object as a store keeps it.
public struct StoredObject: Sendable, Hashable {
  /// The object with its version.
  public var object: ClusterObject
  /// Whom it comes from.
  public var origin: Origin

  /// An object and whom it comes from.
  public init(_ object: ClusterObject, from origin: Origin) {
    self.object = object
    self.origin = origin
  }
}

/// What one transaction changes in a store.
public struct StoredTransaction: Sendable {
  /// One object after the transaction; `nil` for one that went.
  public typealias Change = (key: ObjectKey, object: StoredObject?)

  /// The version of the last change.
  public let version: UInt64
  /// What has become of each object that was touched, once each.
  public let changes: [Change]
  /// What watches are told; `nil` when they are told nothing.
  public let batch: RegistryBatch?
  /// Up to which version changes may be shown from now on that no store keeps; `nil` for as before.
  public let reserved: UInt64?
}

/// What a store has kept: where a registry goes on.
public struct StoredState: Sendable {
  /// The version of the last change that was kept.
  public var version: UInt64
  /// Up to which version changes may have been shown that were not kept; the registry goes on behind it.
  public var reserved: UInt64
  /// Every object, in any order.
  public var objects: [StoredObject]
  /// The latest batches, oldest first, without events of Leases.
  public var history: [RegistryBatch]
  /// Every batch behind this version is in the history.
  public var oldest: UInt64

  /// From its parts.
  public init(
    version: UInt64 = 0, reserved: UInt64 = 0, objects: [StoredObject] = [], history: [RegistryBatch] = [],
    oldest: UInt64 = 0
  ) {
    self.version = version
    self.reserved = reserved
    self.objects = objects
    self.history = history
    self.oldest = oldest
  }
}
