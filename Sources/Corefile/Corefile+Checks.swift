// What can be said about a whole configuration without knowing what its directives mean.

extension Corefile {
  /// Throws when a directive of a server block has a name that is not known: ``ServerBlock/validateDirectives(known:notBuiltIn:)`` of each.
  public func validateDirectives(known: [String], notBuiltIn: [String: String] = [:]) throws(CorefileError) {
    for block in blocks { try block.validateDirectives(known: known, notBuiltIn: notBuiltIn) }
  }
}

extension ServerBlock {
  /// Throws when a directive has a name that is not known.
  ///
  /// - Parameters:
  ///   - known: the directives that there are.
  ///   - notBuiltIn: CoreDNS's directives that this version does not have, each with what to do instead, or an empty text.
  public func validateDirectives(known: [String], notBuiltIn: [String: String] = [:]) throws(CorefileError) {
    for directive in directives where !known.contains(directive.name.text) {
      if let advice = notBuiltIn[directive.name.text] {
        throw directive.error(
          "the directive \(directive.name.shown) is not built into this version", hint: advice.isEmpty ? nil : advice)
      }
      throw unknownDirective(directive, known: known + notBuiltIn.keys.sorted())
    }
  }

  private func unknownDirective(_ directive: Directive, known: [String]) -> CorefileError {
    let looksLikeZone = directive.block != nil && directive.name.text.contains { ".:".contains($0) }
    let hint = looksLikeZone ? "zones before a block go on in a new line behind a comma; blocks lie in no block" : nil
    return directive.error(
      "unknown directive \(directive.name.shown)", hint: nearestNameHint(directive.name.text, in: known) ?? hint)
  }
}

/// Throws when two blocks serve the same zone over the same protocol on the same port, unless it can be told which of them
/// a query is for: the first one has a `view`, or each has a `bind` and they share no address.
func checkDuplicates(_ blocks: [ServerBlock], defaultPort: UInt16) throws(CorefileError) {
  struct Place: Hashable {
    var zone: String
    var scheme: Scheme
    var port: UInt16
  }
  struct Claim {
    var location: SourceLocation
    var addresses: Set<String>?
  }
  var claims: [Place: [Claim]] = [:]
  for block in blocks {
    let hasView = !block.directives(named: "view").isEmpty
    let binds = block.directives(named: "bind")
    let addresses = binds.isEmpty ? nil : Set(binds.flatMap { $0.arguments.map(\.text) })
    for key in block.keys {
      let place = Place(zone: key.zone, scheme: key.scheme, port: key.port(defaultPort: defaultPort))
      for claim in claims[place] ?? [] {
        if let mine = addresses, let theirs = claim.addresses, mine.isDisjoint(with: theirs) { continue }
        throw CorefileError(
          key.location, "\(quoted(key.zone)) is already served on port \(place.port) by the block at \(claim.location)",
          hint: hasView ? "put the block with 'view' before that one" : nil)
      }
      if !hasView { claims[place, default: []].append(Claim(location: key.location, addresses: addresses)) }
    }
  }
}
