/// A set of names that is no allocation of its own for one name: most Services have one slice, and a selector of their own.
enum NameSet: Sendable {
  case one(String)
  case many(Set<String>)

  mutating func insert(_ name: String) {
    switch self {
    case .one(let other) where other == name: break
    case .one(let other): self = .many([other, name])
    case .many(var names):
      self = .one("")
      names.insert(name)
      self = .many(names)
    }
  }

  /// The set without a name; `nil` when nothing is left.
  consuming func removing(_ name: String) -> NameSet? {
    switch consume self {
    case .one(let other): return other == name ? nil : .one(other)
    case .many(var names):
      names.remove(name)
      return names.count == 1 ? names.first.map { .one($0) } : .many(names)
    }
  }

  var names: Set<String> {
    switch self {
    case .one(let name): [name]
    case .many(let names): names
    }
  }

  var count: Int {
    switch self {
    case .one: 1
    case .many(let names): names.count
    }
  }
}

extension Dictionary where Value == NameSet {
  /// Adds a name to the set of a key.
  mutating func add(_ name: String, to key: Key) {
    if self[key]?.insert(name) == nil { self[key] = .one(name) }
  }

  /// Takes a name out of the set of a key, and the key with its last name.
  mutating func remove(_ name: String, from key: Key) {
    guard let index = index(forKey: key) else { return }
    let set = values[index]
    values[index] = .one("")
    if let rest = set.removing(name) { values[index] = rest } else { remove(at: index) }
  }
}
