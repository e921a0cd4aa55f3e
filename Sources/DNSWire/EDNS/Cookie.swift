/// What shows that a client has asked from this address before (RFC 7873 §4).
public struct Cookie: Sendable, Hashable {
  /// The client's part: eight octets.
  public let client: [UInt8]
  /// The server's part: 8–32 octets, or none as long as the client does not know it.
  public let server: [UInt8]

  /// `nil` when a part has not the length that it must have.
  public init?(client: [UInt8], server: [UInt8] = []) {
    guard client.count == 8, server.isEmpty || (8...32).contains(server.count) else { return nil }
    self.client = client
    self.server = server
  }

  /// Both parts in one, as the option has them.
  init?(_ octets: [UInt8]) {
    self.init(client: [UInt8](octets.prefix(8)), server: [UInt8](octets.dropFirst(8)))
  }

  /// Both parts in one.
  var octets: [UInt8] { client + server }
}
