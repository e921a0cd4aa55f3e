import Testing

@testable import DNSWire

@Suite("RFC 1035 §3.1, §5.1: names")
struct DomainNameTests {
  @Test(
    "The presentation form is read and written",
    arguments: [
      (".", [0], "."),
      ("a", [1, 97, 0], "a."),
      ("a.", [1, 97, 0], "a."),
      ("Web.shop.svc", [3, 87, 101, 98, 4, 115, 104, 111, 112, 3, 115, 118, 99, 0], "Web.shop.svc."),
      (#"a\.b.c"#, [3, 97, 46, 98, 1, 99, 0], #"a\.b.c."#),
      (#"a\\b"#, [3, 97, 92, 98, 0], #"a\\b."#),
      (#"\000\255"#, [2, 0, 255, 0], #"\000\255."#),
      (#"\065"#, [1, 65, 0], "A."),
      (#"a b"#, [3, 97, 32, 98, 0], #"a\032b."#),
      (#"\@\;"#, [2, 64, 59, 0], #"\@\;."#),
      ("é", [2, 0xC3, 0xA9, 0], #"\195\169."#),
    ] as [(String, [UInt8], String)])
  func presentation(text: String, wire: [UInt8], written: String) throws {
    let name = try DomainName(text)
    #expect(name.wire == wire)
    #expect(name.description == written)
    #expect(try DomainName(written).isIdentical(to: name))
    #expect(try DomainName(wire: wire).isIdentical(to: name))
    #expect(try DomainName(labels: name.labels).isIdentical(to: name))
  }

  @Test(
    "What is no name says why and where",
    arguments: [
      ("", .empty), ("..", .emptyLabel(at: 0)), (".a", .emptyLabel(at: 0)), ("a..b", .emptyLabel(at: 2)),
      (#"a\"#, .badEscape(at: 1)), (#"a\2"#, .badEscape(at: 1)), (#"a\25"#, .badEscape(at: 1)),
      (#"a\256"#, .badEscape(at: 1)), (#"a\25x"#, .badEscape(at: 1)),
      ("ab." + String(repeating: "x", count: 64), .labelTooLong(at: 3)),
    ] as [(String, NameError)])
  func badText(text: String, error: NameError) {
    #expect(throws: error) { try DomainName(text) }
  }

  @Test("63 octets a label and 255 a name are the most")
  func limits() throws {
    let label = String(repeating: "x", count: 63)
    let longest = [label, label, label, String(repeating: "y", count: 61)].joined(separator: ".")
    let name = try DomainName(longest)
    #expect(name.wire.count == 255)
    #expect(name.labelCount == 4)
    #expect(throws: NameError.nameTooLong) { try DomainName(longest + "y") }
    #expect(throws: NameError.nameTooLong) { try name.prepending(label: "a") }
    let deepest = try DomainName(String(repeating: "a.", count: 127))
    #expect(deepest.labelCount == 127)
    #expect(throws: NameError.nameTooLong) { try DomainName(String(repeating: "a.", count: 128)) }
  }

  @Test(
    "Wire forms that are not one name",
    arguments: [
      ([], .notOneName(at: 0)), ([1], .notOneName(at: 1)), ([1, 97], .notOneName(at: 2)), ([0, 0], .notOneName(at: 1)),
      ([1, 0], .notOneName(at: 2)),
      ([64] + [UInt8](repeating: 97, count: 64) + [0], .labelTooLong(at: 0)), ([0xC0, 0x0C], .labelTooLong(at: 0)),
    ] as [([UInt8], NameError)])
  func badWire(wire: [UInt8], error: NameError) {
    #expect(throws: error) { try DomainName(wire: wire) }
  }
}

@Suite("RFC 4343: names without case")
struct NameCaseTests {
  @Test("Every octet equals itself, and a letter its other case")
  func octets() throws {
    for octet in UInt8.min...UInt8.max {
      // Nine octets: one full word of the comparison, and a rest.
      let name = try DomainName(labels: [[UInt8](repeating: octet, count: 12)])
      for other in UInt8.min...UInt8.max {
        let same = try DomainName(labels: [[UInt8](repeating: other, count: 12)])
        let isEqual = octet == other || UInt8(ascii: "a")...UInt8(ascii: "z") ~= octet | 0x20 && octet ^ other == 0x20
        #expect((name == same) == isEqual)
        if isEqual { #expect(name.hashValue == same.hashValue) }
        #expect(name.isIdentical(to: same) == (octet == other))
      }
    }
  }

  @Test("Lower case")
  func lowercased() throws {
    #expect(try DomainName("Web.SHOP.[x]").lowercased().description == "web.shop.[x].")
  }
}

@Suite("RFC 4034 §6.1: canonical order")
struct NameOrderTests {
  @Test("The document's example")
  func example() throws {
    let names = try [
      "example.", "a.example.", "yljkjljk.a.example.", "Z.a.example.", "zABC.a.EXAMPLE.", "z.example.",
      #"\001.z.example."#,
      "*.z.example.", #"\200.z.example."#,
    ].map { try DomainName($0) }
    #expect(names.shuffled().sorted().map(\.description) == names.map(\.description))
    for name in names { #expect(!(name < name)) }
    #expect(names.allSatisfy { .root < $0 })
  }
}

@Suite("Names above and below each other")
struct NameAncestryTests {
  @Test("Parents and suffixes")
  func parents() throws {
    let name = try DomainName("a.b.c")
    #expect(name.parent?.description == "b.c.")
    #expect(DomainName.root.parent == nil)
    #expect((-1...4).map { name.suffix(labels: $0).description } == [".", ".", "c.", "b.c.", "a.b.c.", "a.b.c."])
  }

  @Test(
    "Subdomains end at labels, not within",
    arguments: [
      ("a.b.c", "b.c", true), ("a.b.c", "A.B.C", true), ("a.b.c", ".", true), ("xb.c", "b.c", false),
      ("b.c", "a.b.c", false), (#"x\.b.c"#, "b.c", false), ("a.b.c", "b", false),
      // The label's own octets look like the labels of the other name.
      (#"a\001b.c"#, "b.c", false),
    ])
  func subdomains(name: String, other: String, expected: Bool) throws {
    #expect(try DomainName(name).isSubdomain(of: DomainName(other)) == expected)
  }

  @Test("A suffix is replaced as DNAME does")
  func replacing() throws {
    let (old, new) = (try DomainName("b.c"), try DomainName("X.y"))
    #expect(try DomainName("a.B.C").replacingSuffix(old, with: new)?.description == "a.X.y.")
    #expect(try DomainName("a.b.d").replacingSuffix(old, with: new) == nil)
    let long = try DomainName(String(repeating: "a.", count: 120) + "b.c")
    #expect(throws: NameError.nameTooLong) { try long.replacingSuffix(old, with: DomainName("0123456789.0123456789")) }
  }

  @Test("Labels are put in front, and are no text to be read")
  func prepending() throws {
    #expect(try DomainName("c").prepending(label: "a.b").description == #"a\.b.c."#)
    #expect(throws: NameError.emptyLabel(at: 0)) { try DomainName.root.prepending(label: "") }
    #expect(throws: NameError.labelTooLong(at: 0)) {
      try DomainName.root.prepending(label: [UInt8](repeating: 0, count: 64))
    }
  }

  @Test("Wildcards", arguments: [("*", true), ("*.a", true), ("**", false), ("a.*", false), (".", false)])
  func wildcards(text: String, expected: Bool) throws {
    #expect(try DomainName(text).isWildcard == expected)
  }
}
