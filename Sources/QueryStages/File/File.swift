import DNSWire
import QueryEngine

/// Answers static zones, each from a master file.
struct File: QueryStage {
  static let name = "file"

  /// The zones of all lines.
  let table: ZoneTable
  /// Where each zone leaves names that it does not have to the next stage.
  let falls: [DomainName: Fallthrough]

  /// It stands behind everything that has finished answers.
  var fastPath: FastPathRole { .opaque }

  func answer(_ query: Query, next: NextStage) async -> Response? {
    guard query.question.class == .in, let file = table.file(for: query.question.name, query.question.type) else {
      return await next.orRefusal(of: query)
    }
    return await file.answer(query, next: next, falls: falls[file.origin] ?? .nowhere)
  }
}

extension File: ZoneTransferSource {
  func transferableZone(_ name: DomainName) -> TransferableZone? { table[name]?.zone.map(TransferableZone.init) }
}

extension NextStage {
  /// Asks the next stage. A stage that has static zones is authoritative: when it is the last one, it refuses what is in none of them.
  func orRefusal(of query: Query) async -> Response? {
    stages.isEmpty ? Response(.refused, to: query) : await self(query)
  }
}
