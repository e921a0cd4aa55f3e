import ClusterModel

/// Refuses the YAML on which composing a tree could take time beyond all bounds.
///
/// Aliases are shared, not copied, while Yams composes, with one exception: it compares the names in a mapping, and a name
/// that is an alias of aliases of aliases (an "alias bomb") takes time exponential in their number. Such names have no
/// place in manifests: a document with many aliases may not have a list, a mapping or an alias where a name stands.
enum YAMLGuard {
  /// Below this many aliases even the worst document expands to a few thousand times its size at most.
  private static let harmlessAliases = 12

  static func check(_ text: ArraySlice<UInt8>, firstLine: UInt32) throws(DocumentError) {
    guard hasManyAliases(text), let place = firstSuspect(text) else { return }
    let before = text[..<place]
    let lines = before.count { $0 == UInt8(ascii: "\n") }
    let column = place - ((before.lastIndex(of: UInt8(ascii: "\n")) ?? text.startIndex - 1))
    throw DocumentError(
      "in a document with many aliases a name must be plain text",
      at: SourcePosition(line: firstLine &+ UInt32(clamping: lines), column: UInt32(clamping: column)))
  }

  /// Whether more aliases than are harmless name an anchor that stands before them.
  private static func hasManyAliases(_ text: ArraySlice<UInt8>) -> Bool {
    var anchors: Set<ArraySlice<UInt8>> = []
    var aliases = 0
    var place = text.startIndex
    while let mark = text[place...].firstIndex(where: { $0 == UInt8(ascii: "*") || $0 == UInt8(ascii: "&") }) {
      let name = text[(mark + 1)...].prefix(while: isNameOctet)
      place = name.endIndex
      if name.isEmpty { continue }
      if text[mark] == UInt8(ascii: "&") { anchors.insert(name) } else if anchors.contains(name) { aliases += 1 }
      if aliases > harmlessAliases { return true }
    }
    return false
  }

  /// What names of anchors are made of.
  private static func isNameOctet(_ octet: UInt8) -> Bool {
    octet == UInt8(ascii: "-")
      || (octet < 0x80 && octet != UInt8(ascii: "/") && octet != UInt8(ascii: ".") && isWordOctet(octet))
  }

  /// The first place where a name could be something else than a plain text.
  private static func firstSuspect(_ text: ArraySlice<UInt8>) -> Int? {
    var previous = UInt8(ascii: "\n")
    var isAlias = false
    for place in text.indices {
      let octet = text[place]
      let isSpace = octet <= UInt8(ascii: " ")
      if isAlias, isSpace || isFlow(octet) || octet == UInt8(ascii: ":") {
        isAlias = false; previous = UInt8(ascii: "*")
      }
      if isSpace || isAlias { continue }
      switch octet {
      case UInt8(ascii: "?") where !isWordOctet(previous): return place
      case UInt8(ascii: ":") where [UInt8(ascii: "*"), UInt8(ascii: "]"), UInt8(ascii: "}")].contains(previous):
        return place
      case UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "*"), UInt8(ascii: "&"), UInt8(ascii: "!"),
        UInt8(ascii: "#"):
        if previous == UInt8(ascii: "{") || previous == UInt8(ascii: ",") { return place }
      default: break
      }
      if octet == UInt8(ascii: "*"), !isWordOctet(previous) { isAlias = true }
      previous = octet
    }
    return nil
  }

  private static func isFlow(_ octet: UInt8) -> Bool {
    [UInt8(ascii: ","), UInt8(ascii: "]"), UInt8(ascii: "}"), UInt8(ascii: "["), UInt8(ascii: "{")].contains(octet)
  }

  /// Letters, digits and what else may stand inside of words.
  private static func isWordOctet(_ octet: UInt8) -> Bool {
    switch octet {
    case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
      UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"), UInt8(ascii: "/"), UInt8(ascii: "."), 0x80...:
      true
    default: false
    }
  }
}
