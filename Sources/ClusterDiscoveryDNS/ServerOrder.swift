/// Which server is asked first. Pure: time comes in.
///
/// A server that was silent is asked after the others for a while, so that a dead first server does not cost each question its timeout.
struct ServerOrder {
  /// For so long a silent server stands behind the others.
  private static let penalty: Duration = .seconds(30)

  private let rotates: Bool
  private var silentUntil: [ContinuousClock.Instant?]
  private var first = 0

  init(count: Int, rotates: Bool) {
    self.rotates = rotates
    silentUntil = Array(repeating: nil, count: count)
  }

  /// The servers' indices, in the order in which to ask.
  mutating func next(at now: ContinuousClock.Instant) -> [Int] {
    guard !silentUntil.isEmpty else { return [] }
    let turn = silentUntil.indices.map { ($0 + first) % silentUntil.count }
    if rotates { first = (first + 1) % silentUntil.count }
    return turn.filter { !isSilent($0, at: now) } + turn.filter { isSilent($0, at: now) }
  }

  /// The server answered, be it with an error.
  mutating func answered(_ index: Int) { silentUntil[index] = nil }

  /// Nothing came from the server.
  mutating func wasSilent(_ index: Int, at now: ContinuousClock.Instant) { silentUntil[index] = now + Self.penalty }

  private func isSilent(_ index: Int, at now: ContinuousClock.Instant) -> Bool {
    silentUntil[index].map { $0 > now } ?? false
  }
}
