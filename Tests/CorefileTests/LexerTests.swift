import Testing

@testable import Corefile

@Suite("Corefile: words, quotes and comments")
struct LexerTests {
  @Test(
    "Words and where they begin",
    arguments: [
      ("a b", ["a@1:1", "b@1:3"]),
      ("a\n\tb  c", ["a@1:1", "b@2:2", "c@2:5"]),
      ("a # b\nc", ["a@1:1", "c@2:1"]),
      ("# all\n#\nx#y", ["x#y@3:1"]),
      ("\"a b\" c", ["a b@1:1", "c@1:7"]),
      ("\"a\nb\" c\nd", ["a\nb@1:1", "c@2:4", "d@3:1"]),
      (#""say \"hi\" \d" x"#, [#"say "hi" \d@1:1"#, "x@1:17"]),
      (#""\\" x"#, [#"\\@1:1"#, "x@1:6"]),
      ("\"a\"b", ["a@1:1", "b@1:4"]),
      ("a\"b", ["a\"b@1:1"]),
      ("a\\.b \\", ["a\\.b@1:1", "\\@1:6"]),
      ("\"\" x", ["@1:1", "x@1:4"]),
      ("\"# no comment\"", ["# no comment@1:1"]),
      ("ä b", ["ä@1:1", "b@1:3"]),
      ("a\u{A0}b", ["a@1:1", "b@1:3"]),
      ("a\r\nb\r\n", ["a@1:1", "b@2:1"]),
      ("\"a\r\nb\"", ["a\nb@1:1"]),
      ("\u{FEFF}a", ["a@1:1"]),
      ("", []),
      ("  \n", []),
    ])
  func words(text: String, expected: [String]) throws {
    var lexer = try Lexer(Array(text.utf8), file: "f")
    let tokens = try lexer.tokens(limit: 100)
    #expect(tokens.map { "\($0.text)@\($0.location.line):\($0.location.column)" } == expected)
  }

  @Test("A quoted token that spans lines ends on its last one, so the next word is on the same line")
  func multiLineQuotes() throws {
    var lexer = try Lexer(Array("a \"b\nc\" d\ne".utf8), file: "f")
    #expect(try lexer.tokens(limit: 100).map(\.startsLine) == [true, false, false, true])
  }

  @Test(
    "What is no text is refused where it is",
    arguments: [
      ([0x61, 0x0A, 0x20, 0x00], "f:2:2: there is a control character here (code 0, hexadecimal)"),
      ([0x61, 0x1B], "f:1:2: there is a control character here (code 1B, hexadecimal)"),
      ([0xC3, 0xA4, 0xFF], "f:1:2: this is not UTF-8 text"),
      ([0x61, 0xC3], "f:1:2: this is not UTF-8 text"),
      ([0xED, 0xA0, 0x80], "f:1:1: this is not UTF-8 text"),
      ([0xC0, 0x80], "f:1:1: this is not UTF-8 text"),
    ] as [([UInt8], String)])
  func binary(bytes: [UInt8], expected: String) {
    #expect(problem { () throws(CorefileError) in _ = try Corefile.parse(bytes, file: "f") } == expected)
  }
}
