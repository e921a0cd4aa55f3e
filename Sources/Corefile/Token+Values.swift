public import NetworkAddresses

// The values that arguments stand for. Each reader throws an error at the token that says what was expected.

extension Token {
  /// A decimal integer in a range. `what` names it in the error: `a TTL in seconds`.
  public func integer(in range: ClosedRange<Int>, what: String = "a number") throws(CorefileError) -> Int {
    guard let value = Int(text), range.contains(value), !text.hasPrefix("+") else {
      throw error(
        "\(what) is expected instead of \(shown)", hint: "the range is \(range.lowerBound) to \(range.upperBound)")
    }
    return value
  }

  /// `true` or `false`, also written `on`, `yes`, `1`, `off`, `no`, `0`.
  public func bool() throws(CorefileError) -> Bool {
    switch text.lowercased() {
    case "true", "on", "yes", "1": return true
    case "false", "off", "no", "0": return false
    default: throw error("'true' or 'false' is expected instead of \(shown)")
    }
  }

  /// One of several words. `what` names them in the error: `policy`.
  public func choice(of words: some Sequence<String>, what: String) throws(CorefileError) -> String {
    if words.contains(text) { return text }
    let list = words.map { $0 }.joined(separator: ", ")
    throw error("unknown \(what) \(shown)", hint: nearestNameHint(text, in: words) ?? "there is \(list)")
  }

  /// An address of either family.
  public func ipAddress() throws(CorefileError) -> IPAddress {
    guard let address = IPAddress(text) else { throw error("an IP address is expected instead of \(shown)") }
    return address
  }

  /// An address with a port, or alone when there is a default port: `10.0.0.1:53`, `[fd00::1]:53`, `fd00::1`.
  public func address(defaultPort: UInt16? = nil) throws(CorefileError) -> SocketAddress {
    guard let address = SocketAddress(text, defaultPort: defaultPort) else {
      let form = defaultPort == nil ? "ADDRESS:PORT" : "ADDRESS or ADDRESS:PORT"
      throw error("\(form) is expected instead of \(shown)", hint: "IPv6 addresses with a port stand in brackets")
    }
    return address
  }

  /// A range of addresses in CIDR notation; an address alone is a range of one.
  public func prefix() throws(CorefileError) -> IPPrefix {
    if let address = IPAddress(text), let prefix = IPPrefix(address, length: address.family.bitWidth) { return prefix }
    guard let prefix = IPPrefix(text) else { throw error("ADDRESS/LENGTH is expected instead of \(shown)") }
    return prefix
  }

  /// A name, absolute and in lower case: `Example.org` is `example.org.`
  public func zone() throws(CorefileError) -> String {
    do {
      return try ZoneName(text).presentation
    } catch {
      throw self.error("\(shown) is no domain name: \(error.message)")
    }
  }

  /// A name, or the reverse zones of a prefix in CIDR notation: `10.0.0.0/16` is `0.10.in-addr.arpa.`
  ///
  /// Prefixes that end within a label give the 2–128 zones that cover exactly their addresses.
  public func zones() throws(CorefileError) -> [String] {
    if let prefix = IPPrefix(text) { return prefix.reverseZones }
    let parts = text.split(separator: "/", omittingEmptySubsequences: false)
    if parts.count == 2, let address = IPAddress(parts[0]) {
      throw error("\(shown) has no valid length", hint: "it is 0 to \(address.family.bitWidth)")
    }
    return [try zone()]
  }
}
