import DNSWire
import Foundation
import LiveServer
import Testing

extension Threats {
  /// Clients over TCP that keep others out, or that only cost.
  @Suite("clients over TCP") struct Streams {
    let target: Target

    init() throws { target = try Target.shared.get() }

    @Test("1,500 idle clients keep no new one out, and their descriptors come back")
    func idle() throws {
      Self.raiseDescriptorLimit()
      let before = target.server.descriptors
      var idle = (0..<1_500).compactMap { _ in try? Socket.connected(.tcp, to: target.server.endpoint) }
      #expect(idle.count > 500)
      try target.expectWell()
      idle = []
      try expectDescriptors(atMost: before + 32)
    }

    @Test("unfinished messages are given up", arguments: [[0], [0, 40, 1, 2, 3], [0xFF, 0xFF]] as [[UInt8]])
    func partial(octets: [UInt8]) async throws {
      let socket = try Socket.connected(.tcp, to: target.server.endpoint)
      try socket.send(octets)
      try await Threats.wait(for: socket, seconds: 20)
      #expect(socket.receive(within: 0) == [])
    }

    @Test("20,000 queries in a pipe of a client that does not read cost little memory and keep nobody waiting")
    func deaf() throws {
      let before = target.server.residentMemory
      let deaf = try (0..<20).map { _ in try Socket.connected(.tcp, to: target.server.endpoint) }
      let burst = Array(repeatElement(Socket.framed(try Target.query()), count: 1_000).joined())
      for socket in deaf {
        for _ in 0..<20
        where send(socket.descriptor, burst, burst.count, Int32(MSG_DONTWAIT) | Int32(MSG_NOSIGNAL)) <= 0 {
          break
        }
      }
      try target.expectWell()
      #expect(target.server.residentMemory - before < 64 << 10)
      withExtendedLifetime(deaf) {}
    }

    @Test("resets and early closes leave nothing behind")
    func resets() throws {
      let before = target.server.descriptors
      for _ in 0..<200 {
        let socket = try Socket.connected(.tcp, to: target.server.endpoint)
        try socket.sendMessage(try Target.query())
        var linger = Foundation.linger(l_onoff: 1, l_linger: 0)
        setsockopt(socket.descriptor, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<Foundation.linger>.size))
      }
      try expectDescriptors(atMost: before + 32)
      try target.expectWell()
    }

    @Test("quadratic work: 65,535 octets of records in one message are judged at once")
    func large() throws {
      let record: [UInt8] = [0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 1, 2, 3, 4]
      var message = try Target.query()
      let count = (65_535 - message.count) / record.count
      message += Array(repeatElement(record, count: count).joined())
      (message[10], message[11]) = (UInt8(count >> 8), UInt8(count & 255))
      let socket = try Socket.connected(.tcp, to: target.server.endpoint)
      try socket.sendMessage(message)
      let reply = try #require(socket.receiveMessage())
      #expect(try Message(parsing: reply).id == 0x4321)
    }

    // MARK: Parts

    private func expectDescriptors(atMost bound: Int) throws {
      let deadline = Date(timeIntervalSinceNow: 20)
      var open = target.server.descriptors
      while open > bound, Date() < deadline {
        usleep(20_000)
        open = target.server.descriptors
      }
      #expect(open <= bound)
    }

    private static func raiseDescriptorLimit() {
      var limit = rlimit()
      getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
      limit.rlim_cur = min(limit.rlim_max, max(limit.rlim_cur, 4_096))
      setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
    }
  }
}
