import NetworkAddresses
import Testing

@testable import Corefile

@Suite("Corefile: the values of arguments")
struct ValueTests {
  @Test(
    "Durations, as Go writes them",
    arguments: [
      ("5s", .seconds(5)), ("1m30s", .seconds(90)), ("300ms", .milliseconds(300)), ("1.5h", .seconds(5400)),
      ("0", .zero),
      ("2h45m", .seconds(9900)), ("1us", .microseconds(1)), ("1µs", .microseconds(1)), ("7ns", .nanoseconds(7)),
      (".5s", .milliseconds(500)), ("1.s", .seconds(1)), ("+1s", .seconds(1)), ("0.1s", .milliseconds(100)),
      ("9223372036s", .seconds(9_223_372_036)), ("0s", .zero),
    ] as [(String, Duration)])
  func durations(text: String, expected: Duration) throws {
    #expect(try argument(text).duration() == expected)
  }

  @Test(
    "What is no duration",
    arguments: [
      "5", "s", "5x", "1s2", ".s", "-", "+", "1h 5", "\"\"", "1e3s", "5 s", "99999999999999999999s", "9223372037s",
    ])
  func noDurations(text: String) throws {
    let text = try argument(text.replacing(" ", with: "_"))
    #expect(throws: CorefileError.self) { try text.duration() }
  }

  @Test("Durations have a range; negative ones are out of the usual one")
  func durationRange() throws {
    let negative = try argument("-5s")
    #expect(
      problem { () throws(CorefileError) in _ = try negative.duration() }
        == "Corefile:2:10: the duration '-5s' is out of range; it is at least 0.0 seconds")
    #expect(try negative.duration(in: .seconds(-10) ... .zero) == .seconds(-5))
    let long = try argument("61s")
    #expect(
      problem { () throws(CorefileError) in _ = try long.duration(in: .seconds(1) ... .seconds(60)) }
        == "Corefile:2:10: the duration '61s' is out of range; it is 1.0 seconds to 60.0 seconds")
  }

  @Test("Bare seconds, only where they are allowed")
  func seconds() throws {
    #expect(try argument("30").durationOrSeconds() == .seconds(30))
    #expect(try argument("30s").durationOrSeconds() == .seconds(30))
    #expect(throws: CorefileError.self) { try argument("30").durationOrSeconds(in: .zero ... .seconds(29)) }
    #expect(throws: CorefileError.self) { try argument("-3").durationOrSeconds() }
  }

  @Test("Integers")
  func integers() throws {
    #expect(try argument("30").integer(in: 0...3600) == 30)
    for text in ["3601", "-1", "x", "+5", "1.0", "99999999999999999999", "0x10"] {
      let token = try argument(text)
      #expect(
        problem { () throws(CorefileError) in _ = try token.integer(in: 0...3600, what: "a TTL in seconds") }
          == "Corefile:2:10: a TTL in seconds is expected instead of '\(text)'; the range is 0 to 3600")
    }
  }

  @Test("Booleans")
  func booleans() throws {
    for text in ["true", "on", "YES", "1"] { #expect(try argument(text).bool()) }
    for text in ["false", "off", "no", "0"] { #expect(try !argument(text).bool()) }
    #expect(throws: CorefileError.self) { try argument("maybe").bool() }
  }

  @Test("Words from a list")
  func choices() throws {
    let policies = ["random", "round_robin", "sequential"]
    #expect(try argument("random").choice(of: policies, what: "policy") == "random")
    let (near, far) = (try argument("randon"), try argument("x"))
    #expect(
      problem { () throws(CorefileError) in _ = try near.choice(of: policies, what: "policy") }
        == "Corefile:2:10: unknown policy 'randon'; did you mean 'random'?")
    #expect(
      problem { () throws(CorefileError) in _ = try far.choice(of: policies, what: "policy") }
        == "Corefile:2:10: unknown policy 'x'; there is random, round_robin, sequential")
  }

  @Test("Addresses, with and without a port")
  func addresses() throws {
    #expect(try argument("10.0.0.1").address(defaultPort: 53).description == "10.0.0.1:53")
    #expect(try argument("[fd00::1]:5353").address(defaultPort: 53).description == "[fd00::1]:5353")
    #expect(try argument("fd00::1").address(defaultPort: 53).description == "[fd00::1]:53")
    #expect(throws: CorefileError.self) { try argument("10.0.0.1").address() }
    #expect(throws: CorefileError.self) { try argument("10.0.0.256:53").address() }
    #expect(try argument("fd00::1").ipAddress().description == "fd00::1")
    #expect(throws: CorefileError.self) { try argument("fd00").ipAddress() }
    #expect(try argument("10.1.2.3/8").prefix().description == "10.0.0.0/8")
    #expect(try argument("10.1.2.3").prefix().description == "10.1.2.3/32")
    #expect(throws: CorefileError.self) { try argument("10.1.2.3/40").prefix() }
  }

  @Test("Zones")
  func zones() throws {
    #expect(try argument("Example.ORG").zone() == "example.org.")
    #expect(try argument("10.0.0.0/23").zones() == ["0.0.10.in-addr.arpa.", "1.0.10.in-addr.arpa."])
    #expect(try argument("example.org.").zones() == ["example.org."])
    #expect(throws: CorefileError.self) { try argument("a..b").zones() }
    #expect(throws: CorefileError.self) { try argument("\"\"").zone() }
  }

  @Test("Numbers of arguments, blocks and options")
  func directives() throws {
    let text = ". {\n a 1 2 3\n b {\n  max_fail 3\n }\n c\n}"
    let directives = try Corefile.parse(text).blocks[0].directives
    let (a, b, c) = (directives[0], directives[1], directives[2])
    #expect(problem { () throws(CorefileError) in try a.expectArguments(count: 3) } == nil)
    #expect(
      problem { () throws(CorefileError) in try a.expectArguments(0...2) }
        == "Corefile:2:8: 'a' takes 0 to 2 arguments, not 3")
    #expect(
      problem { () throws(CorefileError) in try a.expectArguments(count: 1) }
        == "Corefile:2:6: 'a' takes 1 argument, not 3")
    #expect(
      problem { () throws(CorefileError) in try a.expectNoArguments() } == "Corefile:2:4: 'a' takes no arguments, not 3"
    )
    #expect(
      problem { () throws(CorefileError) in try c.expectArguments(2...) }
        == "Corefile:6:2: 'c' takes at least 2 arguments, not 0")
    #expect(problem { () throws(CorefileError) in try b.expectNoBlock() } == "Corefile:3:2: 'b' takes no block")
    #expect(problem { () throws(CorefileError) in _ = try a.argument(at: 2) } == nil)
    #expect(
      problem { () throws(CorefileError) in _ = try c.argument(at: 0, what: "a zone") }
        == "Corefile:6:2: 'c' needs a zone")
    #expect(
      problem { () throws(CorefileError) in _ = try c.onlyArgument("a file") } == "Corefile:6:2: 'c' needs a file")
    #expect(
      b.options[0].unknownOption(in: ["max_fails", "expire"]).description
        == "Corefile:4:3: unknown option 'max_fail'; did you mean 'max_fails'?")
  }

  @Test(
    "The nearest known name",
    arguments: [
      ("cahce", "cache"), ("kubernets", "kubernetes"), ("Log", "log"), ("forwrad", "forward"), ("lgo", "log"),
      ("loge", "log"), ("x", nil), ("", nil), ("prometheus9", "prometheus"), ("whoareyou", nil), ("reday", "ready"),
    ] as [(String, String?)])
  func nearest(text: String, expected: String?) {
    let names = ["errors", "log", "cache", "kubernetes", "forward", "prometheus", "whoami", "ready", "health"]
    #expect(nearestName(to: text, in: names) == expected)
  }

  @Test("Unknown directives, and those that are not built in")
  func validation() throws {
    func problem(_ text: String) throws -> String? {
      let file = try Corefile.parse(text)
      return CorefileTests.problem { () throws(CorefileError) in
        try file.validateDirectives(known: ["cache", "log"], notBuiltIn: ["erratic": "", "geoip": "use 'metadata'"])
      }
    }
    #expect(try problem(". {\n log\n cache\n}") == nil)
    #expect(try problem(". {\n cahce\n}") == "Corefile:2:2: unknown directive 'cahce'; did you mean 'cache'?")
    #expect(try problem(". {\n erratic\n}") == "Corefile:2:2: the directive 'erratic' is not built into this version")
    #expect(
      try problem(". {\n geoip\n}")
        == "Corefile:2:2: the directive 'geoip' is not built into this version; use 'metadata'")
    #expect(
      try problem("a\nexample.org:53 {\n log\n}")
        == "Corefile:2:1: unknown directive 'example.org:53'; "
        + "zones before a block go on in a new line behind a comma; blocks lie in no block")
  }

  @Test("Messages stay on one line and short, whatever the text")
  func messages() {
    let token = Token("a\n\t\u{1}" + String(repeating: "x", count: 100), at: SourceLocation(file: "f"))
    #expect(token.shown == "'a\\n\\t\\u{1}" + String(repeating: "x", count: 56) + "…'")
  }
}
