import Corefile
import NetworkAddresses

extension Token {
  /// An address that a page is served at: `:8080` (all addresses of both families, written `[::]:8080`), `0.0.0.0:9153`,
  /// `[::1]:9153`, `localhost:9153`.
  func listenAddress() throws(CorefileError) -> SocketAddress {
    if let address = SocketAddress(text) { return address }
    if let colon = text.lastIndex(of: ":"), let port = UInt16(decimal: text[text.index(after: colon)...]) {
      switch text[..<colon] {
      case "": return SocketAddress(.v6(.unspecified), port: port)
      case "localhost": return SocketAddress(.v4(.loopback), port: port)
      default: break
      }
    }
    throw error(
      "an address to listen at is expected instead of \(shown)",
      hint: "write it like :8080, 127.0.0.1:8080 or localhost:8080")
  }
}

extension SocketAddress {
  /// All addresses of both families.
  static func everywhere(port: UInt16) -> SocketAddress { SocketAddress(.v6(.unspecified), port: port) }
}
