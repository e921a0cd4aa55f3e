import ClusterDiscovery
import NetworkAddresses
import Synchronization

/// A source that says what it is told to, to all its subscriptions and lookups, and counts them.
final class ToldSource: DiscoverySource {
  private struct State {
    var newest: EndpointUpdate?
    var readers: [UInt64: AsyncStream<EndpointUpdate>.Continuation] = [:]
    var begun: UInt64 = 0
  }

  let name: String
  private let state: Mutex<State>
  /// How many subscriptions there are.
  let subscriptions = Watched(0)

  init(_ name: String = "told", _ newest: EndpointUpdate? = nil) {
    self.name = name
    state = Mutex(State(newest: newest))
  }

  /// How many subscriptions there were so far.
  var begun: UInt64 { state.withLock { $0.begun } }

  func tell(_ update: EndpointUpdate) {
    state.withLock { state in
      state.newest = update
      for reader in state.readers.values { reader.yield(update) }
    }
  }

  /// Returns when nobody is subscribed.
  func waitUntilIdle() async { await subscriptions.wait { $0 == 0 } }

  /// What was said last; waits for ever when nothing was.
  func lookup(_ target: Target) async throws(DiscoveryError) -> EndpointSet {
    if let newest = state.withLock({ $0.newest }) { return try newest.get() }
    try? await Task.sleep(for: .seconds(3600))
    throw DiscoveryError(.cancelled, "cancelled")
  }

  func subscribe(to target: Target) -> EndpointUpdates {
    EndpointUpdates { [self] publisher in
      let (updates, reader) = AsyncStream.makeStream(of: EndpointUpdate.self)
      let number = state.withLock { state in
        state.begun += 1
        state.readers[state.begun] = reader
        if let newest = state.newest { reader.yield(newest) }
        return state.begun
      }
      subscriptions.change { $0 += 1 }
      for await update in updates { publisher.publish(update) }
      state.withLock { $0.readers[number] = nil }
      subscriptions.change { $0 -= 1 }
    }
  }
}

/// A target that the tests ask for.
let webTarget: Target = {
  guard let target = try? Target("web.shop:http") else { preconditionFailure("web.shop:http is a target") }
  return target
}()

/// A set of endpoints 10.0.0.N:80.
func webSet(_ last: UInt8...) -> EndpointUpdate {
  .success(EndpointSet(webTarget, last.map { Endpoint(SocketAddress(.v4(IPv4Address(10, 0, 0, $0)), port: 80)) }))
}

/// An error.
func failure(_ reason: DiscoveryError.Reason) -> EndpointUpdate { .failure(DiscoveryError(reason, "\(reason)")) }

extension EndpointUpdate {
  /// `1 2` for a set with 10.0.0.1 and 10.0.0.2, `stale 1` for one that is only remembered, the reason for an error.
  var summary: String {
    switch self {
    case .success(let set):
      ((set.staleSince == nil ? [] : ["stale"]) + set.endpoints.map { "\($0.address.address.octets[3])" })
        .joined(separator: " ")
    case .failure(let error): "\(error.reason)"
    }
  }
}

extension EndpointUpdates.Iterator {
  /// Reads until an update says this; `false` when the updates end before.
  mutating func read(until summary: String) async -> Bool {
    while let update = await next() { if update.summary == summary { return true } }
    return false
  }
}
