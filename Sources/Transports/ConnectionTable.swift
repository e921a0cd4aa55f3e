import NIOCore
import NetworkAddresses
import Synchronization

/// All TCP connections of a listener, so that none can keep others out: where there are too many, the one that has been idle longest goes.
final class ConnectionTable: Sendable {
  private let limits: TCPLimits
  private let state = Mutex(State())

  fileprivate struct State {
    var connections: [ObjectIdentifier: Entry] = [:]
    var perClient: [IPAddress: Int] = [:]
  }

  fileprivate struct Entry {
    let channel: any Channel
    let client: IPAddress?
    var lastQuery: NIODeadline
  }

  init(limits: TCPLimits) { self.limits = limits }

  var count: Int { state.withLock { $0.connections.count } }

  /// Adds a connection, and closes the idlest one where that makes too many.
  func add(_ channel: any Channel, client: IPAddress?, now: NIODeadline) {
    let victims = state.withLock { state in
      state.connections[ObjectIdentifier(channel)] = Entry(channel: channel, client: client, lastQuery: now)
      if let client { state.perClient[client, default: 0] += 1 }
      return state.victims(limits: limits, client: client)
    }
    for victim in victims { victim.close(promise: nil) }
  }

  /// Notes that a connection has asked something.
  func touch(_ channel: any Channel, now: NIODeadline) {
    state.withLock { $0.connections[ObjectIdentifier(channel)]?.lastQuery = now }
  }

  func remove(_ channel: any Channel) {
    state.withLock { _ = $0.remove(ObjectIdentifier(channel)) }
  }

  func closeAll() {
    let channels = state.withLock { state in state.connections.values.map(\.channel) }
    for channel in channels { channel.close(promise: nil) }
  }
}

extension ConnectionTable.State {
  /// Takes the connections that must go out of the table.
  mutating func victims(limits: TCPLimits, client: IPAddress?) -> [any Channel] {
    var victims: [any Channel] = []
    if let client, perClient[client, default: 0] > limits.connectionsPerClient {
      victims += takeIdlest { $0.client == client }
    }
    if connections.count > limits.connections { victims += takeIdlest { _ in true } }
    return victims
  }

  private mutating func takeIdlest(where isCandidate: (ConnectionTable.Entry) -> Bool) -> [any Channel] {
    var idlest: (key: ObjectIdentifier, lastQuery: NIODeadline)?
    for (key, entry) in connections where isCandidate(entry) {
      guard let least = idlest?.lastQuery, least <= entry.lastQuery else {
        idlest = (key, entry.lastQuery)
        continue
      }
    }
    guard let idlest, let entry = remove(idlest.key) else { return [] }
    return [entry.channel]
  }

  mutating func remove(_ key: ObjectIdentifier) -> ConnectionTable.Entry? {
    guard let entry = connections.removeValue(forKey: key) else { return nil }
    if let client = entry.client {
      let left = perClient[client, default: 1] - 1
      perClient[client] = left == 0 ? nil : left
    }
    return entry
  }
}
