import Corefile
import DNSWire

extension MasterFileParser {
  /// `$GENERATE START-STOP[/STEP] OWNER [TTL] [CLASS] TYPE DATA`: a record for each number, which `$` stands for in owner and
  /// data. The line with the number put in is read as any other.
  mutating func generate(
    _ arguments: ArraySlice<MasterFileWord>, by name: MasterFileWord, _ lexer: MasterFileLexer, _ scope: inout Scope
  ) throws(MasterFileError) {
    guard arguments.count >= 4 else {
      throw lexer.error(
        "'$GENERATE' is incomplete", at: name,
        hint: "a line is $GENERATE START-STOP[/STEP] OWNER [TTL] [CLASS] TYPE DATA")
    }
    var words = arguments
    let rangeWord = words.removeFirst()
    let numbers = try readRange(rangeWord, lexer)
    guard numbers.count <= generationBudget else {
      throw lexer.error("more than \(MasterFileLimits.generatedRecords) records are generated", at: rangeWord)
    }
    generationBudget -= numbers.count
    let owner = try GenerateTemplate(words.removeFirst(), lexer)
    let line = try generatedLine(words, lexer)
    let location = lexer.location(of: name)
    let outerOwner = scope.owner
    for index in 0..<numbers.count {
      let number = numbers.start + index * numbers.step
      var text = try owner.text(number, lexer)
      text.append(UInt8(ascii: " "))
      text += line.head
      for piece in line.data {
        text.append(UInt8(ascii: " "))
        text += try piece.text(number, lexer)
      }
      try readGenerated(text, lexer.file, &scope, at: location)
    }
    scope.owner = outerOwner
  }

  /// TTL, class and type, which stay as they are, and the templates of the data.
  private func generatedLine(
    _ words: ArraySlice<MasterFileWord>, _ lexer: MasterFileLexer
  ) throws(MasterFileError) -> (head: [UInt8], data: [GenerateTemplate]) {
    var rest = words
    let head = try readHead(lexer, &rest, before: words[words.endIndex - 1])
    // The words before the data, whatever lies between them in the file.
    let before = words[words.startIndex..<rest.startIndex].map { Array(lexer.bytes[$0.range]) }
    // BIND takes one text; data of several fields stands in quotes there, which are not part of it.
    let isText = head.type == .txt || head.type == .spf
    let isWhole = rest.count == 1 && !isText
    var data: [GenerateTemplate] = []
    for word in rest { data.append(try GenerateTemplate(word, lexer, keepsQuotes: !isWhole)) }
    return (Array(before.joined(separator: [UInt8(ascii: " ")])), data)
  }

  /// Reads one line that was made; its mistakes are shown at the directive.
  private mutating func readGenerated(
    _ text: [UInt8], _ file: String, _ scope: inout Scope, at location: SourceLocation
  ) throws(MasterFileError) {
    var made = MasterFileLexer(text, file: file)
    var entry = MasterFileEntry()
    do {
      guard try made.next(&entry) else { return }
      try readRecord(entry, made, &scope, at: location)
    } catch {
      let line = String(decoding: text, as: UTF8.self)
      throw MasterFileError(location, "\(error.message) in the generated line \(quoted(line))", hint: error.hint)
    }
  }

  private func readRange(_ word: MasterFileWord, _ lexer: MasterFileLexer) throws(MasterFileError) -> GenerateRange {
    let text = lexer.text(of: word)
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    let bounds = parts[0].split(separator: "-", omittingEmptySubsequences: false).map { number($0) }
    let step = parts.count == 2 ? number(parts[1]) : 1
    guard bounds.count == 2, let start = bounds[0], let stop = bounds[1], start <= stop, let step, step > 0 else {
      throw lexer.error("START-STOP or START-STOP/STEP is expected instead of \(quoted(text))", at: word)
    }
    return GenerateRange(start: start, step: step, count: (stop - start) / step + 1)
  }

  /// 0 to 2^31-1.
  private func number(_ text: Substring) -> Int? {
    guard let value = Int32(text), value >= 0, !text.hasPrefix("+"), !text.hasPrefix("-") else { return nil }
    return Int(value)
  }
}

/// The numbers of a `$GENERATE`, each 0 to 2^31-1.
private struct GenerateRange {
  var start: Int
  var step: Int
  var count: Int
}
