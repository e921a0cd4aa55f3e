public import DNSWire
public import Reclamation
public import Synchronization

/// A zone that is answered from finished answers: its table of names, and what it says of names that are not there.
@safe
public final class AnswerZone: Sendable {
  /// The zone's name, in lower case.
  public let name: DomainName
  /// The names below the zone.
  public let table: AnswerTable
  nonisolated(unsafe) private let core: UnsafeMutablePointer<Core>

  /// What a zone does about a name that its table does not hold.
  public enum Missing: UInt8, Sendable {
    /// NXDOMAIN.
    case denied
    /// The stages are asked: the zone falls through to the next one.
    case asksStages
    /// NXDOMAIN, but names below `pod` are left to the stages: their answer is in the name (`pods insecure`).
    case asksStagesForPods
  }

  /// The part that readers use, at a fixed address.
  @usableFromInline
  @safe
  struct Core: ~Copyable {
    @usableFromInline let isSynced = Atomic<Bool>(false)
    @usableFromInline let serial = Atomic<UInt32>(1)
    @usableFromInline let missing: Missing
    /// The zone's name in wire form with the root octet, in lower case.
    @usableFromInline let wire: UnsafeMutablePointer<UInt8>
    @usableFromInline let wireLength: Int
    /// The TTL of the SOA record, and its minimum, in seconds.
    @usableFromInline let soaTTL: UInt32
    @usableFromInline let minimum: UInt32

    init(wire octets: [UInt8], missing: Missing, ttl: UInt32) {
      unsafe wire = .allocate(capacity: octets.count + QueryHead.slack)
      unsafe wire.initialize(repeating: 0, count: octets.count + QueryHead.slack)
      for (index, octet) in octets.enumerated() { unsafe wire[index] = octet }
      wireLength = octets.count
      self.missing = missing
      soaTTL = min(ttl, 300)
      minimum = ttl
    }

    deinit { unsafe wire.deallocate() }
  }

  /// - Parameters:
  ///   - name: the zone's name.
  ///   - missing: what is said of names that are not there.
  ///   - reclaimer: frees what readers may still look at.
  ///   - ttl: the TTL of the zone's records in seconds (0–3600): the minimum of its SOA; the SOA's own is at most 300.
  public init(name: DomainName, missing: Missing, ttl: UInt32, reclaimer: Reclaimer) {
    self.name = name.lowercased()
    table = AnswerTable(reclaimer: reclaimer)
    unsafe core = .allocate(capacity: 1)
    unsafe core.initialize(to: Core(wire: self.name.wire, missing: missing, ttl: ttl))
  }

  deinit {
    unsafe core.deinitialize(count: 1)
    unsafe core.deallocate()
  }

  /// Whether the zone has been filled: until then every answer is SERVFAIL.
  public var isSynced: Bool {
    get { unsafe core.pointee.isSynced.load(ordering: .acquiring) }
    set { unsafe core.pointee.isSynced.store(newValue, ordering: .releasing) }
  }

  /// The serial number of the SOA (RFC 1982 arithmetic).
  public var serial: UInt32 {
    get { unsafe core.pointee.serial.load(ordering: .relaxed) }
    set { unsafe core.pointee.serial.store(newValue, ordering: .relaxed) }
  }

  /// Makes the changes and gives the zone a higher serial number.
  public func apply(_ changes: [AnswerTable.Change]) {
    guard !changes.isEmpty else { return }
    table.apply(changes)
    unsafe _ = core.pointee.serial.wrappingAdd(1, ordering: .relaxed)
  }

  /// What readers use; it must not outlive the zone.
  public var reader: Reader { unsafe Reader(table: table.reader, core: core) }

  /// What a reader holds of a zone: copied without counting references. It must not outlive the zone.
  @frozen
  @safe
  public struct Reader: @unchecked Sendable {
    /// The names below the zone.
    public let table: AnswerTable.Reader
    @usableFromInline let core: UnsafeMutablePointer<Core>

    /// Whether the zone has been filled.
    @inlinable public var isSynced: Bool { unsafe core.pointee.isSynced.load(ordering: .acquiring) }
    /// What becomes of names that are not in the table.
    @inlinable public var missing: Missing { unsafe core.pointee.missing }
    /// The length of the zone's name with its root octet.
    @inlinable public var wireLength: Int { unsafe core.pointee.wireLength }
    /// The TTL of the SOA record, in seconds: 0–300.
    @inlinable public var soaTTL: UInt32 { unsafe core.pointee.soaTTL }

    /// The TTL of the zone's records, in seconds: 0–3600.
    @inlinable public var recordTTL: UInt32 { unsafe core.pointee.minimum }

    /// Whether the stages must be asked about a name that is not in the table.
    @inlinable
    public func leavesToStages(_ name: UnsafePointer<UInt8>, count: Int) -> Bool {
      switch missing {
      case .denied: false
      case .asksStages: true
      // The label "pod" next to the zone, in wire form.
      case .asksStagesForPods:
        unsafe count > 4 && name[count - 4] == 3 && name[count - 3] == 0x70 && name[count - 2] == 0x6F
          && name[count - 1] == 0x64
      }
    }
  }
}
