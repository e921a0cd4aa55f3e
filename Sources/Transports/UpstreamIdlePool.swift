import NetworkAddresses

/// The TCP connections that wait for the next question, by server. Pure: it knows only their tags.
struct UpstreamIdlePool {
  /// A server's connections are kept up to this number; the rest is closed.
  static let mostPerServer = 64

  private var tags: [SocketAddress: [UInt64]] = [:]
  /// How many connections wait.
  private(set) var count = 0

  /// The connection to the server that was used last: it is the least likely to be closed by now.
  mutating func take(for server: SocketAddress) -> UInt64? {
    guard let tag = tags[server]?.popLast() else { return nil }
    didRemove(from: server)
    return tag
  }

  /// Whether the server may have one more.
  func hasRoom(for server: SocketAddress) -> Bool { tags[server, default: []].count < Self.mostPerServer }

  mutating func put(_ tag: UInt64, for server: SocketAddress) {
    tags[server, default: []].append(tag)
    count += 1
  }

  /// Takes out one that was closed.
  mutating func remove(_ tag: UInt64, for server: SocketAddress) {
    guard let index = tags[server]?.firstIndex(of: tag) else { return }
    tags[server]?.remove(at: index)
    didRemove(from: server)
  }

  /// Takes out any one: there must be room for a new socket.
  mutating func takeAny() -> UInt64? {
    guard let server = tags.keys.first else { return nil }
    let tag = tags[server]?.removeFirst()
    didRemove(from: server)
    return tag
  }

  private mutating func didRemove(from server: SocketAddress) {
    count -= 1
    if tags[server]?.isEmpty == true { tags[server] = nil }
  }
}
