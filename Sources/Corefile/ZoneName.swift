/// A domain name in presentation form (RFC 1035 §5.1), read so that it can be written in one canonical way.
struct ZoneName {
  /// The labels without the root, each 1–63 octets, letters in lower case.
  private(set) var labels: [[UInt8]] = []

  /// What is wrong with a name.
  struct Problem: Error {
    var message: String
  }

  /// Reads a name, which is taken as absolute with or without its last dot.
  init(_ text: String) throws(Problem) {
    guard text != "." else { return }
    var label: [UInt8] = []
    var input = Array(text.utf8)[...]
    while let octet = input.popFirst() {
      switch octet {
      case UInt8(ascii: "."):
        try append(&label)
      case UInt8(ascii: "\\"):
        label.append(try Self.escaped(&input))
      case 0x21...0x7E:
        label.append(octet)
      default:
        throw Problem(message: "a name is written in ASCII without spaces (RFC 5890's form begins with xn--)")
      }
    }
    if !label.isEmpty || labels.isEmpty { try append(&label) }
    guard labels.reduce(1, { $0 + $1.count + 1 }) <= 255 else { throw Problem(message: "it is longer than 255 octets") }
  }

  private mutating func append(_ label: inout [UInt8]) throws(Problem) {
    guard !label.isEmpty else { throw Problem(message: "it has an empty label") }
    guard label.count <= 63 else { throw Problem(message: "a label is longer than 63 octets") }
    labels.append(label.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 })
    label = []
  }

  /// What follows a backslash: three decimal digits, or a character that stands for itself.
  private static func escaped(_ input: inout ArraySlice<UInt8>) throws(Problem) -> UInt8 {
    guard let first = input.first, (0x21...0x7E).contains(first) else {
      throw Problem(message: "nothing follows its backslash")
    }
    guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(first) else {
      input.removeFirst()
      return first
    }
    let digits = input.prefix(3)
    guard digits.count == 3, let value = UInt8(String(decoding: digits, as: UTF8.self)) else {
      throw Problem(message: "a backslash with digits needs three of them, up to 255")
    }
    input.removeFirst(3)
    return value
  }

  /// The name with its last dot: `a\.b.example.`, octets that are not printable as `\DDD`.
  var presentation: String {
    guard !labels.isEmpty else { return "." }
    return labels.reduce(into: "") { text, label in
      for octet in label { text += Self.presentation(octet) }
      text += "."
    }
  }

  private static func presentation(_ octet: UInt8) -> String {
    let character = String(UnicodeScalar(octet))
    switch octet {
    case UInt8(ascii: "."), UInt8(ascii: "\\"), UInt8(ascii: "\""), UInt8(ascii: ";"), UInt8(ascii: "("),
      UInt8(ascii: ")"), UInt8(ascii: "@"), UInt8(ascii: "$"):
      return "\\" + character
    case 0x21...0x7E: return character
    default:
      let digits = String(octet)
      return "\\" + String(repeating: "0", count: 3 - digits.count) + digits
    }
  }
}
