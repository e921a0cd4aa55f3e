/// The hash of clients' keys and of endpoints: 64 bits, the same in every process and on every machine.
///
/// FNV-1a (Fowler, Noll, Vo; 64 bits), and behind it the finalizer of MurmurHash3, because FNV's upper bits differ little between
/// short keys. It guards against nothing: who chooses keys can choose which endpoint they meet.
public enum KeyHash {
  /// The hash of octets.
  public static func of(_ octets: some Sequence<UInt8>) -> UInt64 { mix(fnv1a(octets)) }

  /// The hash of a text's UTF-8.
  public static func of(_ text: String) -> UInt64 { of(text.utf8) }

  /// FNV-1a alone.
  static func fnv1a(_ octets: some Sequence<UInt8>) -> UInt64 {
    octets.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0000_0100_0000_01B3 }
  }

  /// MurmurHash3's finalizer: each bit of the input changes each bit of the output with a chance of a half.
  @inline(__always)
  static func mix(_ bits: UInt64) -> UInt64 {
    var bits = bits
    bits = (bits ^ (bits >> 33)) &* 0xFF51_AFD7_ED55_8CCD
    bits = (bits ^ (bits >> 33)) &* 0xC4CE_B9FE_1A85_EC53
    return bits ^ (bits >> 33)
  }

  /// Another hash of what a hash was made of; different for each number.
  @inline(__always)
  static func mix(_ hash: UInt64, _ number: UInt64) -> UInt64 {
    mix(hash &+ (number &+ 1) &* golden)
  }

  /// 2⁶⁴ divided by the golden ratio: its multiples fill the circle of 64-bit numbers as evenly as can be, however many they are.
  static let golden: UInt64 = 0x9E37_79B9_7F4A_7C15
}
