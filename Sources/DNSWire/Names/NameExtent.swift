/// What a walk over a name in a message finds out.
struct NameExtent {
  /// The name's length without compression, 1–255 octets.
  var length: Int
  /// The offset behind the octets that stand at the name's own place.
  var end: Int
}

extension [UInt8] {
  /// More pointers than a name of 255 octets can have labels to separate them.
  private static var mostPointers: Int { 126 }

  /// Walks over a name and checks all of it. Each pointer leads to a name that ends before the place where the walk last
  /// set in, so the walk goes strictly backwards; 255 octets and 126 pointers bound its cost.
  func nameExtent(at start: Int, before end: Int, pointers: Bool) throws(WireError) -> NameExtent {
    var (offset, limit, segment) = (start, end, start)
    var (length, jumps) = (0, 0)
    var behind: Int?
    while offset < limit {
      let octet = Int(self[offset])
      switch octet >> 6 {
      case 0:
        length += octet + 1
        guard length <= DomainName.maximumLength else { throw .nameTooLong(at: start) }
        offset += octet + 1
        if octet == 0 { return NameExtent(length: length, end: behind ?? offset) }
      case 3:
        guard pointers else { throw .compressedName(at: offset) }
        guard limit - offset >= 2 else { throw .truncated(at: offset) }
        let target = Int(uint16(at: offset) & 0x3FFF)
        jumps += 1
        guard target >= Header.length, target < segment, jumps <= Self.mostPointers else {
          throw .badPointer(at: offset)
        }
        behind = behind ?? offset + 2
        (offset, limit, segment) = (target, segment, target)
      default: throw .unknownLabelType(at: offset)
      }
    }
    throw jumps == 0 ? .truncated(at: limit) : .badPointer(at: start)
  }

  /// Finds the end of a name without following its pointer: nothing is learnt of what that leads to.
  func endOfName(at start: Int) throws(WireError) -> Int {
    var offset = start
    while offset < count {
      let octet = Int(self[offset])
      switch octet >> 6 {
      case 0:
        offset += octet + 1
        guard offset - start <= DomainName.maximumLength else { throw .nameTooLong(at: start) }
        if octet == 0 { return offset }
      case 3:
        guard count - offset >= 2 else { throw .truncated(at: offset) }
        return offset + 2
      default: throw .unknownLabelType(at: offset)
      }
    }
    throw .truncated(at: count)
  }

  /// The name at an offset that `nameExtent` has checked, a run of labels at a time.
  func name(at start: Int, length: Int) -> DomainName {
    guard length > 1 else { return .root }
    var wire: [UInt8] = []
    wire.reserveCapacity(length)
    var (segment, offset) = (start, start)
    while self[offset] != 0 {
      if self[offset] < 0xC0 {
        offset += Int(self[offset]) + 1
      } else {
        wire += self[segment..<offset]
        offset = Int(uint16(at: offset) & 0x3FFF)
        segment = offset
      }
    }
    wire += self[segment...offset]
    return DomainName(checked: wire)
  }
}
