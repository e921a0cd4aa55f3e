import ClusterModel
import Testing

@Suite("Label selectors, as the API and the Corefile take them")
struct LabelSelectorTests {
  static let labels: StringMap = ["app": "web", "tier": "front", "weight": "7", "empty": ""]

  @Test(arguments: [
    ("", true), ("app=web", true), ("app==web", true), ("app=db", false), ("app!=web", false), ("app!=db", true),
    ("missing!=x", true), ("app in (web,db)", true), ("app in (db)", false), ("app notin (db)", true),
    ("app notin (web)", false), ("missing notin (web)", true), ("app", true), ("missing", false), ("!app", false),
    ("!missing", true), ("app=web,tier=front", true), ("app=web,tier=back", false), ("weight>5", true),
    ("weight>7", false), ("weight<8", true), ("app>1", false), (" app = web , ! missing ", true), ("empty=", true),
    ("app=", false), ("app in (,web)", true), ("empty in (,web)", true), ("in in (in)", false), ("app in (web,)", true),
  ])
  func matches(text: String, expected: Bool) throws {
    #expect(try LabelSelector(parsing: text).matches(Self.labels) == expected)
  }

  @Test(arguments: [
    ("a b c", "unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt"),
    ("=", "found '=', expected: !, identifier, or 'end of string'"),
    ("a=b,", "found '', expected: identifier after ','"),
    ("a=b,,c", "found ',', expected: identifier after ','"),
    ("a=b c", "found 'c', expected: ',' or 'end of string'"),
    ("a in b", "unable to parse requirement: found 'b' expected: '('"),
    ("a in (b", "unable to parse requirement: found '', expected: ',' or ')'"),
    ("a in (b c)", "unable to parse requirement: found 'c', expected: ',' or ')'"),
    (
      "a in ()",
      "unable to parse requirement: values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty"
    ),
    (
      "a>x",
      "unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt' operators, the value must be an "
        + "integer"
    ),
    ("!", "unable to parse requirement: found '', expected: identifier"),
    ("!a=b", "found '=', expected: ',' or 'end of string'"),
  ])
  func saysWhatIsWrong(text: String, message: String) {
    #expect {
      try LabelSelector(parsing: text)
    } throws: {
      "\($0)" == message
    }
  }

  @Test(arguments: ["-a=b", "a=b/c", "a/b/c", "ä=b", "a in (b/c)"])
  func refusesWhatNoLabelCanBe(text: String) {
    #expect(throws: LabelSelectorError.self) { try LabelSelector(parsing: text) }
  }

  @Test(arguments: ["a=b", "a!=b", "a in (b,c)", "a notin (b,c)", "a,!b,c>5,d<6"])
  func printsWhatReadsAsTheSame(text: String) throws {
    let selector = try LabelSelector(parsing: text)
    #expect(selector.description == text)
    #expect(try LabelSelector(parsing: selector.description) == selector)
  }

  @Test func takesMatchLabelsAndExpressions() {
    let selector = LabelSelector(
      matchLabels: ["app": "web"], matchExpressions: [LabelRequirement(key: "tier", .notIn(["back"]))])
    #expect(selector.matches(["app": "web"]))
    #expect(!selector.matches(["app": "web", "tier": "back"]))
    #expect(!selector.matches(["tier": "front"]))
  }
}
