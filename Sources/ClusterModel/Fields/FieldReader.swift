/// Reads one field of values, without what key paths cost: these look up types and call through several functions for each
/// field, which was a quarter of what writing a list takes.
struct FieldReader<Root, Value>: Sendable {
  private let path: FieldPath<Root, Value>
  /// Where the field lies in a value, in octets; `nil` for one that is computed.
  private let offset: Int?

  init(_ path: FieldPath<Root, Value>) {
    self.path = path
    offset = MemoryLayout<Root>.offset(of: path)
  }

  /// The field's value.
  func callAsFunction(_ root: Root) -> Value {
    guard let offset else { return root[keyPath: path] }
    // A stored property lies at its offset within the octets of the value, as the compiler has laid it out (SE-0210): the load
    // is of an initialised, aligned `Value`, and the pointer does not outlive the call.
    return unsafe withUnsafePointer(to: root) { root in
      unsafe UnsafeRawPointer(root).load(fromByteOffset: offset, as: Value.self)
    }
  }
}
