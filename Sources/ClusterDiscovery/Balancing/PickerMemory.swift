/// The memory of a picker: allocated while it is compiled, and handed to the reclaimer as a whole when it is replaced.
///
/// Safety: what is allocated is plain values, which need no deinitialization. Who owns this owns the memory, and frees it once.
@safe
struct PickerMemory: @unchecked Sendable {
  /// The allocations; the picker itself is the last one.
  private(set) var blocks: [UnsafeMutableRawPointer] = unsafe []

  /// Room for so many values, at least one.
  mutating func room<Value: BitwiseCopyable>(_ count: Int, of type: Value.Type) -> UnsafeMutablePointer<Value> {
    let block = UnsafeMutableRawPointer.allocate(
      byteCount: max(count, 1) * MemoryLayout<Value>.stride, alignment: max(16, MemoryLayout<Value>.alignment))
    unsafe blocks.append(block)
    return unsafe block.bindMemory(to: Value.self, capacity: max(count, 1))
  }

  /// Frees everything, when nobody can be reading it.
  mutating func free() {
    unsafe blocks.forEach { unsafe $0.deallocate() }
    unsafe blocks = []
  }
}
