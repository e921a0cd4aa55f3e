import Testing

@testable import HealthProbes

@Suite("Probes: the messages of gRPC's health service")
struct HealthCheckMessageTests {
  @Test("a question is its service's name in field 1; none for the whole server")
  func questions() {
    #expect(HealthCheckRequest(service: "").octets == [])
    #expect(HealthCheckRequest(service: "a.B").octets == [0x0A, 3] + Array("a.B".utf8))
    let long = HealthCheckRequest(service: String(repeating: "x", count: 300)).octets
    #expect(long.prefix(3) == [0x0A, 0xAC, 0x02] && long.count == 303)
  }

  @Test(
    "an answer is the number in field 1, whatever else is in it",
    arguments: [
      ([], 0, "UNKNOWN"), ([8, 1], 1, "SERVING"), ([8, 2], 2, "NOT_SERVING"), ([8, 3], 3, "SERVICE_UNKNOWN"),
      ([8, 9], 9, "9"), ([8, 2, 8, 1], 1, "SERVING"), ([0x12, 2, 8, 2, 8, 1], 1, "SERVING"),
      ([0x19] + [UInt8](repeating: 8, count: 8) + [0x25, 1, 2, 3, 4, 0x28, 0xFF, 1, 8, 1], 1, "SERVING"),
      ([8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1], UInt64.max, "18446744073709551615"),
    ] as [([UInt8], UInt64, String)])
  func answers(octets: [UInt8], status: UInt64, name: String) {
    let response = HealthCheckResponse(octets)
    #expect(response?.status == status)
    #expect(response?.name == name)
  }

  @Test(
    "what is cut short, too great, or of a type that is not in use is no answer",
    arguments: [
      [8], [8, 0x80], [0x80], [0x12, 5, 1], [0x12], [0x19, 1, 2], [0x25, 1], [0x0B], [0x0E], [0x0F, 1],
      [0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 1],
      [8, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 2], [UInt8](repeating: 0xFF, count: 40),
    ] as [[UInt8]])
  func noAnswers(octets: [UInt8]) { #expect(HealthCheckResponse(octets) == nil) }

  @Test("a frame is whole, not compressed, and holds one message")
  func frames() {
    #expect(GRPCMessage.framed([8, 1]) == [0, 0, 0, 0, 2, 8, 1])
    #expect(GRPCMessage.unframed([0, 0, 0, 0, 2, 8, 1]) == [8, 1])
    #expect(GRPCMessage.unframed([0, 0, 0, 0, 0]) == [])
    for frame in [[], [0, 0, 0, 0], [1, 0, 0, 0, 2, 8, 1], [0, 0, 0, 0, 3, 8, 1], [0, 0, 0, 0, 1, 8, 1]] as [[UInt8]] {
      #expect(GRPCMessage.unframed(frame) == nil)
    }
    #expect(GRPCMessage.unframed([0, 0xFF, 0xFF, 0xFF, 0xFF, 1]) == nil)
  }
}
