/// A keyed hash of lower-cased names, eight octets at a time.
///
/// The key is drawn once a process, so that nobody can choose names that collide.
public struct NameHash: Sendable {
  /// The process's key.
  public static let seed = UInt64.random(in: 1 ... .max)

  /// The hash of `count` octets.
  ///
  /// Safety: up to seven octets behind `count` are read; they must be readable, and do not count.
  @inlinable
  public static func of(_ name: UnsafePointer<UInt8>, count: Int, seed: UInt64) -> UInt64 {
    var state = seed ^ UInt64(truncatingIfNeeded: count)
    var offset = 0
    while offset < count {
      var word = unsafe UnsafeRawPointer(name + offset).loadUnaligned(as: UInt64.self)
      let left = count - offset
      if left < 8 { word &= (1 << UInt64(8 * left)) - 1 }
      state = mix(state ^ word, 0x9E37_79B9_7F4A_7C15)
      offset += 8
    }
    return mix(state, 0xD6E8_FEB8_6659_FD93)
  }

  /// The hash of a name and a type.
  @inlinable
  public static func mix(_ hash: UInt64, with type: UInt16) -> UInt64 {
    mix(hash ^ UInt64(type), 0xD6E8_FEB8_6659_FD93)
  }

  /// Both halves of the product, folded.
  @inlinable
  static func mix(_ a: UInt64, _ b: UInt64) -> UInt64 {
    let product = a.multipliedFullWidth(by: b)
    return product.high ^ product.low
  }

  /// The hash of an array's octets.
  static func of(_ name: [UInt8], seed: UInt64) -> UInt64 {
    let padded = name + [UInt8](repeating: 0, count: 8)
    return unsafe padded.withUnsafeBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return 0 }
      return unsafe of(base, count: name.count, seed: seed)
    }
  }
}
