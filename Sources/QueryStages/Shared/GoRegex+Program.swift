/// An expression as instructions, and the search that runs them.
struct RegexProgram: Sendable {
  private enum Instruction: Sendable {
    /// Takes one scalar of the set.
    case take(ScalarSet)
    /// Tries the first way, then the second.
    case split(Int, Int)
    case jump(Int)
    /// Notes the place in a slot: 2n is where group n begins, 2n+1 where it ends.
    case save(Int)
    case check(RegexAssertion)
    case found
  }

  private var instructions: [Instruction] = []
  private let slots: Int

  /// Bounds what a search may cost: with the longest text about five megabytes of marks.
  private static let longest = 5000

  init(_ node: RegexNode, groups: Int) throws(GoRegexError) {
    slots = groups * 2
    try append(.group(node, index: 0))
    try emit(.found)
  }

  // MARK: From tree to instructions

  private mutating func emit(_ instruction: Instruction) throws(GoRegexError) {
    guard instructions.count < Self.longest else { throw GoRegexError(message: "the expression is too large") }
    instructions.append(instruction)
  }

  private mutating func append(_ node: RegexNode) throws(GoRegexError) {
    switch node {
    case .empty: break
    case .set(let set): try emit(.take(set))
    case .assertion(let assertion): try emit(.check(assertion))
    case .sequence(let items): for item in items { try append(item) }
    case .group(let inner, let index):
      try emit(.save(index * 2))
      try append(inner)
      try emit(.save(index * 2 + 1))
    case .choice(let choices): try append(choices[...])
    case .repetition(let inner, let least, let most, let isGreedy):
      for _ in 0..<(most == nil ? max(0, least - 1) : least) { try append(inner) }
      if let most {
        try appendOptional(inner, count: most - least, isGreedy: isGreedy)
      } else {
        try appendLoop(inner, isOptional: least == 0, isGreedy: isGreedy)
      }
    }
  }

  private mutating func append(_ choices: ArraySlice<RegexNode>) throws(GoRegexError) {
    guard choices.count > 1, let first = choices.first else {
      if let last = choices.first { try append(last) }
      return
    }
    let split = instructions.count
    try emit(.found)
    try append(first)
    let jump = instructions.count
    try emit(.found)
    instructions[split] = .split(split + 1, instructions.count)
    try append(choices.dropFirst())
    instructions[jump] = .jump(instructions.count)
  }

  /// `x?` inside of `x?` inside of …: up to `count` times.
  private mutating func appendOptional(_ node: RegexNode, count: Int, isGreedy: Bool) throws(GoRegexError) {
    var splits: [Int] = []
    for _ in 0..<count {
      splits.append(instructions.count)
      try emit(.found)
      try append(node)
    }
    for split in splits { set(split, into: split + 1, past: instructions.count, isGreedy: isGreedy) }
  }

  /// `x+`, and `x*` as `(x+)?`: so an `x` that prefers to match nothing ends the loop, as in Go.
  private mutating func appendLoop(_ node: RegexNode, isOptional: Bool, isGreedy: Bool) throws(GoRegexError) {
    let entry = instructions.count
    if isOptional { try emit(.found) }
    let body = instructions.count
    try append(node)
    let split = instructions.count
    try emit(.found)
    set(split, into: body, past: split + 1, isGreedy: isGreedy)
    if isOptional { set(entry, into: body, past: split + 1, isGreedy: isGreedy) }
  }

  private mutating func set(_ split: Int, into body: Int, past end: Int, isGreedy: Bool) {
    instructions[split] = isGreedy ? .split(body, end) : .split(end, body)
  }

  // MARK: The search

  /// What is still to be tried, the next one last.
  private enum Job {
    case go(instruction: Int, at: Int)
    case restore(slot: Int, to: Int)
  }

  /// The slots of the leftmost match; -1 in those of groups that took no part.
  ///
  /// An instruction that failed at a place once fails there always, wherever the match began: so it is marked and not tried again.
  func search(_ text: [UInt32]) -> [Int]? {
    var marks = [UInt64](repeating: 0, count: (instructions.count * (text.count + 1) + 63) / 64)
    for start in 0...text.count {
      if let slots = match(text, from: start, &marks) { return slots }
    }
    return nil
  }

  private func match(_ text: [UInt32], from start: Int, _ marks: inout [UInt64]) -> [Int]? {
    var slots = [Int](repeating: -1, count: slots)
    var jobs = [Job.go(instruction: 0, at: start)]
    while let job = jobs.popLast() {
      switch job {
      case .restore(let slot, let value): slots[slot] = value
      case .go(let instruction, let place):
        if run(instruction, text, at: place, &slots, &jobs, &marks) { return slots }
      }
    }
    return nil
  }

  /// Follows one way until it fails (false) or has found a match (true).
  private func run(
    _ start: Int, _ text: [UInt32], at place: Int, _ slots: inout [Int], _ jobs: inout [Job], _ marks: inout [UInt64]
  ) -> Bool {
    var (next, place) = (start, place)
    while true {
      let mark = next * (text.count + 1) + place
      guard marks[mark / 64] >> UInt64(mark % 64) & 1 == 0 else { return false }
      marks[mark / 64] |= 1 << UInt64(mark % 64)
      switch instructions[next] {
      case .found: return true
      case .jump(let target): next = target
      case .split(let first, let second):
        jobs.append(.go(instruction: second, at: place))
        next = first
      case .save(let slot):
        jobs.append(.restore(slot: slot, to: slots[slot]))
        slots[slot] = place
        next += 1
      case .check(let assertion):
        guard holds(assertion, text, at: place) else { return false }
        next += 1
      case .take(let set):
        guard place < text.count, set.contains(text[place]) else { return false }
        place += 1
        next += 1
      }
    }
  }

  private func holds(_ assertion: RegexAssertion, _ text: [UInt32], at place: Int) -> Bool {
    switch assertion {
    case .textStart: place == 0
    case .textEnd: place == text.count
    case .lineStart: place == 0 || text[place - 1] == 10
    case .lineEnd: place == text.count || text[place] == 10
    case .wordBoundary: isBoundary(text, place)
    case .noWordBoundary: !isBoundary(text, place)
    }
  }

  private func isBoundary(_ text: [UInt32], _ place: Int) -> Bool {
    let before = place > 0 && ScalarSet.words.contains(text[place - 1])
    let after = place < text.count && ScalarSet.words.contains(text[place])
    return before != after
  }
}
