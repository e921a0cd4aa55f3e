// Any octets as a Corefile: a tree or one line that says what is wrong and where; never more than the bounds allow.

import Corefile
import FuzzDriver

/// What imports find: one of them leads back to the text itself, another one to itself.
let files = [
  "common": "errors\nlog { class {args[0]} }", "loop": "import loop", "servers/a": "a.example {\n import common x\n}",
]
let environment = ["A": "1", "ZONE": "example.org", "LIST": "a, b", "BRACE": "{"]

/// How many directives there are, and that each place is one.
func check(_ directives: [Directive], depth: Int) -> Int {
  require(depth <= 100, "blocks are not too deep")
  return directives.reduce(0) { count, directive in
    require(directive.name.location.line > 0 && directive.name.location.column > 0, "places count from 1")
    for argument in directive.arguments {
      _ = try? argument.duration()
      _ = try? argument.zones()
      _ = try? argument.address(defaultPort: 53)
    }
    return count + 1 + check(directive.options, depth: depth + 1)
  }
}

/// What holds for every text.
func check(_ bytes: [UInt8]) {
  do {
    let file = try Corefile.parse(bytes, file: "Corefile", environment: environment, loader: .memory(files))
    let directives = file.blocks.reduce(0) { $0 + check($1.directives, depth: 1) }
    require(directives <= 300_000, "there are not more directives than words")
    for block in file.blocks {
      require(!block.keys.isEmpty, "each block has a zone")
      for key in block.keys {
        require(key.zone.hasSuffix("."), "zones are absolute")
        let again = (try? Token(key.zone, at: key.location).zone()) ?? ""
        require(again == key.zone, "a zone reads as itself")
      }
    }
  } catch {
    let text = error.description
    require(!text.utf8.contains(UInt8(ascii: "\n")), "a message is one line")
    require(error.location.line > 0 && error.location.column > 0, "places count from 1")
  }
}

fuzz { bytes in check(bytes) }
