// FinishedAnswers: answers in wire form, compiled when something changes and only copied when somebody asks.
//
// Readers never wait: they load one pointer for a name, and what a writer takes out of a table is freed when no reader can
// hold it any more (`Reclaimer`). The parts: AnswerTable (names to answers), NameAnswers (what
// is stored for one name), AnswerZone (a zone's table and its denial), ReplyWriter (finished answer to message).

public import CLinux
public import Reclamation
public import Synchronization

/// A hash table from names to their finished answers: one writer at a time, any number of readers that never wait.
///
/// Open addressing over words of 64 bits: the upper 16 are a piece of the hash, the lower 48 the address of a block. A word changes as a whole, so a
/// reader sees the old answers of a name or the new ones. When the table is full a larger one takes its place.
@safe
public final class AnswerTable: Sendable {
  /// What readers need, at a fixed address.
  @usableFromInline nonisolated(unsafe) let root: UnsafeMutablePointer<Root>
  private let reclaimer: Reclaimer
  private let state = Mutex(State())

  /// The current array of words.
  @usableFromInline
  struct Root: ~Copyable {
    @usableFromInline let words = Atomic<UInt>(0)
    @usableFromInline let seed: UInt64

    init(seed: UInt64) { self.seed = seed }
  }

  private struct State {
    /// Names in the table.
    var count = 0
    /// Words that are not empty: names and tombstones.
    var used = 0
  }

  @usableFromInline static let empty: UInt64 = 0
  @usableFromInline static let tombstone: UInt64 = 1
  private static let smallest = 64

  /// An empty table, whose removed blocks go to the reclaimer.
  public convenience init(reclaimer: Reclaimer) { self.init(reclaimer: reclaimer, seed: NameHash.seed) }

  /// A table whose names are hashed with a key of its own.
  init(reclaimer: Reclaimer, seed: UInt64) {
    self.reclaimer = reclaimer
    unsafe root = .allocate(capacity: 1)
    unsafe root.initialize(to: Root(seed: seed))
    unsafe root.pointee.words.store(
      UInt(bitPattern: WordArray.allocate(capacity: Self.smallest).base), ordering: .releasing)
  }

  /// Nobody reads any more: everything goes at once.
  deinit {
    let words = unsafe WordArray(root)
    for index in 0..<words.capacity {
      if let block = unsafe Self.block(words[index].load(ordering: .relaxed)) { unsafe block.deallocate() }
    }
    unsafe words.base.deallocate()
    unsafe root.deinitialize(count: 1)
    unsafe root.deallocate()
  }

  /// How many names there are.
  public var count: Int { state.withLock { $0.count } }

  /// An array of words behind a header of 64 octets that says how many there are (a power of two).
  @usableFromInline
  @safe
  struct WordArray {
    @usableFromInline let base: UnsafeMutableRawPointer

    @inlinable
    init(base: UnsafeMutableRawPointer) { unsafe self.base = base }

    /// The current array of a table.
    @inlinable
    init(_ root: UnsafeMutablePointer<Root>) {
      let address = unsafe root.pointee.words.load(ordering: .acquiring)
      // Never nil: the initialiser stores an array before anybody sees the table.
      unsafe base = UnsafeMutableRawPointer(bitPattern: address).unsafelyUnwrapped
    }

    @usableFromInline static let headerLength = 64

    static func allocate(capacity: Int) -> WordArray {
      let base = UnsafeMutableRawPointer.allocate(byteCount: headerLength + capacity * 8, alignment: 64)
      unsafe base.initializeMemory(as: UInt64.self, repeating: 0, count: headerLength / 8 + capacity)
      unsafe base.storeBytes(of: capacity, as: Int.self)
      return unsafe WordArray(base: base)
    }

    @inlinable var capacity: Int { unsafe base.load(as: Int.self) }

    /// Where the word of an index stands.
    @inlinable
    func address(_ index: Int) -> UnsafeMutableRawPointer { unsafe base + Self.headerLength + index * 8 }

    /// Safety: the index is below `capacity`; `Atomic<UInt64>` has the layout of `UInt64`.
    @inlinable
    subscript(index: Int) -> Atomic<UInt64> {
      unsafeAddress {
        unsafe UnsafePointer(address(index).assumingMemoryBound(to: Atomic<UInt64>.self))
      }
    }
  }

  @inlinable
  static func block(_ word: UInt64) -> UnsafeMutableRawPointer? {
    word > tombstone ? unsafe UnsafeMutableRawPointer(bitPattern: UInt(word & 0xFFFF_FFFF_FFFF)) : nil
  }

  private static func word(_ block: UnsafeMutableRawPointer, hash: UInt64) -> UInt64 {
    UInt64(UInt(bitPattern: block)) | hash & 0xFFFF_0000_0000_0000
  }
}

// MARK: - Readers

extension AnswerTable {
  /// What a reader holds of a table: copied without counting references. It must not outlive the table.
  @frozen
  @safe
  public struct Reader: @unchecked Sendable {
    @usableFromInline nonisolated(unsafe) let root: UnsafeMutablePointer<Root>

    /// Finds the answers of a name.
    ///
    /// - Parameters:
    ///   - name: the name below the zone, in lower case, without a root octet; seven octets behind it must be readable.
    ///   - count: its length, 0–254.
    /// - Returns: the answers, valid until the reader leaves the `Reclaimer`.
    @inlinable
    public func find(_ name: UnsafePointer<UInt8>, count: Int) -> NameAnswers? {
      unsafe find(name, count: count, hash: hash(of: name, count: count))
    }

    /// The hash by which the table finds a name.
    @inlinable
    public func hash(of name: UnsafePointer<UInt8>, count: Int) -> UInt64 {
      unsafe NameHash.of(name, count: count, seed: root.pointee.seed)
    }

    /// Fetches the word of a hash into the processor's cache; nobody waits for it.
    @inlinable
    public func fetchWord(_ hash: UInt64) {
      let words = unsafe WordArray(root)
      unsafe cl_prefetch(words.address(Int(truncatingIfNeeded: hash) & (words.capacity - 1)))
    }

    /// Fetches the answers that the word of a hash points to; the word should have been fetched before.
    @inlinable
    public func fetchAnswers(_ hash: UInt64) {
      let words = unsafe WordArray(root)
      let word = words[Int(truncatingIfNeeded: hash) & (words.capacity - 1)].load(ordering: .relaxed)
      guard let block = unsafe AnswerTable.block(word) else { return }
      unsafe cl_prefetch(block)
      // Key and records of most names reach into the next line.
      unsafe cl_prefetch(block + 64)
    }

    /// Finds the answers of a name whose hash is known; see ``find(_:count:)``.
    @inlinable
    public func find(_ name: UnsafePointer<UInt8>, count: Int, hash: UInt64) -> NameAnswers? {
      let words = unsafe WordArray(root)
      let mask = words.capacity - 1
      var index = Int(truncatingIfNeeded: hash) & mask
      while true {
        let word = words[index].load(ordering: .acquiring)
        if word == AnswerTable.empty { return nil }
        if (word ^ hash) >> 48 == 0, let block = unsafe AnswerTable.block(word) {
          let answers = unsafe NameAnswers(block)
          if unsafe answers.hasKey(name, count: count) { return answers }
        }
        index = (index + 1) & mask
      }
    }
  }

  /// What readers use; it must not outlive the table.
  public var reader: Reader { unsafe Reader(root: root) }
}

// MARK: - The writer

extension AnswerTable {
  /// A change to one name.
  public enum Change: Sendable {
    /// The name's answers from now on.
    case set(NameAnswersDraft)
    /// The name, below its zone in lower case, is no more.
    case remove([UInt8])
  }

  /// Makes the changes, in order. A name that changes twice should come once.
  ///
  /// Complexity: amortised O(changes).
  public func apply(_ changes: [Change]) {
    var rest = changes[...]
    while !rest.isEmpty {
      apply(chunk: rest.prefix(Self.chunk))
      rest = rest.dropFirst(Self.chunk)
    }
  }

  /// How many changes make room for themselves at once: room for more would often be for names that are there already.
  private static let chunk = 1024

  private func apply(chunk changes: ArraySlice<Change>) {
    state.withLock { state in
      reserve(changes.count, &state)
      var retired: [UnsafeMutableRawPointer] = unsafe []
      for change in changes {
        switch change {
        case .set(let draft):
          if let old = unsafe set(draft, &state) { unsafe retired.append(old) }
        case .remove(let name):
          if let old = unsafe remove(name, &state) { unsafe retired.append(old) }
        }
      }
      if unsafe !retired.isEmpty { unsafe reclaimer.retire(retired) }
    }
  }

  /// The names there are, for transfers and explanations; with their answers, under the writer's lock.
  public func forEach(_ body: (NameAnswers) -> Void) {
    state.withLock { _ in
      let words = unsafe WordArray(root)
      for index in 0..<(words.capacity) {
        if let block = unsafe Self.block(words[index].load(ordering: .relaxed)) { unsafe body(NameAnswers(block)) }
      }
    }
  }

  private func hash(of name: [UInt8]) -> UInt64 { unsafe NameHash.of(name, seed: root.pointee.seed) }

  /// Stores a name's answers and returns the block that they replace.
  private func set(_ draft: NameAnswersDraft, _ state: inout State) -> UnsafeMutableRawPointer? {
    let hash = hash(of: draft.key)
    let words = unsafe WordArray(root)
    let block = unsafe draft.makeBlock()
    let word = unsafe Self.word(block, hash: hash)
    if let index = place(of: draft.key, hash: hash, in: words) {
      let old = unsafe Self.block(words[index].load(ordering: .relaxed))
      if let old = unsafe old { unsafe NameAnswers(block).takeTimes(from: NameAnswers(old)) }
      words[index].store(word, ordering: .releasing)
      return unsafe old
    }
    state.count += 1
    if insert(word, hash: hash, into: words) { state.used += 1 }
    return nil
  }

  private func remove(_ name: [UInt8], _ state: inout State) -> UnsafeMutableRawPointer? {
    let words = unsafe WordArray(root)
    guard let index = place(of: name, hash: hash(of: name), in: words) else { return nil }
    let old = unsafe Self.block(words[index].load(ordering: .relaxed))
    words[index].store(Self.tombstone, ordering: .releasing)
    state.count -= 1
    state.used -= emptyEndOfRun(at: index, in: words)
    return unsafe old
  }

  /// Empties the tombstones that end a run, where the last one stands at the index: no name's way leads over them. Returns how many.
  private func emptyEndOfRun(at index: Int, in words: WordArray) -> Int {
    let mask = words.capacity - 1
    guard words[(index + 1) & mask].load(ordering: .relaxed) == Self.empty else { return 0 }
    var place = index
    var emptied = 0
    while words[place].load(ordering: .relaxed) == Self.tombstone {
      words[place].store(Self.empty, ordering: .releasing)
      emptied += 1
      place = (place - 1) & mask
    }
    return emptied
  }

  /// The index of a name's word; `nil` when the name is not there.
  private func place(of name: [UInt8], hash: UInt64, in words: WordArray) -> Int? {
    let mask = words.capacity - 1
    var index = Int(truncatingIfNeeded: hash) & mask
    while true {
      let word = words[index].load(ordering: .relaxed)
      if word == Self.empty { return nil }
      if (word ^ hash) >> 48 == 0, let block = unsafe Self.block(word), unsafe NameAnswers(block).name == name {
        return index
      }
      index = (index + 1) & mask
    }
  }

  /// Puts the word of a name that is not there in the first place that is empty or a tombstone, and says whether it was empty.
  ///
  /// Changes without end thus come by with the words there are: readers on their way to other names pass over either.
  @discardableResult
  private func insert(_ word: UInt64, hash: UInt64, into words: WordArray) -> Bool {
    let mask = words.capacity - 1
    var index = Int(truncatingIfNeeded: hash) & mask
    var there = words[index].load(ordering: .relaxed)
    while there > Self.tombstone {
      index = (index + 1) & mask
      there = words[index].load(ordering: .relaxed)
    }
    words[index].store(word, ordering: .releasing)
    return there == Self.empty
  }

  /// Makes room for that many new names: at most 5 of 8 words are in use.
  private func reserve(_ more: Int, _ state: inout State) {
    let old = unsafe WordArray(root)
    guard (state.used + more) * 8 > old.capacity * 5 else { return }
    var capacity = Self.smallest
    while (state.count + more) * 2 > capacity { capacity *= 2 }
    let new = WordArray.allocate(capacity: capacity)
    for index in 0..<(old.capacity) {
      let word = old[index].load(ordering: .relaxed)
      guard let block = unsafe Self.block(word) else { continue }
      unsafe insert(word, hash: hash(of: NameAnswers(block).name), into: new)
    }
    state.used = state.count
    unsafe root.pointee.words.store(UInt(bitPattern: new.base), ordering: .releasing)
    unsafe reclaimer.retire([old.base])
  }
}

extension NameAnswers {
  /// The name below its zone, in lower case.
  public var name: [UInt8] { unsafe Array(UnsafeBufferPointer(start: key, count: keyLength)) }
}
