/// Every directive, in the one order in which their stages see a query. The order in a Corefile does not matter.
///
/// It is CoreDNS's own order (its `plugin.cfg`), so that a Corefile means the same here.
let stageOrder: [any DirectiveReader.Type] = [
]
