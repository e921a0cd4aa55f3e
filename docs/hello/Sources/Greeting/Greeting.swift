import GRPCCore

/// The one method of the service: it takes a name and gives a greeting.
public let greet = MethodDescriptor(fullyQualifiedService: "hello.Greeter", method: "Greet")

/// Texts as messages; with Protocol Buffers these two methods are generated.
public struct Text: MessageSerializer, MessageDeserializer {
  public init() {}

  public func serialize<Bytes: GRPCContiguousBytes>(_ message: String) throws -> Bytes { Bytes(message.utf8) }

  public func deserialize<Bytes: GRPCContiguousBytes>(_ bytes: Bytes) throws -> String {
    bytes.withUnsafeBytes { String(decoding: $0, as: UTF8.self) }
  }
}
