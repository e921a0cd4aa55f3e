/// Fields that most objects do not use: one word while they all have their defaults, one shared allocation otherwise.
///
/// The allocation is immutable; a write makes a new one, so that copies stay apart.
struct Rare<Fields: RareFields>: Sendable, Hashable {
  private var box: Box?

  init() { box = nil }

  init(_ fields: Fields) { value = fields }

  /// The fields, or their defaults.
  var value: Fields {
    get { box?.fields ?? Fields() }
    set { box = newValue == Fields() ? nil : Box(newValue) }
  }

  /// Whether all the fields have their defaults.
  var isDefault: Bool { box == nil }

  static func == (a: Rare, b: Rare) -> Bool {
    a.box === b.box || a.box?.fields == b.box?.fields
  }

  func hash(into hasher: inout Hasher) { hasher.combine(box?.fields) }

  private final class Box: Sendable {
    let fields: Fields
    init(_ fields: Fields) { self.fields = fields }
  }
}

/// What can live behind `Rare`: a value that has defaults for all of its fields.
protocol RareFields: Sendable, Hashable {
  init()
}
