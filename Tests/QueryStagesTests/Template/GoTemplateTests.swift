import Testing

@testable import QueryStages

@Suite("Go's text/template")
struct GoTemplateTests {
  private struct Data: TemplateRecord {
    func field(_ name: String) -> TemplateValue? {
      switch name {
      case "Name": .string("web.example.")
      case "Empty": .string("")
      case "Count": .integer(3)
      case "Match": .list(["all", "one", "two"].map(TemplateValue.string))
      case "Group": .map(["a": .string("10"), "b": .string("ff")])
      case "Inner": .record(Data())
      default: nil
      }
    }

    func call(_ name: String, _ argument: String) -> TemplateValue? {
      name == "Meta" ? .string("meta:" + argument) : nil
    }
  }

  private func render(_ source: String) throws -> String { try GoTemplate(source).render(.record(Data())) }

  @Test(
    "Text, fields and functions",
    arguments: [
      ("plain", "plain"), ("a {{ .Name }} b", "a web.example. b"), ("{{.Name}}{{.Name}}", "web.example.web.example."),
      ("{{ .Group.a }}.{{ .Group.b }}", "10.ff"), ("{{ .Group.none }}", "<no value>"), ("{{ index .Match 1 }}", "one"),
      ("{{ index .Group \"a\" }}{{ index .Group \"x\" }}.", "10."), ("{{ .Inner.Inner.Name }}", "web.example."),
      ("{{ parseInt .Group.b 16 8 }}", "255"), ("{{ parseInt \"0x1f\" 0 64 }}", "31"),
      ("{{ len .Match }} {{ len .Name }}", "3 12"),
      ("{{ printf \"%03d-%s-%x\" 7 .Group.a 255 }}", "007-10-ff"),
      ("{{ printf \"%-4s|%4s|%.2s|%q|%t|%%\" \"a\" \"b\" \"cde\" \"f\" true }}", "a   |   b|cd|\"f\"|true|%"),
      ("{{ .Name | len | printf \"%d\" }}", "12"), ("{{ slice .Name 0 3 }}", "web"),
      ("{{ slice .Name 4 }}", "example."),
      ("{{ print 1 2 \"a\" 3 }}", "1 2a3"), ("{{ println \"a\" 1 }}", "a 1\n"), ("{{ .Meta \"x\" }}", "meta:x"),
      ("{{ $.Name }}", "web.example."),
      ("{{ .Match }} {{ .Group }}", "[all one two] map[a:10 b:ff]"), ("{{ (index .Match 2) }}", "two"),
      ("{{ `raw\\n` }}", "raw\\n"),
      ("{{ \"q\\\"\\\\\" }}", "q\"\\"), ("{{ 'a' }} {{ 0x10 }} {{ -5 }} {{ true }}", "97 16 -5 true"),
      ("{{ (.Inner).Name }}", "web.example."),
    ])
  func output(source: String, text: String) throws {
    #expect(try render(source) == text)
  }

  @Test(
    "Control, variables, trimming and comments",
    arguments: [
      ("{{ if .Name }}y{{ end }}", "y"), ("{{ if .Empty }}y{{ else }}n{{ end }}", "n"),
      ("{{ if eq .Count 1 }}1{{ else if eq .Count 2 3 }}23{{ else }}x{{ end }}", "23"),
      ("{{ with .Inner }}{{ .Name }}{{ end }}", "web.example."),
      ("{{ with .Empty }}y{{ else }}{{ .Name }}{{ end }}", "web.example."),
      ("{{ range .Match }}<{{ . }}>{{ end }}", "<all><one><two>"),
      ("{{ range $i, $e := .Match }}{{ $i }}{{ $e }} {{ end }}", "0all 1one 2two "),
      ("{{ range $k, $v := .Group }}{{ $k }}={{ $v }};{{ end }}", "a=10;b=ff;"),
      ("{{ range $e := .Match }}{{ $e }}{{ $.Count }}{{ end }}", "all3one3two3"),
      ("{{ range 3 }}{{ . }}{{ end }}", "012"),
      ("{{ range slice .Match 3 }}x{{ else }}none{{ end }}", "none"), ("{{ $x := .Name }}{{ $x }}", "web.example."),
      ("{{ $x := 1 }}{{ if true }}{{ $x = 2 }}{{ end }}{{ $x }}", "2"),
      ("{{ $x := 1 }}{{ if true }}{{ $x := 2 }}{{ end }}{{ $x }}", "1"),
      ("a {{- \"b\" -}} c", "abc"), ("a {{/* no */}} b", "a  b"), ("a {{- /* no */ -}} b", "ab"),
      ("{{ and 1 0 }}{{ or 0 5 }}{{ not 0 }}", "05true"),
      ("{{ lt 1 2 }}{{ le 2 2 }}{{ gt 1 2 }}{{ ge \"b\" \"a\" }}{{ ne 1 2 }}", "truetruefalsetruetrue"),
      ("{{ if and .Name (eq .Count 3) }}y{{ end }}", "y"), ("{{ or .Name (index .Match 9) }}", "web.example."),
      ("{{ if }}", nil),
    ] as [(String, String?)])
  func control(source: String, text: String?) throws {
    #expect((try? render(source)) == text)
  }

  @Test(
    "What is not supported, or wrong, is said when the template is read",
    arguments: [
      ("{{ .Name", "an action is not closed with '}}'"), ("{{ end }}", "'{{end}}' closes nothing"),
      ("{{ if .Name }}", "an '{{end}}' is missing"),
      ("{{ template \"x\" }}", "'{{template}}' is not supported in templates here"),
      ("{{ define \"x\" }}{{ end }}", "'{{define}}' is not supported in templates here"),
      ("{{ html .Name }}", "the function 'html' is not supported in templates here"),
      ("{{ .Nmae }}", "there is no field '.Nmae'; there is .Name"),
      ("{{ $x }}", "the variable '$x' is not declared"), ("{{ $x = 1 }}", "the variable '$x' is not declared"),
      ("{{ 1.5 }}", "'1.5' is no whole number of 64 bits; others are not supported"),
      ("{{ }}", "an action, or a part of it, is empty"), ("{{ .Name | }}", "an action, or a part of it, is empty"),
      ("{{ .Name .Name }}", "arguments follow something that is no function"),
      ("{{ parseInt .Name }}", "the function 'parseInt' does not take 1 argument"),
      ("{{ len (.Name }}", "a ')' is missing in an action"), ("{{ .Name ) }}", "an unexpected ')' in an action"),
      ("{{ printf \"%z\" 1 }}", "'printf' knows the verbs s, v, d, x, X, o, b, c, q and t"),
      ("{{ \"a }}", "a '\"' is missing in an action"),
      ("{{ $.X }}", "there is no field '.X'; there is .Name"), ("{{ ! }}", "an unexpected '!' in an action"),
      ("{{ if .Name }}{{ else }}{{ else }}{{ end }}", "an '{{end}}' is missing"),
      ("{{ print len }}", "the function 'len' with its arguments stands in parentheses"),
    ])
  func errors(source: String, message: String) {
    #expect(throws: TemplateError(message: message)) { try GoTemplate(source, fields: ["Name"]) }
  }

  @Test("An unknown function is an error that lists the known ones")
  func unknownFunction() {
    let names = TemplateFunction.allCases.map(\.rawValue).joined(separator: ", ")
    #expect(throws: TemplateError(message: "there is no function 'lower'; there is \(names)")) {
      try GoTemplate("{{ lower .Name }}")
    }
  }

  @Test(
    "What fails only with the data",
    arguments: [
      ("{{ index .Match 3 }}", "the index 3 is out of range"),
      ("{{ parseInt \"zz\" 16 8 }}", "'zz' is no number of 8 bits to the base 16"),
      ("{{ parseInt \"100\" 16 8 }}", "'100' is no number of 8 bits to the base 16"),
      ("{{ parseInt \"-1\" 10 8 }}", "'-1' is no number of 8 bits to the base 10"),
      ("{{ .Name.x }}", "'.x' is a field of what has none"),
      ("{{ eq 1 \"1\" }}", "'eq' compares values of different kinds"),
      ("{{ .Inner }}", "a whole message cannot be printed"),
      ("{{ slice .Name 5 2 }}", "'slice' from 5 to 2 is out of range"),
      ("{{ range 100000 }}{{ range 100000 }}{{ end }}{{ end }}", "the template takes too many steps"),
      ("{{ printf \"%d\" }}", "'printf' has fewer values than verbs"),
      ("{{ .Inner.Nope }}", "there is no field '.Nope'"),
    ])
  func failures(source: String, message: String) throws {
    let template = try GoTemplate(source)
    #expect(throws: TemplateError(message: message)) { try template.render(.record(Data())) }
  }

  @Test("The text is bounded")
  func bounded() throws {
    let template = try GoTemplate("{{ range 10000 }}{{ printf \"%255s\" \"x\" }}{{ end }}")
    #expect(throws: TemplateError(message: "the template's text is too long")) { try template.render(.record(Data())) }
  }
}
