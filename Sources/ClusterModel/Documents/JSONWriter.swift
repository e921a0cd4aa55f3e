/// Writes compact JSON (RFC 8259): no spaces, members in the order of the calls.
public struct JSONWriter: Sendable {
  /// The text so far, in UTF-8.
  public private(set) var bytes: [UInt8] = []
  /// Whether a value stands before the next one in the same object or array.
  private(set) var needsComma = false

  /// An empty text.
  public init() {}

  /// The text so far.
  public var text: String { String(decoding: bytes, as: UTF8.self) }

  /// An object with the members that `body` writes.
  public mutating func object(_ body: (inout JSONWriter) -> Void) {
    open("{")
    body(&self)
    close("}")
  }

  /// An array with the elements that `body` writes.
  public mutating func array(_ body: (inout JSONWriter) -> Void) {
    open("[")
    body(&self)
    close("]")
  }

  /// The name of a member; its value comes next.
  public mutating func key(_ name: String) {
    string(name)
    bytes.append(UInt8(ascii: ":"))
    needsComma = false
  }

  /// A string value.
  public mutating func string(_ value: some StringProtocol) {
    separate()
    bytes.append(UInt8(ascii: "\""))
    // In nearly all strings each octet stands for itself: they are copied as a whole, and looked at then.
    let start = bytes.count
    bytes.append(contentsOf: value.utf8)
    if isEscaping(from: start) {
      bytes.removeSubrange(start...)
      for octet in value.utf8 { append(escaped: octet) }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  /// Whether an octet from a place on may not stand in a string as it is.
  private func isEscaping(from start: Int) -> Bool {
    for octet in bytes[start...] where octet < 0x20 || octet == UInt8(ascii: "\"") || octet == UInt8(ascii: "\\") {
      return true
    }
    return false
  }

  /// A whole number.
  public mutating func number(_ value: some BinaryInteger) { raw(String(value)) }

  /// `true` or `false`.
  public mutating func boolean(_ value: Bool) { raw(value ? "true" : "false") }

  /// `null`.
  public mutating func null() { raw("null") }

  /// A value that is JSON already.
  public mutating func raw(_ json: String) {
    separate()
    bytes.append(contentsOf: json.utf8)
  }

  /// Something that stands between documents, such as a line break.
  public mutating func finishDocument(with separator: String = "\n") {
    bytes.append(contentsOf: separator.utf8)
    needsComma = false
  }

  /// Takes back what was written since the text had so many octets.
  mutating func takeBack(to count: Int, needsComma: Bool) {
    bytes.removeSubrange(count...)
    self.needsComma = needsComma
  }

  private mutating func open(_ bracket: Unicode.Scalar) {
    separate()
    bytes.append(UInt8(ascii: bracket))
    needsComma = false
  }

  private mutating func close(_ bracket: Unicode.Scalar) {
    bytes.append(UInt8(ascii: bracket))
    needsComma = true
  }

  private mutating func separate() {
    if needsComma { bytes.append(UInt8(ascii: ",")) }
    needsComma = true
  }

  private mutating func append(escaped octet: UInt8) {
    switch octet {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(contentsOf: [UInt8(ascii: "\\"), octet])
    case 0x0A: bytes.append(contentsOf: "\\n".utf8)
    case 0x0D: bytes.append(contentsOf: "\\r".utf8)
    case 0x09: bytes.append(contentsOf: "\\t".utf8)
    case 0..<0x20: bytes.append(contentsOf: "\\u\(UInt32(octet).hex(digits: 4))".utf8)
    default: bytes.append(octet)
    }
  }
}

extension DocumentNode {
  /// The value as compact JSON; numbers and words as they were written where JSON knows the form.
  public func write(to writer: inout JSONWriter) {
    switch content {
    case .scalar(let text, .string): writer.string(text)
    case .scalar(_, .null): writer.null()
    case .scalar(_, .boolean): writer.boolean(boolean ?? false)
    case .scalar(let text, .integer), .scalar(let text, .real):
      writer.raw(isJSONNumber(text) ? text : integer.map { String($0) } ?? text.quoted)
    case .sequence(let elements): writer.array { writer in for element in elements { element.write(to: &writer) } }
    case .mapping(let members):
      writer.object { writer in
        for member in members {
          writer.key(member.key)
          member.value.write(to: &writer)
        }
      }
    }
  }

  /// Whether a number is in JSON's own form, not in one of YAML's.
  private func isJSONNumber(_ text: String) -> Bool {
    guard var reader = try? JSONReader(Array(text.utf8)), let node = try? reader.next() else { return false }
    return node.content == .scalar(text, .integer) || node.content == .scalar(text, .real)
  }

  /// The value as compact JSON text.
  public var json: String {
    var writer = JSONWriter()
    write(to: &writer)
    return writer.text
  }
}
