import DNSWire
import QueryEngine

/// Answers static zones from the master files of a folder.
struct Auto: QueryStage {
  static let name = "auto"

  let folders: [ZoneFolder]

  /// It stands behind everything that has finished answers.
  var fastPath: FastPathRole { .opaque }

  func answer(_ query: Query, next: NextStage) async -> Response? {
    guard query.question.class == .in, let file = file(for: query.question.name, query.question.type) else {
      return await next.orRefusal(of: query)
    }
    return await file.answer(query, next: next)
  }

  /// The longest of all folders' zones.
  private func file(for name: DomainName, _ type: RecordType) -> ZoneFile? {
    folders.lazy.filter { $0.zones.contains(name) }.compactMap { $0.table.file(for: name, type) }
      .max { $0.origin.labelCount < $1.origin.labelCount }
  }
}

extension Auto: ZoneTransferSource {
  func transferableZone(_ name: DomainName) -> TransferableZone? {
    folders.lazy.filter { $0.zones.contains(name) }.compactMap { $0.table[name]?.zone }.first.map(TransferableZone.init)
  }
}
