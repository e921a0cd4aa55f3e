import Corefile
import DNSWire

extension [Token] {
  /// The words as zones, in lower case; those in CIDR notation become reverse zones.
  func zoneNames() throws(CorefileError) -> [DomainName] {
    var names: [DomainName] = []
    for token in self {
      for text in try token.zones() {
        do {
          names.append(try DomainName(text))
        } catch {
          throw token.error("\(token.shown) is no domain name")
        }
      }
    }
    return names
  }
}

extension [Directive] {
  /// The only line of a directive that may stand once in a server block.
  func single() throws(CorefileError) -> Directive {
    if count > 1 { throw self[1].error("\(self[1].name.shown) may stand only once in a server block") }
    return self[0]
  }
}
