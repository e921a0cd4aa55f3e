/// When which socket has waited long enough: a binary heap with the earliest deadline on top. Pure: it knows no clock.
///
/// A socket that was answered in time leaves its deadline behind; ``compact(isLive:)`` takes such ones out.
struct UpstreamDeadlines {
  private struct Entry {
    /// Nanoseconds of the monotonic clock.
    var instant: UInt64
    var tag: UInt64
  }

  private var heap: [Entry] = []

  /// How many deadlines are kept, those of answered sockets included.
  var count: Int { heap.count }

  /// The earliest deadline, in nanoseconds of the monotonic clock.
  var earliest: UInt64? { heap.first?.instant }

  /// Adds a deadline. O(log n).
  ///
  /// - Returns: whether it is now the earliest one.
  mutating func insert(_ instant: UInt64, tag: UInt64) -> Bool {
    heap.append(Entry(instant: instant, tag: tag))
    return siftUp(from: heap.count - 1) == 0
  }

  /// Takes out the earliest deadline if it has come. O(log n).
  mutating func popExpired(now: UInt64) -> UInt64? {
    guard let first = heap.first, first.instant <= now else { return nil }
    let last = heap.removeLast()
    if !heap.isEmpty {
      heap[0] = last
      siftDown(from: 0)
    }
    return first.tag
  }

  /// Takes out the deadlines of sockets that are no longer waited for, when those are most of them. Amortised O(1) an
  /// insertion.
  mutating func compact(liveCount: Int, isLive: (UInt64) -> Bool) {
    guard heap.count > 2 * liveCount + 64 else { return }
    heap.removeAll { !isLive($0.tag) }
    for index in stride(from: heap.count / 2, through: 0, by: -1) where index < heap.count { siftDown(from: index) }
  }

  private mutating func siftUp(from start: Int) -> Int {
    var index = start
    while index > 0, heap[index].instant < heap[(index - 1) / 2].instant {
      heap.swapAt(index, (index - 1) / 2)
      index = (index - 1) / 2
    }
    return index
  }

  private mutating func siftDown(from start: Int) {
    var index = start
    while true {
      var least = index
      for child in [2 * index + 1, 2 * index + 2] where child < heap.count {
        if heap[child].instant < heap[least].instant { least = child }
      }
      guard least != index else { return }
      heap.swapAt(index, least)
      index = least
    }
  }
}
