import Testing

@testable import QueryStages

@Suite("Go's regular expressions")
struct GoRegexTests {
  @Test(
    "The leftmost match, and of those the first that Go's search finds",
    arguments: [
      ("", "abc", ""), ("b", "abc", "b"), ("a|ab", "ab", "a"), ("ab|a", "ab", "ab"), ("a*", "aaab", "aaa"),
      ("a*?", "aaab", ""),
      ("a+?b", "aaab", "aaab"), ("x*", "aaa", ""), ("[a-c]+", "xxbcax", "bca"), ("[^.]+[.]", "web.example.", "web."),
      ("\\d{2,3}", "a12345", "123"), ("\\d{2,3}?", "a12345", "12"), ("(?i)WEB", "my-web", "web"),
      ("(?i)[a-c]+", "xABc", "ABc"),
      ("^a", "ba", nil), ("a$", "ab", nil), ("(?m)^b$", "a\nb\nc", "b"), ("a.c", "a\nc", nil),
      ("(?s)a.c", "a\nc", "a\nc"),
      ("\\bfoo\\b", "a foo b", "foo"), ("\\bfoo\\b", "afoo", nil), ("\\Bfoo", "afoo", "foo"),
      ("\\.local\\.$", "x.local.", ".local."),
      ("a{0}b", "aab", "b"), ("a{2}", "a", nil), ("(a|b)*c", "ababc", "ababc"), ("[[:digit:]]+", "ab12", "12"),
      ("[^[:alpha:]]+", "ab12c", "12"), ("[\\d.]+", "x1.2y", "1.2"), ("\\Qa.b\\E+", "a.bb", "a.bb"),
      ("\\x41\\x{42}", "AB", "AB"),
      ("a{,2}", "a{,2}", "a{,2}"), ("[]a]+", "]a]", "]a]"), ("[a-]+", "a-a", "a-a"), ("(?:ab)+", "ababa", "abab"),
      ("\\Aab\\z", "ab", "ab"),
      ("(?U)a+", "aaa", "a"), ("(?U)a+?", "aaa", "aaa"), ("é+", "caféé", "éé"), ("[^a]", "aü", "ü"),
      ("(|a)+", "aaa", ""),
      ("(a*)*", "aab", "aa"), ("(a*)+$", "aab", ""), ("\\W", "a_b-c", "-"), ("\\s+", "a \tb", " \t"),
      ("\\.", "a.b", "."),
    ] as [(String, String, String?)])
  func matches(pattern: String, text: String, found: String?) throws {
    #expect(try GoRegex(pattern).firstMatch(in: text)?[0] == found)
  }

  @Test("Groups are known by number and by name; one that took no part is empty")
  func groups() throws {
    let regex = try GoRegex("^ip-(?P<a>[0-9]+)-(?<b>[0-9]+)(x)?(-(\\d))?[.]")
    let match = try #require(regex.firstMatch(in: "ip-10-20-7.example."))
    #expect(regex.groupNames == ["", "a", "b", "", "", ""])
    #expect(match.ranges.indices.map { match[$0] } == ["ip-10-20-7.", "10", "20", "", "-7", "7"])
  }

  @Test(
    "What Go does not take is an error that says why",
    arguments: [
      ("(", "a ')' is missing"), (")", "an unexpected ')'"), ("*a", "nothing to repeat before '*'"),
      ("a**", "two repetitions follow each other at '*'"), ("[a", "a ']' is missing"),
      ("[z-a]", "the range 'z-a' runs backwards"),
      ("\\1", "Go's expressions know no back references ('\\1')"), ("(?=a)", "'(?=' is no group that Go knows"),
      ("\\pL", "Unicode classes (\\p) are not supported"), ("(?P<1-a>x)", "'1-a' is no name for a group"),
      ("(?P<a>x)(?P<a>y)", "two groups are called 'a'"), ("a{1001}", "'{1001}' is no count of at most 1000"),
      ("a{3,2}", "'{3,2}' is no count of at most 1000"), ("\\y", "'\\y' is no escape that Go knows"),
      ("[[:foo:]]", "'[:foo:]' is no class that Go knows"),
      ("a\\", "nothing follows a backslash"), ("((a{100}){100}){100}", "the expression is too large"),
    ])
  func errors(pattern: String, message: String) {
    #expect(throws: GoRegexError(message: message)) { try GoRegex(pattern) }
  }

  @Test("An expression that makes backtracking engines slow costs no more than expression times text")
  func linear() throws {
    let text = String(repeating: "a", count: 5000)
    #expect(try GoRegex("(a*)*b").firstMatch(in: text) == nil)
    #expect(try GoRegex("^(([a-z])+.)+[A-Z]([a-z])+$").firstMatch(in: text) == nil)
    #expect(throws: GoRegexError.self) { try GoRegex(String(repeating: "(", count: 1000)) }
  }
}
