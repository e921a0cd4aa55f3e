// Octets without the case of their ASCII letters, eight at a time.

extension UInt8 {
  /// The lower-case letter of an upper-case one; any other octet as it is.
  @inlinable
  var asciiLowercased: UInt8 { self &- UInt8(ascii: "A") < 26 ? self | 0x20 : self }
}

extension UInt64 {
  /// Each of the eight octets with ASCII letters in lower case.
  @inlinable
  var asciiLowercased: UInt64 { self | capitalLetters(self) >> 2 }
}

extension Hasher {
  /// Takes in octets without their letters' case.
  mutating func combine(folding bytes: UnsafeRawBufferPointer) {
    var offset = 0
    while offset + 8 <= bytes.count {
      // In bounds by the condition above.
      unsafe combine(bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self).asciiLowercased)
      offset += 8
    }
    var rest: UInt64 = 0
    while offset < bytes.count {
      unsafe rest = rest << 8 | UInt64(bytes[offset])
      offset += 1
    }
    combine(rest.asciiLowercased)
  }
}

extension [UInt8] {
  /// Whether what begins at `start` (at most `count`) is the other array, without the letters' case.
  func hasFoldedSuffix(_ other: [UInt8], at start: Int) -> Bool {
    guard count - start == other.count else { return false }
    return unsafe withUnsafeBytes { bytes in
      unsafe other.withUnsafeBytes { other in
        var offset = 0
        // In bounds: both hold `other.count` octets from their starts.
        while offset + 8 <= other.count {
          let a = unsafe bytes.loadUnaligned(fromByteOffset: start + offset, as: UInt64.self)
          let b = unsafe other.loadUnaligned(fromByteOffset: offset, as: UInt64.self)
          guard a == b || a.asciiLowercased == b.asciiLowercased else { return false }
          offset += 8
        }
        while offset < other.count {
          guard unsafe bytes[start + offset].asciiLowercased == other[offset].asciiLowercased else { return false }
          offset += 1
        }
        return true
      }
    }
  }
}
