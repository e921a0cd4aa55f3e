import Corefile
import NetworkAddresses

/// `bind ADDRESS|INTERFACE… { except ADDRESS|INTERFACE… }`: where the block listens instead of everywhere.
enum Bind: DirectiveReader {
  static let name = "bind"

  static func read(_ lines: [Directive], into setup: BlockSetup) throws(CorefileError) {
    let interfaces = NetworkInterface.all()
    for line in lines {
      for address in try addresses(line, interfaces) where !setup.bindAddresses.contains(address) {
        setup.bindAddresses.append(address)
      }
    }
  }

  /// The addresses of one line, in its order, without those that it excepts.
  static func addresses(_ line: Directive, _ interfaces: [NetworkInterface]) throws(CorefileError) -> [IPAddress] {
    try line.expectArguments(1...)
    var excepted: [IPAddress] = []
    for option in line.options {
      guard option.name.text == "except" else { throw option.unknownOption(in: ["except"]) }
      try option.expectArguments(1...)
      try option.expectNoBlock()
      excepted += try addresses(option.arguments, interfaces)
    }
    let all = try addresses(line.arguments, interfaces).filter { !excepted.contains($0) }
    if all.isEmpty { throw line.error("no address is left to listen at") }
    return all
  }

  private static func addresses(_ tokens: [Token], _ interfaces: [NetworkInterface]) throws(CorefileError)
    -> [IPAddress]
  {
    var all: [IPAddress] = []
    for token in tokens {
      let own = interfaces.filter { $0.name == token.text }
      if let address = IPAddress(token.text) {
        all.append(address)
      } else if !own.isEmpty {
        // Link-local addresses are no addresses without their interface.
        all += own.map(\.address).filter { !$0.isLinkLocal }
      } else {
        let names = Set(interfaces.map(\.name)).sorted().joined(separator: ", ")
        throw token.error(
          "\(token.shown) is neither an address nor an interface",
          hint: names.isEmpty ? nil : "the interfaces are \(names)")
      }
    }
    return all
  }
}
