public import Corefile

extension BlockSetup {
  /// Reads the block's directives in the order of `stageOrder`.
  ///
  /// An unknown directive is an error that names the nearest known one; one of CoreDNS's that is not built here, an error that says so.
  public func read() throws(CorefileError) {
    try block.validateDirectives(known: stageOrder.map { $0.name }, notBuiltIn: directivesToCome)
    for reader in stageOrder {
      let lines = block.directives(named: reader.name)
      if !lines.isEmpty { try reader.read(lines, into: self) }
    }
    for finish in finishers { finish(self) }
    finishers = []
  }
}
