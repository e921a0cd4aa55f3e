import Corefile
import Testing

@testable import DNSZone

@Suite("Master files: $ORIGIN, $TTL and $INCLUDE")
struct DirectiveTests {
  @Test(
    "What they set",
    arguments: [
      ("$ORIGIN sub\na 60 CNAME b", ["a.sub.example.org. 60 IN CNAME b.sub.example.org."]),
      ("$ORIGIN sub\n$ORIGIN deep\n@ 60 CNAME @", ["deep.sub.example.org. 60 IN CNAME deep.sub.example.org."]),
      ("$ORIGIN other.\n@ 60 CNAME a", ["other. 60 IN CNAME a.other."]),
      ("$ORIGIN .\na 60 CNAME b", ["a. 60 IN CNAME b."]),
      ("$origin sub\n$ttl 1m\na CNAME b", ["a.sub.example.org. 60 IN CNAME b.sub.example.org."]),
      ("$TTL 1d ; a day\na CNAME b", ["a.example.org. 86400 IN CNAME b.example.org."]),
    ])
  func sets(text: String, expected: [String]) throws {
    #expect(try records(text) == expected)
  }

  @Test("An included file has its own origin, owner and TTL, which end with it (RFC 1035 §5.1)")
  func include() throws {
    let text = "$TTL 5\na A 192.0.2.1\n$INCLUDE sub/b sub\n A 192.0.2.9\n$INCLUDE sub/c"
    let files = [
      "sub/b": "$TTL 6\n A 192.0.2.2\nb A 192.0.2.3\n$ORIGIN x.\n$INCLUDE d", "sub/c": "c A 192.0.2.4",
      "sub/d": "d A 192.0.2.5",
    ]
    #expect(
      try records(text, files: files) == [
        "a.example.org. 5 IN A 192.0.2.1", "a.example.org. 6 IN A 192.0.2.2", "b.sub.example.org. 6 IN A 192.0.2.3",
        "d.x. 6 IN A 192.0.2.5", "a.example.org. 5 IN A 192.0.2.9", "c.example.org. 5 IN A 192.0.2.4",
      ])
  }

  @Test(
    "Mistakes",
    arguments: [
      ("$INCLUDE", "db:1:1: '$INCLUDE' takes a file and perhaps an origin"),
      ("$INCLUDE a b c", "db:1:14: '$INCLUDE' takes a file and perhaps an origin"),
      ("$INCLUDE none", "db:1:10: 'none' cannot be included: No such file or directory"),
      ("$INCLUDE self", "self:1:10: 'self' includes itself; the chain is db → self → self"),
      ("$INCLUDE db", "db:1:10: 'db' includes itself; the chain is db → db"),
      ("$INCLUDE bad", "bad:2:8: an IPv4 address is expected instead of 'x'"),
      ("$INCLUDE f0", "f15:1:10: files include each other more than 16 deep"),
    ])
  func mistakes(text: String, expected: String) {
    var files = ["self": "$INCLUDE self", "bad": "\na 60 A x"]
    for number in 0..<20 { files["f\(number)"] = "$INCLUDE f\(number + 1)" }
    #expect(problem(text, files: files) == expected)
  }

  @Test("Including many files, each including the next ones twice, ends")
  func bomb() {
    var files: [String: String] = [:]
    for number in 0..<16 { files["f\(number)"] = "$INCLUDE f\(number + 1)\n$INCLUDE f\(number + 1)" }
    files["f16"] = ""
    #expect(problem("$INCLUDE f1", files: files)?.contains("more than 1000 files are included") == true)
  }

  @Test("A text on its own includes nothing")
  func noReader() {
    #expect(throws: MasterFileError.self) {
      try MasterFile.parse(Array("$INCLUDE x".utf8), file: "db", origin: origin)
    }
  }
}

@Suite("Master files: $GENERATE")
struct GenerateTests {
  @Test(
    "Owner and data for each number",
    arguments: [
      ("$GENERATE 1-2 h$ 60 A 192.0.2.$", ["h1.example.org. 60 IN A 192.0.2.1", "h2.example.org. 60 IN A 192.0.2.2"]),
      (
        "$TTL 7\n$GENERATE 1-2 h$ A 192.0.2.$",
        ["h1.example.org. 7 IN A 192.0.2.1", "h2.example.org. 7 IN A 192.0.2.2"]
      ),
      (
        "$GENERATE 1-5/2 $ IN 60 CNAME $.x",
        [
          "1.example.org. 60 IN CNAME 1.x.example.org.", "3.example.org. 60 IN CNAME 3.x.example.org.",
          "5.example.org. 60 IN CNAME 5.x.example.org.",
        ]
      ),
      ("$GENERATE 5-5 h${-1} 60 A 192.0.2.${10}", ["h4.example.org. 60 IN A 192.0.2.15"]),
      ("$GENERATE 5-5 h${0,3} 60 CNAME x${0,3,d}", ["h005.example.org. 60 IN CNAME x005.example.org."]),
      (
        "$GENERATE 255-255 a${0,4,x}b${0,0,X}c${0,4,o} 60 A 192.0.2.1", ["a00ffbFFc0377.example.org. 60 IN A 192.0.2.1"]
      ),
      ("$GENERATE 4660-4660 ${0,7,n} 60 A 192.0.2.1", ["4.3.2.1.example.org. 60 IN A 192.0.2.1"]),
      ("$GENERATE 171-171 ${0,7,N} 60 A 192.0.2.1", ["B.A.0.0.example.org. 60 IN A 192.0.2.1"]),
      ("$GENERATE 1-1 a\\$b$$c$ 60 A 192.0.2.1", ["a\\$b\\$c1.example.org. 60 IN A 192.0.2.1"]),
      ("$GENERATE 1-1 @ 60 MX \"$ mail$\"", ["example.org. 60 IN MX 1 mail1.example.org."]),
      ("$GENERATE 1-1 @ 60 MX $ mail$", ["example.org. 60 IN MX 1 mail1.example.org."]),
      ("$GENERATE 1-1 @ 60 TXT \"a $ ; b\"", ["example.org. 60 IN TXT \"a 1 ; b\""]),
      ("$GENERATE 1-1 @ 60 TXT a \"b $\"", ["example.org. 60 IN TXT \"a\" \"b 1\""]),
      ("$GENERATE 0-0/7 h$ 60 A 192.0.2.1 ; one", ["h0.example.org. 60 IN A 192.0.2.1"]),
    ])
  func generates(text: String, expected: [String]) throws {
    #expect(try records(text) == expected)
  }

  @Test("The owner of the record before it stays that of the one after it")
  func owner() throws {
    #expect(
      try records("a 60 A 192.0.2.1\n$GENERATE 1-1 h$ A 192.0.2.2\n TXT x").last == "a.example.org. 60 IN TXT \"x\"")
  }

  @Test(
    "Mistakes",
    arguments: [
      (
        "$GENERATE 1-2 h$ A",
        "db:1:1: '$GENERATE' is incomplete; a line is $GENERATE START-STOP[/STEP] OWNER [TTL] [CLASS] TYPE DATA"
      ),
      ("$GENERATE 2-1 h$ 60 A 192.0.2.$", "db:1:11: START-STOP or START-STOP/STEP is expected instead of '2-1'"),
      ("$GENERATE 1 h$ 60 A 192.0.2.$", "db:1:11: START-STOP or START-STOP/STEP is expected instead of '1'"),
      ("$GENERATE 1-2/0 h$ 60 A 192.0.2.$", "db:1:11: START-STOP or START-STOP/STEP is expected instead of '1-2/0'"),
      ("$GENERATE -1-2 h$ 60 A 192.0.2.$", "db:1:11: START-STOP or START-STOP/STEP is expected instead of '-1-2'"),
      (
        "$GENERATE 1-2147483648 h$ 60 A 192.0.2.1",
        "db:1:11: START-STOP or START-STOP/STEP is expected instead of '1-2147483648'"
      ),
      ("$GENERATE 1-2147483647 h$ 60 A 192.0.2.1", "db:1:11: more than 1000000 records are generated"),
      (
        "$GENERATE 1-2 h${x} 60 A 192.0.2.$",
        "db:1:15: '${OFFSET,WIDTH,BASE}' is expected instead of '${x}'; "
          + "the width is at most 255, the base one of d, o, x, X, n and N"
      ),
      (
        "$GENERATE 1-2 h${0,256} 60 A 192.0.2.$",
        "db:1:15: '${OFFSET,WIDTH,BASE}' is expected instead of '${0,256}'; "
          + "the width is at most 255, the base one of d, o, x, X, n and N"
      ),
      (
        "$GENERATE 1-2 h${0,1,z} 60 A 192.0.2.$",
        "db:1:15: '${OFFSET,WIDTH,BASE}' is expected instead of '${0,1,z}'; "
          + "the width is at most 255, the base one of d, o, x, X, n and N"
      ),
      ("$GENERATE 1-2 h${0 60 A 192.0.2.$", "db:1:15: '${' is never closed"),
      ("$GENERATE 1-2 h${-2} 60 A 192.0.2.$", "db:1:15: 1 with the offset -2 is less than 0"),
      (
        "$GENERATE 255-256 h$ 60 A 192.0.2.$",
        "db:1:1: an IPv4 address is expected instead of '192.0.2.256' in the generated line 'h256 60 A 192.0.2.256'"
      ),
      ("$GENERATE 1-2 h$ 60 BAD x", "db:1:21: a record's type is expected instead of 'BAD'"),
    ])
  func mistakes(text: String, expected: String) {
    #expect(problem(text) == expected)
  }
}
