import ClusterModel

extension Event {
  static let columns: [TableColumn<Event>] = [
    .init(timed: "Last Seen", "How long ago it happened last.") { $0.lastSeen($1) },
    .init("Type", "Normal, or Warning.") { $0.type },
    .init("Reason", "Why it happened, in one word.") { $0.reason },
    .init("Object", "What it happened to.") { event in
      let object = event.involvedObject
      let kind = object.kind.lowercased()
      return object.name.isEmpty ? kind : "\(kind)/\(object.name)"
    },
    .init("Subobject", "The part of the object that it happened to.", isWide: true) { $0.involvedObject.fieldPath },
    .init("Source", "Who tells of it.", isWide: true) { $0.sourceCell },
    .init("Message", "What happened.") { $0.message.trimmed },
    .init(timed: "First Seen", "How long ago it happened first.", isWide: true) { $0.firstSeen($1) },
    .init(number: "Count", "How often it happened.", isWide: true) { event in
      Int64(event.series?.count ?? max(event.count, 1))
    },
    TableColumn(.nameHead(isWide: true)) { .text($0.metadata.name) },
  ]

  private func firstSeen(_ now: Int64) -> String {
    HumanDuration.since(firstTimestamp ?? Self.seconds(eventTime), now: now)
  }

  private func lastSeen(_ now: Int64) -> String {
    if let series { return HumanDuration.since(Self.seconds(series.lastObservedTime), now: now) }
    return lastTimestamp.map { HumanDuration.since($0, now: now) } ?? firstSeen(now)
  }

  /// Seconds of microseconds; 0 for no time.
  private static func seconds(_ microseconds: Int64?) -> Int64 { (microseconds ?? 0) / 1_000_000 }

  /// `COMPONENT, HOST`, of the source or else of who reports.
  private var sourceCell: String {
    let component = source.component.isEmpty ? reportingComponent : source.component
    let host = source.component.isEmpty ? reportingInstance : source.host
    return host.isEmpty ? component : "\(component), \(host)"
  }
}
