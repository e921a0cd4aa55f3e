import Foundation
import LiveServer
import Testing

extension LiveTests {
  /// Floods over HTTP/2 (CVE-2023-44487, CVE-2024-27316 and those like them): the connection ends, the server does not.
  @Suite("HTTP/2 floods", .enabled(if: Tools.has("openssl") && Tools.has("curl")), .serialized)
  struct HTTP2ThreatTests {
    enum Flood: String, CaseIterable, Sendable {
      case rapidReset, continuation, settings, ping, emptyData, hugeHeaders, priority
    }

    @Test("a flood ends its connection within bounds of memory, and others are served", arguments: Flood.allCases)
    func flood(_ flood: Flood) async throws {
      let folder = try Scratch()
      try await folder.makeCertificates()
      let api = try LiveAPI.secure(in: folder)
      let before = api.server.residentMemory
      try folder.write("flood", Frames.octets(of: flood))
      let attack = try folder.start(
        "openssl s_client -connect 127.0.0.1:\(api.port) -alpn h2 -quiet <flood >said 2>/dev/null; echo ended")
      let said = await attack.wait { $0.contains("ended") }
      #expect(said.contains("ended"), "the connection is still open")
      #expect(api.server.isRunning)
      let served = try await folder.run(
        "curl -sS --max-time 20 --cacert ca.crt -H 'Authorization: Bearer 0123456789abcdef' https://127.0.0.1:\(api.port)/version"
      )
      #expect(served.output.contains("gitVersion"), "\(served.output)")
      #expect(api.server.residentMemory - before < 64 << 10)
    }
  }
}

/// Frames of HTTP/2 (RFC 9113 §4.1), as attackers write them.
private enum Frames {
  static let preface = Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8) + frame(4, 0, 0, [])

  static func frame(_ type: UInt8, _ flags: UInt8, _ stream: UInt32, _ payload: [UInt8]) -> [UInt8] {
    let length = payload.count
    return [UInt8(length >> 16 & 0xFF), UInt8(length >> 8 & 0xFF), UInt8(length & 0xFF), type, flags]
      + (0..<4).map { UInt8(truncatingIfNeeded: stream >> (24 - 8 * $0)) } + payload
  }

  /// GET / as a header block.
  static let get: [UInt8] = [0x82, 0x87, 0x84, 0x41, 0x01, 0x78]

  static func octets(of flood: LiveTests.HTTP2ThreatTests.Flood) -> [UInt8] {
    switch flood {
    case .rapidReset:
      preface
        + (0..<5_000).flatMap { number -> [UInt8] in
          let stream = UInt32(number * 2 + 1)
          return frame(1, 0x05, stream, get) + frame(3, 0, stream, [0, 0, 0, 8])
        }
    case .continuation:
      preface + frame(1, 0x01, 1, get)
        + (0..<20_000).flatMap { _ in frame(9, 0, 1, [0x40, 0x01, 0x61, 0x01, 0x62]) }
    case .settings: preface + (0..<20_000).flatMap { _ in frame(4, 0, 0, [0, 4, 0, 0, 0xFF, 0xFF]) }
    case .ping: preface + (0..<20_000).flatMap { _ in frame(6, 0, 0, Array(repeating: 1, count: 8)) }
    case .emptyData:
      preface + frame(1, 0x04, 1, [0x83, 0x87, 0x84, 0x41, 0x01, 0x78])
        + (0..<20_000).flatMap { _ in frame(0, 0, 1, []) }
    case .hugeHeaders:
      preface + frame(1, 0x05, 1, get + (0..<4_000).flatMap { _ in [0x40, 0x01, 0x61, 0x01, 0x62] as [UInt8] })
        + (1..<200).flatMap { number -> [UInt8] in
          frame(1, 0x05, UInt32(number * 2 + 1), Array(repeating: 0xBE, count: 16_000))
        }
    case .priority:
      preface + frame(1, 0x04, 1, get)
        + (0..<20_000).flatMap { _ in frame(2, 0, 1, [0, 0, 0, 0, 16]) }
    }
  }
}
