import Registry

/// A look at SQLite's write-ahead log (its file format, §4) before SQLite opens it.
///
/// SQLite reads the log up to the first frame whose checksum does not fit, and takes what comes behind for a write that was
/// never finished. That is right for the last transaction. But each of ours is on the disk before the next one begins: when a
/// later one stands behind the bad frame, octets were damaged, and SQLite would lose what was acknowledged without a word.
///
/// Damage in the last transaction looks like a write that was never finished.
struct WriteAheadLog {
  private let pageSize: Int
  private let salts: ArraySlice<UInt8>
  private var checksum: Checksum
  /// Whether all frames up to here fit.
  private var isWhole = true
  /// Whether a transaction ends behind the first frame that does not fit.
  private var hasEnd = false

  static let headSize = 32
  static let frameHeadSize = 24

  /// What is wrong with a log; `nil` for nothing, and for none.
  static func problem(in path: FilePath) throws(RegistryStoreError) -> String? {
    guard path.size > headSize else { return nil }
    let head = try path.prefix(headSize)
    guard var log = WriteAheadLog(head) else { return "the head of its log \(path.text) does not fit its checksum" }
    var isDamaged = false
    var isHead = true
    // The head is as long as a piece, once: frames are read behind it.
    var rest: [UInt8] = []
    let size = log.frameSize
    try path.read(chunk: 1 << 20) { chunk in
      rest += isHead ? chunk.dropFirst(headSize) : chunk
      isHead = false
      var start = 0
      while rest.count - start >= size, !isDamaged {
        isDamaged = log.isDamaged(by: rest[start..<start + size])
        start += size
      }
      rest.removeFirst(start)
      return !isDamaged
    }
    return isDamaged ? "transactions stand behind damaged octets in its log \(path.text)" : nil
  }

  /// Reads the head; `nil` when it does not fit its checksum.
  private init?(_ head: [UInt8]) {
    let magic = head.number(at: 0)
    guard head.count == Self.headSize, magic & ~1 == 0x377F_0682 else { return nil }
    pageSize = Int(head.number(at: 8))
    guard (512...65_536).contains(pageSize), pageSize & (pageSize - 1) == 0 else { return nil }
    salts = head[16..<24]
    checksum = Checksum(isBigEndian: magic & 1 == 1)
    checksum.add(head[0..<24])
    guard checksum.stands(in: head[24..<32]) else { return nil }
  }

  private var frameSize: Int { Self.frameHeadSize + pageSize }

  /// Takes the next frame; whether it shows that one before it is damaged.
  private mutating func isDamaged(by frame: ArraySlice<UInt8>) -> Bool {
    let start = frame.startIndex
    let isOfThisRun = frame[start + 8..<start + 16].elementsEqual(salts)
    if isWhole {
      var next = checksum
      next.add(frame[start..<start + 8])
      next.add(frame[start + Self.frameHeadSize..<frame.endIndex])
      if isOfThisRun, next.stands(in: frame[start + 16..<start + 24]) {
        checksum = next
        return false
      }
      isWhole = false
    }
    guard isOfThisRun else { return false }
    if hasEnd { return true }
    hasEnd = frame.number(at: start + 4) != 0
    return false
  }
}

/// SQLite's running checksum of a log, over pairs of 32-bit words.
private struct Checksum {
  let isBigEndian: Bool
  private var sums: (UInt32, UInt32) = (0, 0)

  init(isBigEndian: Bool) { self.isBigEndian = isBigEndian }

  /// Adds octets, whose count is a multiple of 8.
  mutating func add(_ octets: ArraySlice<UInt8>) {
    let span = octets.span
    var (first, second) = sums
    var index = 0
    while index + 8 <= span.count {
      first = first &+ word(span, index) &+ second
      second = second &+ word(span, index + 4) &+ first
      index += 8
    }
    sums = (first, second)
  }

  private func word(_ span: Span<UInt8>, _ index: Int) -> UInt32 {
    let low = UInt32(span[index]) | UInt32(span[index + 1]) << 8
    let word = low | UInt32(span[index + 2]) << 16 | UInt32(span[index + 3]) << 24
    return isBigEndian ? word.byteSwapped : word
  }

  /// Whether the checksum is what is written there.
  func stands(in octets: ArraySlice<UInt8>) -> Bool {
    octets.number(at: octets.startIndex) == sums.0 && octets.number(at: octets.startIndex + 4) == sums.1
  }
}

extension RandomAccessCollection<UInt8> where Index == Int {
  /// Four octets, the first one highest; 0 behind the end.
  fileprivate func number(at index: Int) -> UInt32 {
    guard index + 4 <= endIndex else { return 0 }
    return self[index..<index + 4].reduce(0) { $0 << 8 | UInt32($1) }
  }
}
