public import DNSWire
public import NetworkAddresses

/// Whom a host asks, and how: what resolv.conf(5) says.
public struct ResolverConfiguration: Sendable, Hashable {
  /// The servers, in the order in which they are asked.
  public var servers: [SocketAddress]
  /// What stands for a server and cannot be used: addresses with a zone identifier.
  public var unusable: [String]
  /// The domains that names are completed with.
  public var search: [DomainName]
  /// A name with so many dots is asked as it is before it is completed, 0–15.
  public var ndots: Int
  /// How long one question waits for a server, 1–30 s.
  public var timeout: Duration
  /// How often the list of servers is gone through, 1–5.
  public var attempts: Int
  /// Whether each question begins with the next server in turn.
  public var rotates: Bool

  /// Some servers, with what resolv.conf(5) says when it says nothing else.
  public init(servers: [SocketAddress]) {
    self.servers = servers
    unusable = []
    search = []
    ndots = 1
    timeout = .seconds(5)
    attempts = 2
    rotates = false
  }

  /// Reads the text of a file in the form of resolv.conf(5). What it does not know it passes over, as every reader of that file does; there
  /// is no bound on the number of servers and domains.
  public init(resolvConf text: String) {
    self.init(servers: [])
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard words.count >= 2 else { continue }
      switch words[0] {
      case "nameserver": take(server: words[1])
      case "search": search = words.dropFirst().compactMap { try? DomainName(String($0)) }
      case "domain": search = words[1...1].compactMap { try? DomainName(String($0)) }
      case "options": for option in words.dropFirst() { take(option: option) }
      default: continue
      }
    }
  }

  /// A server at port 53.
  private mutating func take(server text: Substring) {
    if let address = IPAddress(text) {
      servers.append(SocketAddress(address, port: 53))
    } else {
      unusable.append(String(text))
    }
  }

  /// `ndots:5`, `timeout:2`, `attempts:3`, `rotate`; numbers beyond their range count as its end.
  private mutating func take(option: Substring) {
    let parts = option.split(separator: ":", maxSplits: 1)
    let number = parts.count == 2 ? UInt16(decimal: parts[1]).map(Int.init) : nil
    switch (parts.first, number) {
    case ("ndots", let number?): ndots = min(number, 15)
    case ("timeout", let number?): timeout = .seconds(min(max(number, 1), 30))
    case ("attempts", let number?): attempts = min(max(number, 1), 5)
    case ("rotate", nil): rotates = true
    default: return
    }
  }
}
