import Testing

@testable import Corefile

@Suite("Corefile: blocks, directives and options")
struct ParserTests {
  @Test(
    "The tree of a text",
    arguments: [
      ("", ""),
      ("# nothing\n", ""),
      (".", ". {  }"),
      (". {\n}", ". {  }"),
      (". {\n  log\n  errors\n}", ". { log; errors }"),
      (". { log }", ". { log }"),
      (". { forward . 1.1.1.1 { max_fails 3 } }", ". { forward . 1.1.1.1 { max_fails 3 } }"),
      (".\n{\n  log\n}", ". { log }"),
      (
        "example.org\nlog\nforward . 1.1.1.1 {\n  force_tcp\n}\n",
        "example.org. { log; forward . 1.1.1.1 { force_tcp } }"
      ),
      ("a b,c, d {\n}", "a. b. c. d. {  }"),
      ("a,\nb,\n  c {\n}", "a. b. c. {  }"),
      ("a,b {\n}", "a. b. {  }"),
      ("a { x }\nb { y }", "a. { x } b. { y }"),
      ("a { x } b { y }", "a. { x } b. { y }"),
      ("a {\n x {\n  y {\n   z 1 2\n  }\n  w\n }\n}", "a. { x { y { z 1 2 }; w } }"),
      ("a {\n x \"{\" \"}\"\n}", "a. { x { } }"),
      ("a {\n x {{ .Name }} y\n}", "a. { x {{ .Name }} y }"),
      ("a {\n x {\n }\n}", "a. { x {  } }"),
      ("a {\n log \"\n\" b\n}", "a. { log \n b }"),
      (".:53 {\r\n  log\r\n}\r\n", ".:53 { log }"),
    ])
  func tree(text: String, expected: String) throws {
    #expect(try outline(text) == expected)
  }

  @Test("A block without options differs from no block")
  func emptyBlock() throws {
    let directives = try Corefile.parse(". {\n a\n b {\n }\n}").blocks[0].directives
    #expect(directives[0].block == nil)
    #expect(directives[1].block?.isEmpty == true)
  }

  @Test(
    "Mistakes are shown where they are",
    arguments: [
      (". {\n  log", "Corefile:1:3: this block is never closed; end it with '}'"),
      (". {\n  log {\n  class error\n}", "Corefile:1:3: this block is never closed; end it with '}'"),
      (". {\n}\n}", "Corefile:3:1: this '}' closes no block"),
      (".\nlog\n}", "Corefile:3:1: this '}' closes no block"),
      ("{\n}", "Corefile:1:1: there is no zone before '{'; '. {' serves every name"),
      ("a, {\n}", "Corefile:1:1: another zone is expected after ','"),
      ("a,", "Corefile:1:1: another zone is expected after ','"),
      (". {\n  log\n  {\n  }\n}", "Corefile:3:3: '{' stands alone; put it at the end of the line of 'log'"),
      (". {\n  {\n  }\n}", "Corefile:2:3: there is no directive before '{'"),
      (". {\n  log {\n  } errors\n}", "Corefile:3:5: 'errors' follows '}' on its line; begin a new line after '}'"),
      (". {\n  log \"a\n}", "Corefile:2:7: this quote is never closed; end the text with '\"'"),
      ("\"\" {\n}", "Corefile:1:1: this block has no zone: '' is empty; is the variable set?"),
    ])
  func mistakes(text: String, expected: String) {
    #expect(problem(in: text) == expected)
  }

  @Test("Blocks lie in blocks at most 100 deep")
  func nesting() throws {
    func nested(_ depth: Int) -> String {
      "." + String(repeating: " {\nx", count: depth) + String(repeating: "\n}", count: depth)
    }
    #expect(problem(in: nested(100)) == nil)
    #expect(problem(in: nested(101)) == "Corefile:101:3: blocks lie in blocks more than 100 deep")
    #expect(problem(in: nested(50_000)) == "Corefile:101:3: blocks lie in blocks more than 100 deep")
  }

  @Test("A file has at most 1 MiB and 300,000 words")
  func size() {
    #expect(
      problem(in: ".\n" + String(repeating: "#", count: 1 << 20)) == "Corefile:1:1: the file is larger than 1 MiB")
    let words = ".\n" + String(repeating: "a ", count: 300_000)
    #expect(problem(in: words)?.hasPrefix("Corefile:2:599999: the configuration has too many words") == true)
  }
}
