import NetworkAddresses

/// The name servers of a file in the form of resolv.conf(5).
enum NameServersFile {
  /// The servers of its `nameserver` lines, at port 53, and the addresses that could not be used (with a zone identifier).
  static func servers(in text: String) -> (usable: [SocketAddress], unusable: [String]) {
    var servers: (usable: [SocketAddress], unusable: [String]) = ([], [])
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard words.count >= 2, words[0] == "nameserver" else { continue }
      if let address = IPAddress(words[1]) {
        servers.usable.append(SocketAddress(address, port: 53))
      } else {
        servers.unusable.append(String(words[1]))
      }
    }
    return servers
  }
}
