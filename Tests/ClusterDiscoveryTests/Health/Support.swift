import Testing

/// Expects two values to be equal; the first may come from a mutating call, which `#expect` does not take.
func same<Value: Equatable>(_ found: Value, _ expected: Value, at place: SourceLocation = #_sourceLocation) {
  #expect(found == expected, sourceLocation: place)
}
