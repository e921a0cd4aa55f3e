import ClusterModel

/// What Kubernetes puts around a message: four octets, and a `runtime.Unknown` with the object's kind.
struct ProtobufEnvelope: Sendable {
  private static let magic: [UInt8] = [UInt8(ascii: "k"), UInt8(ascii: "8"), UInt8(ascii: "s"), 0]

  /// Group and version; empty for not said.
  private var apiVersion = ""
  /// Empty for not said.
  private var kind = ""
  private var message: ArraySlice<UInt8> = []

  /// - Throws: that the octets are no such thing.
  init(_ octets: [UInt8]) throws(ProtobufError) {
    guard octets.starts(with: Self.magic) else {
      throw ProtobufError("provided data does not appear to be a protobuf message, expected prefix [107 56 115 0]")
    }
    var reader = ProtobufReader(octets.dropFirst(Self.magic.count))
    while let (number, value) = try reader.next() {
      switch (number, value) {
      case (1, .octets(let typeMeta)): try readType(typeMeta)
      case (2, .octets(let raw)): message = raw
      default: break
      }
    }
  }

  private mutating func readType(_ octets: ArraySlice<UInt8>) throws(ProtobufError) {
    var reader = ProtobufReader(octets)
    while let (number, value) = try reader.next() {
      guard case .octets(let octets) = value else { continue }
      switch number {
      case 1: apiVersion = try ProtobufDecoder.text(octets)
      case 2: kind = try ProtobufDecoder.text(octets)
      default: break
      }
    }
  }

  /// The message as the document that JSON would have held. A message of another kind is not looked into.
  func document(_ expected: BodyDocument.Expectation) throws(ProtobufError) -> DocumentNode {
    var members = [
      DocumentNode.Member("kind", at: .start, DocumentNode(.scalar(kind, .string), at: .start)),
      DocumentNode.Member("apiVersion", at: .start, DocumentNode(.scalar(apiVersion, .string), at: .start)),
    ]
    if kind.isEmpty || kind == expected.kind {
      guard FieldNumbers.know(expected.schema) else {
        throw ProtobufError("objects of kind \(expected.kind) are not read as protobuf here; send JSON")
      }
      var decoder = ProtobufDecoder()
      members += try decoder.members(of: message, expected.schema, in: "")
    }
    return DocumentNode(.mapping(members), at: .start)
  }
}
