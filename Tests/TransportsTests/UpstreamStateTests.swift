import DNSWire
import NetworkAddresses
import ScriptedServers
import Testing

@testable import Transports

@Suite("Upstream: deadlines, frames and idle connections, without sockets")
struct UpstreamStateTests {
  @Test("deadlines come in order, whatever the order they were set in")
  func deadlineOrder() {
    var deadlines = UpstreamDeadlines()
    let instants = (0..<500).map { UInt64($0 * 7919 % 1009) }
    for (tag, instant) in instants.enumerated() {
      let isFirst = deadlines.insert(instant, tag: UInt64(tag))
      #expect(isFirst == (instants[..<tag].allSatisfy { $0 > instant }))
    }
    var seen: [UInt64] = []
    for now in [UInt64(400), 2000] {
      while let tag = deadlines.popExpired(now: now) {
        #expect(instants[Int(tag)] <= now)
        seen.append(instants[Int(tag)])
      }
      #expect(deadlines.earliest.map { $0 > now } ?? (now == 2000))
    }
    #expect(seen == instants.sorted())
  }

  @Test("the deadlines of answered questions do not pile up")
  func compaction() {
    var deadlines = UpstreamDeadlines()
    for tag in UInt64(1)...10_000 {
      deadlines.compact(liveCount: 1) { $0 == 77 || $0 == tag }
      _ = deadlines.insert(1000 - tag % 100, tag: tag)
      #expect(deadlines.count < 100)
    }
    var left: [UInt64] = []
    while let tag = deadlines.popExpired(now: .max) { left.append(tag) }
    #expect(left.contains(77))
  }

  @Test("messages are cut from the stream at their lengths", arguments: 1...20)
  func frames(pieceLength: Int) {
    let messages: [[UInt8]] = [[], [1], [2, 3], Array(repeating: 4, count: 300), [5]]
    let octets = messages.flatMap(framed)
    var stream = UpstreamStream(sending: [])
    var seen: [[UInt8]] = []
    for start in stride(from: 0, to: octets.count, by: pieceLength) {
      stream.receive(octets[start..<min(start + pieceLength, octets.count)])
      while let message = stream.nextMessage() { seen.append(message) }
    }
    #expect(seen == messages)
    #expect(!stream.hasRest)
    stream.receive([0])
    #expect(stream.nextMessage() == nil && stream.hasRest)
  }

  @Test("what was sent is not sent again")
  func outgoing() {
    var stream = UpstreamStream(sending: [7, 8, 9])
    #expect(Array(stream.outgoing) == [0, 3, 7, 8, 9])
    stream.didSend(4)
    #expect(Array(stream.outgoing) == [9])
    stream.didSend(1)
    #expect(stream.outgoing.isEmpty)
  }

  @Test("the connection that was used last is taken first, and none twice")
  func idlePool() {
    let (one, other) = (SocketAddress(.v4(.loopback), port: 1), SocketAddress(.v4(.loopback), port: 2))
    var pool = UpstreamIdlePool()
    for tag in UInt64(1)...3 { pool.put(tag, for: one) }
    pool.put(9, for: other)
    pool.remove(3, for: one)
    #expect(pool.take(for: one) == 2)
    #expect(pool.take(for: one) == 1)
    #expect(pool.take(for: one) == nil)
    #expect(pool.count == 1)
    #expect(pool.takeAny() == 9)
    #expect(pool.takeAny() == nil)
    #expect(pool.count == 0)
  }

  @Test("a server has a bounded number of idle connections")
  func idleBound() {
    let server = SocketAddress(.v4(.loopback), port: 1)
    var pool = UpstreamIdlePool()
    for tag in 0..<UInt64(UpstreamIdlePool.mostPerServer) {
      #expect(pool.hasRoom(for: server))
      pool.put(tag, for: server)
    }
    #expect(!pool.hasRoom(for: server))
  }
}
