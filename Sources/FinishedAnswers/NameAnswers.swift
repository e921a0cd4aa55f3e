public import Synchronization

/// One RRset of a name as it stands in memory: 16 octets, and what to do with its records.
///
/// The records are complete, in the order answer section, additional section. Their owner in the answer section is a pointer to the question's name.
/// They all have the same TTL, and there is at least one: the TTL is read from it (``NameAnswers/ttl(of:)``).
@frozen
public struct FinishedRRset {
  /// The type of the records.
  public var type: UInt16
  /// Records for the answer section; records beyond 65,535 do not exist.
  public var answerCount: UInt16
  /// Records for the additional section.
  public var additionalCount: UInt16
  /// The length of each answer record when all are alike (A: 16, AAAA: 28), so that their order can be drawn; 0 when it must be kept.
  public var stride: UInt8
  /// What must be patched when the records are copied.
  public var traits: Traits
  /// Octets of both sections.
  public var length: UInt32
  /// When a cache before this zone would have stored the answer: seconds of the server's clock; 0 for never. Used atomically.
  @usableFromInline var storedAt: UInt32 = 0

  /// What must be patched when records are copied.
  @frozen
  public struct Traits: OptionSet, Sendable {
    /// The flags as bits.
    public let rawValue: UInt8
    /// Flags from their bits.
    @inlinable public init(rawValue: UInt8) { self.rawValue = rawValue }
    /// The names in the rdata end in the zone, and show it as it was asked.
    public static let targetsInZone = Traits(rawValue: 1)
    /// The record is the zone's SOA: it gets the current serial.
    public static let zoneSOA = Traits(rawValue: 2)
  }
}

/// All that is known of one name: a block of memory that never changes while it can be found.
///
/// Layout: octet 0 the key's length, 1 the number of RRsets, 2 whether the stages must answer, 3 the number of groups of endpoints; from octet 4 on
/// the RRsets, the key (the name below its zone, in lower case, without a root octet), the records of one RRset after the other, and the groups of
/// endpoints (``DashedEndpoints``). Where less than that follows, the block is padded so that the key can be read eight octets at a time.
@frozen
@safe
public struct NameAnswers {
  @usableFromInline let base: UnsafeMutableRawPointer

  @inlinable
  init(_ base: UnsafeMutableRawPointer) { unsafe self.base = base }

  @usableFromInline static let headerLength = 4

  @inlinable var keyLength: Int { unsafe Int(base.load(as: UInt8.self)) }
  /// How many types the name has.
  @inlinable public var rrsetCount: Int { unsafe Int(base.load(fromByteOffset: 1, as: UInt8.self)) }
  /// Whether the answer cannot be finished beforehand (an ExternalName): the stages give it.
  @inlinable public var needsStages: Bool { unsafe base.load(fromByteOffset: 2, as: UInt8.self) != 0 }

  @inlinable var rrsets: UnsafeMutablePointer<FinishedRRset> {
    unsafe (base + Self.headerLength).assumingMemoryBound(to: FinishedRRset.self)
  }

  @inlinable var key: UnsafePointer<UInt8> {
    unsafe UnsafePointer(
      (base + Self.headerLength + rrsetCount * MemoryLayout<FinishedRRset>.stride)
        .assumingMemoryBound(to: UInt8.self))
  }

  /// Whether this is the block of a name.
  @inlinable
  func hasKey(_ name: UnsafePointer<UInt8>, count: Int) -> Bool {
    guard keyLength == count else { return false }
    let mine = unsafe UnsafeRawPointer(key)
    let other = unsafe UnsafeRawPointer(name)
    var offset = 0
    var difference: UInt64 = 0
    while offset < count {
      var difference8 = unsafe mine.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      unsafe difference8 ^= other.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
      let left = count - offset
      if left < 8 { difference8 &= (1 << UInt64(8 * left)) - 1 }
      difference |= difference8
      offset += 8
    }
    return difference == 0
  }

  /// The RRset of a type; `nil` where the name has none.
  @inlinable
  public func rrset(_ type: UInt16) -> UnsafeMutablePointer<FinishedRRset>? {
    let rrsets = unsafe self.rrsets
    for index in 0..<rrsetCount where unsafe rrsets[index].type == type { return unsafe rrsets + index }
    return nil
  }

  /// The first octet of an RRset's records. O(RRsets before it).
  @inlinable
  public func records(of rrset: UnsafeMutablePointer<FinishedRRset>) -> UnsafePointer<UInt8> {
    var records = unsafe key + keyLength
    var before = unsafe rrsets
    while unsafe before < rrset {
      unsafe records += Int(before.pointee.length)
      unsafe before += 1
    }
    return unsafe records
  }

  /// The TTL of an RRset's records, in seconds.
  @inlinable
  public func ttl(of rrset: UnsafeMutablePointer<FinishedRRset>) -> UInt32 { unsafe Self.ttl(records(of: rrset)) }

  /// The TTL of an answer record: it stands behind the pointer to the question's name, the type and the class.
  @inlinable
  static func ttl(_ record: UnsafePointer<UInt8>) -> UInt32 {
    unsafe UInt32(bigEndian: UnsafeRawPointer(record).loadUnaligned(fromByteOffset: 6, as: UInt32.self))
  }
}

extension UnsafeMutablePointer<FinishedRRset> {
  @inlinable
  var storedWord: UnsafeMutablePointer<Atomic<UInt32>> {
    unsafe (UnsafeMutableRawPointer(self) + MemoryLayout<FinishedRRset>.offset(of: \.storedAt)!)
      .assumingMemoryBound(to: Atomic<UInt32>.self)
  }

  /// When a cache before this zone would have stored the answer; 0 for never.
  var storedTime: UInt32 { unsafe storedWord.pointee.load(ordering: .relaxed) }

  /// How long ago, in seconds, a cache before this zone would have stored the answer, which it keeps for `lifetime` seconds; `nil` when it would
  /// have to ask (and from now on it has the answer).
  ///
  /// - Parameters:
  ///   - now: seconds of the server's clock, at least 1.
  ///   - lifetime: how long a cache would keep it, in seconds.
  @inlinable
  public func age(now: UInt32, lifetime: UInt32) -> UInt32? {
    let word = unsafe storedWord
    let stored = unsafe word.pointee.load(ordering: .relaxed)
    if stored != 0, now >= stored, now - stored < lifetime { return now - stored }
    unsafe word.pointee.store(now, ordering: .relaxed)
    return nil
  }
}
