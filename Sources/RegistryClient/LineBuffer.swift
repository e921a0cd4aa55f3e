/// Cuts octets that come in parts into lines. O(octets) in all, however they are cut.
struct LineBuffer {
  private var octets: [UInt8] = []
  /// Where the line begins that is not handed out yet.
  private var start = 0
  /// Up to where there is no line break behind `start`.
  private var searched = 0

  /// How many octets wait for the end of their line.
  var waiting: Int { octets.count - start }

  /// Adds what came.
  mutating func append(_ part: some Collection<UInt8>) {
    octets.removeFirst(start)
    searched -= start
    start = 0
    octets += part
  }

  /// The next whole line, without its line break; `nil` when there is none.
  mutating func next() -> [UInt8]? {
    guard let end = octets[searched...].firstIndex(of: UInt8(ascii: "\n")) else {
      searched = octets.count
      return nil
    }
    defer { (start, searched) = (end + 1, end + 1) }
    return Array(octets[start..<end])
  }
}
