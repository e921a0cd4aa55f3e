public import NetworkAddresses

/// An endpoint that was chosen: a plain value, valid for as long as its cell.
public struct Pick: Sendable, Hashable {
  /// Where the endpoint listens.
  public let address: SocketAddress
  /// The number of the endpoint in its cell, from 0 on. It stays with the address from set to set, and goes to another address only
  /// after the endpoint left the set and its requests have ended.
  public let slot: UInt32

  @usableFromInline
  init(address: SocketAddress, slot: UInt32) {
    self.address = address
    self.slot = slot
  }
}

/// What a pick may depend on, beside the endpoints.
public struct PickContext: Sendable, Hashable {
  /// The hash of what identifies the client, for policies that give equal keys the same endpoint (``KeyHash``).
  public var key: UInt64?
  /// Random bits; `nil`: the cell draws its own.
  public var random: UInt64?
  /// Nanoseconds of a clock that only goes forward, for policies that look at time; `nil`: the machine's, read coarsely (to about 4 ms).
  public var now: UInt64?

  /// A context.
  public init(key: UInt64? = nil, random: UInt64? = nil, now: UInt64? = nil) {
    self.key = key
    self.random = random
    self.now = now
  }
}
