import DNSWire
import NetworkAddresses

/// Room in which the answers of an endpoint's name are put together when somebody asks, from what the Service's own name lists
/// (``DashedEndpoints``): the same octets that a block of the name's own would have. No allocation, no lock.
@safe
public struct EndpointAnswers: ~Copyable {
  private let block: UnsafeMutableRawPointer

  /// Header, RRsets and key; an A record; for each port an SRV record with the longest name; the address of its target.
  private static let capacity =
    NameAnswers.headerLength + 2 * MemoryLayout<FinishedRRset>.stride + longestName + 16
    + DashedEndpoints.mostPorts * (18 + longestName) + 16 + QueryHead.slack
  /// RFC 1035 §2.3.4.
  private static let longestName = 255

  /// Room for one name.
  public init() { unsafe block = .allocate(byteCount: Self.capacity, alignment: 8) }

  deinit { unsafe block.deallocate() }

  /// Whether a name may be one of an endpoint: a look at its first two octets, for the many that are not.
  ///
  /// Safety: as of ``find(_:count:in:)``.
  @inlinable
  public static func mayFind(_ name: UnsafePointer<UInt8>, count: Int) -> Bool {
    // A label of 7–15 octets with a digit in front, and something behind it.
    unsafe count > 8 && name[0] &- 7 <= 8 && name[1] &- 0x30 <= 9
  }

  /// The answers of an endpoint's name that the table does not hold; `nil` when there is no such endpoint.
  ///
  /// - Parameters:
  ///   - zone: the zone's finished answers.
  ///   - name: the name below the zone, in lower case, without a root octet; seven octets behind it must be readable.
  ///   - count: its length, 0–254.
  /// - Returns: the answers, valid until the next name is looked for here. A cache's times are not kept in them.
  public func find(_ name: UnsafePointer<UInt8>, count: Int, in zone: AnswerZone.Reader) -> NameAnswers? {
    guard unsafe Self.mayFind(name, count: count), count + zone.wireLength <= Self.longestName,
      let address = unsafe IPv4Address(dashedLabel: name)
    else { return nil }
    let label = unsafe 1 + Int(name[0])
    guard label < count, let service = unsafe zone.table.find(name + label, count: count - label),
      let group = service.endpointGroup(with: address)
    else { return nil }
    return unsafe write(name, count: count, address, group, zone)
  }

  /// The name's block: an A record; SRV records with the name itself as their target, whose address is the additional record.
  private func write(
    _ name: UnsafePointer<UInt8>, count: Int, _ address: IPv4Address, _ group: NameAnswers.EndpointGroup,
    _ zone: AnswerZone.Reader
  ) -> NameAnswers {
    let ports = group.portCount
    let target = count + zone.wireLength
    var writer = unsafe BlockWriter(next: block, ttl: zone.recordTTL)
    writer.putHeader(keyLength: count, rrsets: ports == 0 ? 1 : 2)
    writer.put(FinishedRRset(type: .a, answers: 1, stride: 16, length: 16))
    if ports > 0 {
      writer.put(
        FinishedRRset(
          type: .srv, answers: ports, additionals: 1, traits: .targetsInZone, length: ports * (18 + target) + 16))
    }
    unsafe writer.put(name, count: count)
    writer.putRecord(owner: QueryHead.headerLength, type: .a, length: 4)
    writer.put(address.bits)
    for port in 0..<ports {
      writer.putRecord(owner: QueryHead.headerLength, type: .srv, length: 6 + target)
      writer.put(UInt32(group.weight))
      unsafe writer.put(group.ports + 2 * port, count: 2)
      unsafe writer.put(name, count: count)
      unsafe writer.put(zone.core.pointee.wire, count: zone.wireLength)
    }
    if ports > 0 {
      // The first target: behind the question and what an SRV record has before its target.
      writer.putRecord(owner: QueryHead.headerLength + target + 4 + 18, type: .a, length: 4)
      writer.put(address.bits)
    }
    return unsafe NameAnswers(block)
  }
}

/// Writes a block from its beginning on. Safety: whoever writes has made sure of the room.
@safe
private struct BlockWriter {
  var next: UnsafeMutableRawPointer
  let ttl: UInt32

  mutating func putHeader(keyLength: Int, rrsets: UInt8) {
    unsafe next.storeBytes(of: UInt8(truncatingIfNeeded: keyLength), as: UInt8.self)
    unsafe next.storeBytes(of: rrsets, toByteOffset: 1, as: UInt8.self)
    unsafe next.storeBytes(of: 0, toByteOffset: 2, as: UInt16.self)
    unsafe next += NameAnswers.headerLength
  }

  mutating func put(_ rrset: FinishedRRset) {
    unsafe next.initializeMemory(as: FinishedRRset.self, to: rrset)
    unsafe next += MemoryLayout<FinishedRRset>.stride
  }

  mutating func put(_ octets: UnsafePointer<UInt8>, count: Int) {
    unsafe next.copyMemory(from: octets, byteCount: count)
    unsafe next += count
  }

  mutating func put(_ value: some FixedWidthInteger) {
    unsafe next.storeBytes(of: value.bigEndian, as: type(of: value))
    unsafe next += MemoryLayout.size(ofValue: value)
  }

  /// A record's head; its owner is a pointer to what stands in the message at an offset.
  mutating func putRecord(owner: Int, type: RecordType, length: Int) {
    put(UInt16(0xC000 | owner))
    put(type.rawValue)
    put(RecordClass.in.rawValue)
    put(ttl)
    put(UInt16(length))
  }
}

extension FinishedRRset {
  fileprivate init(
    type: RecordType, answers: Int, additionals: UInt16 = 0, stride: UInt8 = 0, traits: Traits = [], length: Int
  ) {
    self.init(
      type: type.rawValue, answerCount: UInt16(answers), additionalCount: additionals, stride: stride, traits: traits,
      length: UInt32(length))
  }
}
