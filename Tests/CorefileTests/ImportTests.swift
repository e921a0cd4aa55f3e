import Testing

@testable import Corefile

@Suite("Corefile: variables, snippets and imports")
struct ImportTests {
  @Test(
    "Environment variables",
    arguments: [
      ("{$ZONE}:{$PORT} {\n}", "example.org.:1053 {  }"),
      ("{%ZONE%} {\n}", "example.org. {  }"),
      ("{$LIST} {\n}", "a. b. c. {  }"),
      ("a {\n {$DIRECTIVE} x{$PORT}y{%PORT%}\n}", "a. { log x1053y1053 }"),
      ("a {\n log \"{$PORT} {$NONE}.\"\n}", "a. { log 1053 . }"),
      ("a {\n log {$LOOP}\n}", "a. { log {$LOOP} }"),
      ("a {\n log {$} {%%} {$PORT {%PORT} {PORT} {1}\n}", "a. { log {$} {%%} {$PORT {%PORT} {PORT} {1} }"),
      ("a {\n log {{$PORT}}\n}", "a. { log {1053} }"),
      ("a {\n log {$BRACE} x\n}", "a. { log { x }"),
      ("a {\n log {args[0]}\n}", "a. { log {args[0]} }"),
    ])
  func environment(text: String, expected: String) throws {
    let environment = [
      "ZONE": "example.org", "PORT": "1053", "LIST": "a, b c", "DIRECTIVE": "log", "LOOP": "{$LOOP}", "BRACE": "{",
    ]
    #expect(try outline(text, environment: environment) == expected)
  }

  @Test("A block whose only zone is an unset variable is an error")
  func unsetZone() {
    #expect(
      problem(in: "{$NONE} {\n}") == "Corefile:1:1: this block has no zone: '{$NONE}' is empty; is the variable set?")
  }

  @Test(
    "Snippets",
    arguments: [
      ("(s) {\n log\n errors\n}\na {\n import s\n ready\n}", "a. { log; errors; ready }"),
      ("(s) { log }\na { import s }", "a. { log }"),
      ("(s) {\n}\na {\n import s\n ready\n}", "a. { ready }"),
      (
        "(s) {\n forward {args[0]} {args.1} x{args[0]}x\n}\na {\n import s . 1.1.1.1\n}", "a. { forward . 1.1.1.1 x.x }"
      ),
      (
        "(s) {\n ttl {args[0]}\n}\na {\n hosts {\n  import s 60\n  fallthrough\n }\n}",
        "a. { hosts { ttl 60; fallthrough } }"
      ),
      ("(i) {\n x {args[0]}\n}\n(o) {\n import i {args[1]}\n y {args[0]}\n}\na {\n import o 1 2\n}", "a. { x 2; y 1 }"),
      ("(z) {\n a b {\n  log\n }\n}\nimport z\nc {\n}", "a. b. { log } c. {  }"),
      ("(s) {\n x \"{args[0]}\"\n}\na {\n import s \"p q\"\n}", "a. { x p q }"),
      ("(s) {\n x {args[0]}\n}\na {\n import s {$V}\n}", "a. { x 7 }"),
      ("(s) {\n x {\n  y\n }\n}\na {\n import s\n import s\n}", "a. { x { y }; x { y } }"),
    ])
  func snippets(text: String, expected: String) throws {
    #expect(try outline(text, environment: ["V": "7"]) == expected)
  }

  @Test(
    "Imported files",
    arguments: [
      ("a {\n import common\n}", "a. { log; errors }"),
      ("import server\nb {\n}", "x. { whoami } b. {  }"),
      ("a {\n import custom/*.override\n}\nimport custom/*.server", "a. { one; two } y. { three }"),
      ("a {\n import nothing/*\n ready\n}\nimport nothing/*.server", "a. { ready }"),
      ("a {\n import /etc/abs\n}", "a. { deep }"),
      ("a {\n import templated v\n}", "a. { t v }"),
      ("a {\n import zones/../common\n}", nil),
    ])
  func files(text: String, expected: String?) throws {
    let files = [
      "common": "log\nerrors", "server": "x {\n whoami\n}\n", "custom/1.override": "one", "custom/2.override": "two\n",
      "custom/z.server": "y {\n three\n}", "/etc/abs": "import sub/rel", "/etc/sub/rel": "deep",
      "templated": "t {args[0]}",
    ]
    if let expected {
      #expect(try outline(text, files: files) == expected)
    } else {
      #expect(problem(in: text, files: files)?.hasPrefix("Corefile:2:9: ") == true)
    }
  }

  @Test("Relative imports are looked for beside the file that names them; errors name the file they are in")
  func relative() throws {
    let files = FileLoader.memory(["/etc/coredns/a": "import more/b", "/etc/coredns/more/b": "log {\n  class\n"])
    #expect {
      try Corefile.parse(". {\n import a\n}", file: "/etc/coredns/Corefile", loader: files)
    } throws: {
      "\($0)" == "/etc/coredns/Corefile:1:3: this block is never closed; end it with '}'"
    }
  }

  @Test("Every file that was read is remembered with its content")
  func sources() throws {
    let loader = FileLoader.memory(["b": "log", "c": "errors"])
    let file = try Corefile.parse("a {\n import b\n import c\n import b\n}", loader: loader)
    #expect(file.files == ["Corefile", "b", "c"])
    #expect(file.sources.last?.contents == Array("errors".utf8))
  }

  @Test(
    "Mistakes",
    arguments: [
      ("a {\n import\n}", "Corefile:2:2: 'import' needs a file, a pattern or a snippet's name"),
      ("a {\n import x\n}", "Corefile:2:9: 'x' cannot be imported: No such file or directory"),
      (
        "(common) {\n}\na {\n import comon\n}",
        "Corefile:4:9: 'comon' cannot be imported: No such file or directory; did you mean 'common'?"
      ),
      ("a {\n import */*\n}", "Corefile:2:9: the pattern '*/*' has more than one wildcard; use one '*' or '?'"),
      ("a {\n import [ab]\n}", "Corefile:2:9: the pattern '[ab]' has more than one wildcard; use one '*' or '?'"),
      ("a {\n import x {\n }\n}", "Corefile:2:11: 'import' takes no block"),
      ("(s) {\n}\n(s) {\n}", "Corefile:3:1: the snippet 's' is already defined at Corefile:1:1"),
      ("(s)\nlog", "Corefile:1:1: '{' is expected after the snippet's name '(s)'"),
      ("(s) {\n log", "Corefile:1:5: this snippet is never closed; end it with '}'"),
      (
        "(s) {\n x {args[1]}\n}\na {\n import s 1\n}",
        "Corefile:2:4: '{args[1]}' stands for an argument that the 'import' does not give; it gives 1"
      ),
      ("(s) {\n import s\n}\na {\n import s\n}", "Corefile:2:9: 's' imports itself; the chain is Corefile → (s) → (s)"),
      ("import loop", "other:1:8: 'loop' imports itself; the chain is Corefile → loop → other → loop"),
      ("import Corefile", "Corefile:1:8: 'Corefile' imports itself; the chain is Corefile → Corefile"),
      ("a {\n import half\n}", "Corefile:3:1: this '}' closes no block"),
    ])
  func mistakes(text: String, expected: String) {
    let files = ["loop": "import other", "other": "import loop", "Corefile": text, "half": "}"]
    #expect(problem(in: text, files: files) == expected)
  }

  @Test("A deep chain of imports ends")
  func depth() {
    let files = Dictionary(uniqueKeysWithValues: (0..<200).map { ("f\($0)", "import f\($0 + 1)") })
    #expect(problem(in: "import f0", files: files) == "f99:1:8: imports lie in imports more than 100 deep")
  }

  @Test("Importing too many files ends")
  func count() {
    let text = "a {\n" + String(repeating: " import f\n", count: 1001) + "}"
    #expect(problem(in: text, files: ["f": "log"]) == "Corefile:1002:9: more than 1000 files are imported")
  }

  @Test("An import bomb, each snippet importing the one before twice, ends")
  func bomb() {
    var text = "(s0) {\n log\n}\n"
    for number in 1...60 { text += "(s\(number)) {\n import s\(number - 1)\n import s\(number - 1)\n}\n" }
    let problem = problem(in: text + "a {\n import s60\n}")
    #expect(problem?.contains("the imports make the configuration too long") == true)
  }
}
