import DNSWire
import Logging
import NetworkAddresses
import QueryEngine

/// Hands zones of other stages to secondaries (RFC 5936), over TCP, to whom it may.
struct Transfer: QueryStage {
  static let name = "transfer"

  let rules: [TransferRule]
  let log: Logger

  /// The fast path answers no transfers.
  var fastPath: FastPathRole { .transparent }

  func answer(_ query: Query, next: NextStage) async -> Response? {
    let question = query.question
    guard question.class == .in, question.type == .axfr || question.type == .ixfr else { return await next(query) }
    guard query.origin.transport == .tcp else { return Response(.refused, to: query) }
    guard let rule = TransferRule.first(in: rules, for: question.name) else { return await next(query) }
    guard rule.allows(query.origin.client.address) else { return Response(.refused, to: query) }
    let sources = next.stages.lazy.compactMap { $0 as? any ZoneTransferSource }
    guard let zone = sources.compactMap({ $0.transferableZone(question.name) }).first else { return await next(query) }
    return question.type == .axfr ? whole(zone, query) : incremental(zone, query)
  }

  /// All of a zone, in as many messages as it takes.
  private func whole(_ zone: TransferableZone, _ query: Query) -> Response {
    let messages = TransferMessages(zone, answering: query)
    guard let first = messages.first(where: { _ in true }) else {
      return Response(.servFail, to: query, failure: "the zone is empty")
    }
    logTransfer("Outgoing transfer", zone, query)
    var response = Response(first)
    response.following = messages.dropFirst()
    return response
  }

  /// What has changed since the client's version: nothing, told by the SOA alone (RFC 1995 §2), or else all of the zone (§4).
  private func incremental(_ zone: TransferableZone, _ query: Query) -> Response {
    guard let ours = zone.serial, let theirs = query.message.transferredSerial else {
      return Response(.formErr, to: query)
    }
    // Serial number arithmetic (RFC 1982 §3.2): the same, or ahead of ours.
    guard Int32(bitPattern: theirs &- ours) >= 0 else { return whole(zone, query) }
    logTransfer("Outgoing noop, incremental transfer", zone, query)
    var message = Message.response(to: query.message)
    message.authoritative = true
    message.answers = [zone.soa]
    return Response(message)
  }

  private func logTransfer(_ what: String, _ zone: TransferableZone, _ query: Query) {
    let serial = zone.serial.map { "\($0)" } ?? "no"
    log.info("\(what) of zone \"\(query.question.name)\" to \(query.origin.client.address) for \(serial) SOA serial")
  }
}

extension Message {
  /// The serial of the version that an IXFR query's sender has (RFC 1995 §3).
  fileprivate var transferredSerial: UInt32? {
    guard authorities.count == 1, case .soa(let soa) = authorities[0].data else { return nil }
    return soa.serial
  }
}
