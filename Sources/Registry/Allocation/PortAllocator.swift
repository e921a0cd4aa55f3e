/// Which node ports are taken, and which one is next. What is taken follows from the stored Services alone.
struct PortAllocator: Sendable {
  let range: ClosedRange<UInt16>
  private var taken: Set<Int32> = []

  init(_ range: ClosedRange<UInt16>) { self.range = range }

  /// How many ports, from the first on, are given out last: min(max(16, size/32), 128); none in a small range.
  var band: Int { range.count <= 16 ? 0 : min(max(16, range.count / 32), 128) }

  func isTaken(_ port: Int32) -> Bool { taken.contains(port) }

  func contains(_ port: Int32) -> Bool { UInt16(exactly: port).map(range.contains) ?? false }

  mutating func claim(_ ports: some Sequence<Int32>) { taken.formUnion(ports) }

  mutating func release(_ ports: some Sequence<Int32>) { taken.subtract(ports) }

  /// A free port, the same one for the same seed while it is free; `nil` when there is none (KEP-3668).
  func free(seed: UInt64, except used: Set<Int32>) -> Int32? {
    free(band..<range.count, seed, used) ?? free(0..<band, seed, used)
  }

  private func free(_ offsets: Range<Int>, _ seed: UInt64, _ used: Set<Int32>) -> Int32? {
    guard !offsets.isEmpty else { return nil }
    let start = Int(seed % UInt64(offsets.count))
    for step in 0..<offsets.count {
      let port = Int32(Int(range.lowerBound) + offsets.lowerBound + (start + step) % offsets.count)
      if !taken.contains(port) && !used.contains(port) { return port }
    }
    return nil
  }
}
