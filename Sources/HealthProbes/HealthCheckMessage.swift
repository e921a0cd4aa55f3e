// The two messages of gRPC's health service (grpc.health.v1, health.proto) and the frame that gRPC puts around them. They have one
// field each, so they are written and read here by hand: a protobuf library would be a dependency for a dozen octets.

/// The question of `grpc.health.v1.Health/Check`: `string service = 1`.
struct HealthCheckRequest: Sendable, Hashable {
  /// The service that is asked about; empty for the server as a whole.
  var service: String

  /// The message as protobuf has it; a field with its default, the empty name, is left out.
  var octets: [UInt8] {
    let name = Array(service.utf8)
    return name.isEmpty ? [] : [0x0A] + ProtobufReader.varint(UInt64(name.count)) + name
  }
}

/// The answer of `grpc.health.v1.Health/Check`: `ServingStatus status = 1`.
struct HealthCheckResponse: Sendable, Hashable {
  /// The number of a ServingStatus: 0 UNKNOWN, 1 SERVING, 2 NOT_SERVING, 3 SERVICE_UNKNOWN, or one that is still to come.
  var status: UInt64 = 0

  /// Reads a message; `nil` when it is none. Fields other than the status are passed over, and the last status counts.
  init?(_ octets: [UInt8]) {
    var reader = ProtobufReader(octets)
    while let tag = reader.varint() {
      if tag == 0x08 {
        guard let value = reader.varint() else { return nil }
        status = value
      } else if !reader.skip(tag) {
        return nil
      }
    }
    guard reader.isAtEnd else { return nil }
  }

  /// The status by its name: `NOT_SERVING`.
  var name: String {
    let names = ["UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN"]
    return Int(exactly: status).flatMap { names.indices.contains($0) ? names[$0] : nil } ?? "\(status)"
  }
}

/// One message as gRPC sends it: an octet that says whether it is compressed, its length in four octets, and the message.
enum GRPCMessage {
  /// The frame's octets before the message.
  static let headLength = 5

  /// The frame around a message.
  static func framed(_ message: [UInt8]) -> [UInt8] {
    let length = UInt32(clamping: message.count)
    return [0] + (0..<4).map { UInt8(truncatingIfNeeded: length >> (24 - 8 * UInt32($0))) } + message
  }

  /// The message in a frame; `nil` when it is compressed, cut short, or followed by something.
  static func unframed(_ octets: [UInt8]) -> [UInt8]? {
    guard octets.count >= headLength, octets[0] == 0 else { return nil }
    let length = octets[1..<headLength].reduce(0) { $0 << 8 | Int($1) }
    return length == octets.count - headLength ? Array(octets[headLength...]) : nil
  }
}

/// Reads protobuf's fields, of which it knows no more than how long they are.
private struct ProtobufReader {
  private var rest: ArraySlice<UInt8>

  init(_ octets: [UInt8]) { rest = octets[...] }

  var isAtEnd: Bool { rest.isEmpty }

  /// The next number of at most 64 bits; `nil` when there is none, and then nothing is taken.
  mutating func varint() -> UInt64? {
    var value: UInt64 = 0
    for (place, octet) in rest.prefix(10).enumerated() {
      if place == 9, octet > 1 { return nil }
      value |= UInt64(octet & 0x7F) << UInt64(7 * place)
      if octet < 0x80 {
        rest = rest.dropFirst(place + 1)
        return value
      }
    }
    return nil
  }

  /// Passes over a field's value. Whether there is one, of a type that is still in use.
  mutating func skip(_ tag: UInt64) -> Bool {
    switch tag & 7 {
    case 0: varint() != nil
    case 1: skip(octets: 8)
    case 2: varint().map { skip(octets: $0) } ?? false
    case 5: skip(octets: 4)
    default: false
    }
  }

  private mutating func skip(octets count: UInt64) -> Bool {
    guard count <= UInt64(rest.count) else { return false }
    rest = rest.dropFirst(Int(count))
    return true
  }

  /// A number as protobuf writes it.
  static func varint(_ value: UInt64) -> [UInt8] {
    var (octets, rest) = ([UInt8](), value)
    while rest >= 0x80 {
      octets.append(UInt8(truncatingIfNeeded: rest) | 0x80)
      rest >>= 7
    }
    return octets + [UInt8(truncatingIfNeeded: rest)]
  }
}
