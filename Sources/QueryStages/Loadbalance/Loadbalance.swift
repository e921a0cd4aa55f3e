import DNSWire
import NetworkAddresses
import QueryEngine

/// Changes the order of address and MX records, so that clients spread over the servers.
struct Loadbalance: QueryStage {
  static let name = "loadbalance"

  enum Policy: Sendable {
    /// Every order is as likely.
    case roundRobin
    /// The address in front is drawn by the weights of a file.
    case weighted(AddressWeights)
  }

  var policy: Policy
  /// Addresses in these networks come first, those of the first network before all.
  var preferred: [IPPrefix] = []
  /// A number from 0 up to, not including, the bound, which is at least 1.
  var random: @Sendable (_ bound: Int) -> Int = { Int.random(in: 0..<$0) }

  var fastPath: FastPathRole {
    if case .roundRobin = policy, preferred.isEmpty { return .shufflesAddresses }
    return .opaque
  }

  func answer(_ query: Query, next: NextStage) async -> Response? {
    guard var response = await next(query) else { return nil }
    let type = query.question.type
    if response.message.responseCode != .noError || type == .axfr || type == .ixfr { return response }
    var message = response.message
    order(&message, type: type)
    // A message that stays as it is keeps its finished octets.
    if message != response.message { response.message = message }
    return response
  }

  private func order(_ message: inout Message, type: RecordType) {
    switch policy {
    case .roundRobin:
      message.answers = shuffled(message.answers)
      message.authorities = shuffled(message.authorities)
      message.additionals = shuffled(message.additionals)
    case .weighted(let weights) where type == .a || type == .aaaa || type == .srv:
      message.answers = weighted(message.answers, weights)
      message.additionals = weighted(message.additionals, weights)
    case .weighted: break
    }
    if preferred.isEmpty { return }
    message.answers = withPreferredFirst(message.answers)
    message.additionals = withPreferredFirst(message.additionals)
  }

  private func shuffled(_ records: [ResourceRecord]) -> [ResourceRecord] {
    guard records.count > 1 else { return records }
    var parts = RecordParts(records)
    shuffle(&parts.addresses)
    shuffle(&parts.exchanges)
    return parts.joined
  }

  /// Fisher and Yates.
  private func shuffle(_ records: inout [ResourceRecord]) {
    for index in records.indices.dropLast() {
      records.swapAt(index, index + random(records.count - index))
    }
  }

  private func weighted(_ records: [ResourceRecord], _ weights: AddressWeights) -> [ResourceRecord] {
    var parts = RecordParts(records)
    guard !parts.addresses.isEmpty else { return records }
    parts.addresses.swapAt(0, weights.draw(parts.addresses, random: random))
    return parts.joined
  }

  private func withPreferredFirst(_ records: [ResourceRecord]) -> [ResourceRecord] {
    var parts = RecordParts(records)
    let ranks = parts.addresses.map { record in
      preferred.firstIndex { record.data.address.map($0.contains) == true } ?? preferred.count
    }
    parts.addresses = ranks.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }.map { parts.addresses[$0] }
    return parts.joined
  }
}

/// The records of a section by what is done with them. CNAMEs come first: some clients want a chain before its end.
struct RecordParts {
  var aliases: [ResourceRecord] = []
  var addresses: [ResourceRecord] = []
  var exchanges: [ResourceRecord] = []
  var others: [ResourceRecord] = []

  init(_ records: [ResourceRecord]) {
    for record in records {
      switch record.type {
      case .cname: aliases.append(record)
      case .a, .aaaa: addresses.append(record)
      case .mx: exchanges.append(record)
      default: others.append(record)
      }
    }
  }

  var joined: [ResourceRecord] { aliases + others + addresses + exchanges }
}

extension RecordData {
  /// The address of an A or AAAA record.
  var address: IPAddress? {
    switch self {
    case .a(let address): .v4(address)
    case .aaaa(let address): .v6(address)
    default: nil
    }
  }
}
