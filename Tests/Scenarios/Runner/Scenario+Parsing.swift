import DNSWire
import Foundation
import LiveServer

/// A mistake in a scenario file.
struct ScenarioError: Error, CustomStringConvertible {
  var line: Int
  var text: String
  var description: String { "line \(line): \(text)" }
}

extension Scenario {
  /// Reads the text of a `.scenario` file.
  init(name: String, text: String) throws {
    self.name = name
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let head = lines.prefix { $0.hasPrefix("#") }
    rule = head.map { $0.drop { $0 == "#" }.trimmingCharacters(in: .whitespaces) }.joined(separator: " ")
    steps = []
    var blocks = Block.blocks(of: lines)
    if let known = blocks.first(where: { $0.words.first == "known-issue" }) {
      knownIssue = known.words.dropFirst().joined(separator: " ")
      blocks.removeAll { $0.words.first == "known-issue" }
    }
    for block in blocks { steps.append(try Step(block)) }
    guard !rule.isEmpty else {
      throw ScenarioError(line: 1, text: "a scenario opens with a comment that says the rule")
    }
  }
}

/// A line that starts at the margin, and the indented lines below it.
struct Block {
  var line: Int
  var words: [String]
  /// Without the indentation that all of them have.
  var body: [(line: Int, text: String)]

  static func blocks(of lines: [String], from first: Int = 1) -> [Block] {
    var blocks: [Block] = []
    for (index, text) in lines.enumerated() {
      let isIndented = text.first == " "
      if !isIndented, text.hasPrefix("#") || text.isEmpty {
        if text.isEmpty, !blocks.isEmpty { blocks[blocks.count - 1].body.append((first + index, "")) }
      } else if isIndented, !blocks.isEmpty {
        blocks[blocks.count - 1].body.append((first + index, text))
      } else {
        blocks.append(
          Block(line: first + index, words: text.split(separator: " ").map(String.init), body: []))
      }
    }
    return blocks.map { $0.dedented() }
  }

  private func dedented() -> Block {
    var block = self
    while block.body.last?.text.isEmpty == true { block.body.removeLast() }
    let indents = block.body.filter { !$0.text.isEmpty }.map { $0.text.prefix { $0 == " " }.count }
    let common = indents.min() ?? 0
    block.body = block.body.map { ($0.line, String($0.text.dropFirst(common))) }
    return block
  }

  /// The body as one text.
  var text: String { body.map { $0.text + "\n" }.joined() }

  /// The body's own blocks.
  var inner: [Block] {
    guard let first = body.first else { return [] }
    return Block.blocks(of: body.map(\.text), from: first.line)
  }

  func error(_ text: String) -> ScenarioError { ScenarioError(line: line, text: text) }
}

extension Step {
  init(_ block: Block) throws {
    var block = block
    var eventually = false
    if block.words.first == "eventually" {
      eventually = true
      block.words.removeFirst()
    }
    self.init(line: block.line, eventually: eventually, action: try Action(block))
  }
}

extension Step.Action {
  init(_ block: Block) throws {
    let arguments = block.words.dropFirst().joined(separator: " ")
    switch block.words.first ?? "" {
    case "corefile": self = .write(file: "Corefile", text: block.text)
    case "manifests": self = .write(file: "cluster.yaml", text: block.text)
    case "file": self = .write(file: arguments, text: block.text)
    case "remove": self = .remove(file: arguments)
    case "upstream": self = .upstream(name: arguments, rules: try block.inner.flatMap(UpstreamRule.rules))
    case "ask": self = .ask(try Ask(block), try Expectation(block))
    case "transfer": self = .transfer(try Ask(block), try Expectation(block))
    case "send": self = try .sending(block)
    case "saw": self = try .counting(block)
    case "logs": self = .logs(block.body.map(\.text))
    case "start-fails": self = .startFails(block.body.map(\.text))
    case "fetch": self = try .fetching(block)
    case "signal": self = .signal(arguments == "HUP" ? SIGHUP : arguments == "USR1" ? SIGUSR1 : SIGTERM)
    case let word: throw block.error("unknown step '\(word)'")
    }
  }

  /// `send udp|tcp TOKEN…`: hexadecimal octets, and `name(…)` for a name in wire form; further octets may stand in lines
  /// that start with `+`.
  private static func sending(_ block: Block) throws -> Self {
    guard block.words.count > 1, let transport = Transport(rawValue: block.words[1]) else {
      throw block.error("send udp|tcp OCTETS")
    }
    var rest = block
    var tokens = Array(block.words.dropFirst(2))
    rest.body = block.body.filter { line in
      guard line.text.hasPrefix("+") else { return true }
      tokens += line.text.dropFirst().split(separator: " ").map(String.init)
      return false
    }
    return .send(try tokens.flatMap { try octets($0, block) }, transport, try Expectation(rest))
  }

  /// `c00c`, `name(web.shop)`, or `octet*count`.
  private static func octets(_ token: String, _ block: Block) throws -> [UInt8] {
    if token.hasPrefix("name("), token.hasSuffix(")") {
      return try DomainName(String(token.dropFirst(5).dropLast())).wire
    }
    let parts = token.split(separator: "*")
    guard let count = parts.count == 2 ? Int(parts[1]) : 1, let digits = parts.first, digits.count % 2 == 0 else {
      throw block.error("'\(token)' is not hexadecimal")
    }
    var once: [UInt8] = []
    var rest = digits
    while !rest.isEmpty {
      guard let octet = UInt8(rest.prefix(2), radix: 16) else { throw block.error("'\(token)' is not hexadecimal") }
      once.append(octet)
      rest = rest.dropFirst(2)
    }
    return Array(repeatElement(once, count: count).joined())
  }

  /// `saw UPSTREAM NAME TYPE COUNT`, the count a number or `1-3`.
  private static func counting(_ block: Block) throws -> Self {
    let words = block.words
    let bounds = (words.last ?? "").split(separator: "-").compactMap { Int($0) }
    guard words.count == 5, let low = bounds.first, let high = bounds.last, low <= high else {
      throw block.error("saw UPSTREAM NAME TYPE COUNT")
    }
    return .sawQueries(
      upstream: words[1], question: "\(try DomainName(words[2]).lowercased()) \(words[3])", count: low...high)
  }

  private static func fetching(_ block: Block) throws -> Self {
    guard block.words.count == 3, let status = Int(block.words[2]) else { throw block.error("fetch URL STATUS") }
    return .fetch(url: block.words[1], status: status, texts: block.body.map(\.text))
  }
}
