import ClusterModel
import Testing

@Suite("RFC 8259: JSON")
struct JSONReaderTests {
  @Test(arguments: [
    "null", "true", "false", "0", "-0", "12", "-12.5e+3", "1E9", #""""#, #""a""#, "[]", "{}", "[1,[2,[]],{}]",
    #"{"a":1,"b":{"c":[true,null]},"a":2}"#, #""ä€😀""#,
  ])
  func readsWhatItWrites(json: String) throws {
    #expect(try document(json).json == json)
  }

  @Test(arguments: [
    (#""\"\\\/\b\f\n\r\t""#, "\"\\/\u{8}\u{C}\n\r\t"), (#""\u0041\u00e4\u20AC""#, "Aä€"), (#""\ud83d\ude00""#, "😀"),
    (#""\ud83d""#, "\u{FFFD}"), (#""\ude00x""#, "\u{FFFD}x"), (#""\ud83d\u0041""#, "\u{FFFD}A"), (#""\u0000""#, "\0"),
  ])
  func knowsEscapes(json: String, text: String) throws {
    #expect(try document(json).string == text)
  }

  @Test(arguments: [
    ("{", "1:2: expected a name in double quotes, found the end of the text"),
    ("{not json", #"1:2: expected a name in double quotes, found "n""#),
    (#"{"a"}"#, #"1:5: expected ':' behind a name, found "}""#), (#"{"a":}"#, #"1:6: expected a value, found "}""#),
    (#"{"a":1,}"#, #"1:8: expected a name in double quotes, found "}""#),
    (#"{"a":1 "b":2}"#, #"1:8: expected ',' or '}', found "\"""#), ("[1,]", #"1:4: expected a value, found "]""#),
    ("[1 2]", #"1:4: expected ',' or ']', found "2""#), ("01", "1:1: a number begins with 0"),
    ("1.", "1:3: expected a digit, found the end of the text"),
    ("1e", "1:3: expected a digit, found the end of the text"),
    ("-", #"1:1: expected a value, found "-""#), ("+1", #"1:1: expected a value, found "+""#),
    ("tru", #"1:1: expected a value, found "t""#), ("NaN", #"1:1: expected a value, found "N""#),
    (#""a"#, "1:3: a string is not closed"),
    ("\"a\nb\"", "1:3: a control character in a string: write it as an escape"),
    (#""\x""#, #"1:3: an unknown escape in a string: \"x""#),
    (#""\u12""#, #"1:6: expected four hexadecimal digits, found "\"""#), ("'a'", #"1:1: expected a value, found "'""#),
    ("[1,\n  ä]", #"2:3: expected a value, found "ä""#), ("{\n\"ä€\": x}", #"2:7: expected a value, found "x""#),
  ])
  func saysWhereAndWhatIsWrong(json: String, message: String) {
    #expect {
      try document(json)
    } throws: {
      "\($0)" == message
    }
  }

  @Test func readsSeveralDocuments() throws {
    var reader = try JSONReader(Array("---\n{\"a\":1}\n{\"a\":2}{\"a\":3}\n---\n\n--- \n{\"a\":4}\n---".utf8))
    var found: [String] = []
    while let node = try reader.next() { found.append("\(node.position) \(node.json)") }
    #expect(found == [#"2:1 {"a":1}"#, #"3:1 {"a":2}"#, #"3:8 {"a":3}"#, #"7:1 {"a":4}"#])
  }

  @Test func boundsDepthAndSize() throws {
    let deep = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
    #expect(try document(deep).json == deep)
    #expect(throws: DocumentError.self) { try document("[" + deep + "]") }
    #expect(throws: DocumentError.self) { try document(String(repeating: "[", count: 1_000_000)) }
    var reader = try JSONReader(Array("[1,2,3]".utf8), limits: DocumentLimits(nodes: 3))
    #expect(throws: DocumentError.self) { try reader.next() }
  }

  @Test(arguments: [[0xFF], [0x7B, 0x0A, 0xC3], [0xED, 0xA0, 0x80], [0xC0, 0x80]] as [[UInt8]])
  func refusesWhatIsNotUTF8(bytes: [UInt8]) {
    #expect(throws: DocumentError.self) { try JSONReader(bytes) }
  }

  @Test func readsPartsOfATextWithTheirLines() throws {
    let bytes = Array("junk\n {\"a\": x}".utf8)
    var reader = JSONReader(partsOf: bytes)
    #expect(try reader.next() == nil)
    try reader.select(5..<bytes.count, firstLine: 2)
    #expect {
      try reader.next()
    } throws: {
      "\($0)" == #"2:8: expected a value, found "x""#
    }
  }

  @Test(arguments: CodingTests.complete)
  func everyTruncationIsAnError(json: String) {
    let bytes = Array(json.utf8)
    for length in 1..<bytes.count {
      #expect(throws: DocumentError.self) {
        var reader = try JSONReader(Array(bytes[..<length]))
        while try reader.next() != nil {}
      }
    }
  }

  @Test(arguments: CodingTests.complete)
  func everyMutationIsReadOrRefused(json: String) {
    let bytes = Array(json.utf8)
    var outcomes = (read: 0, refused: 0)
    for index in bytes.indices {
      for octet in [0x00, 0x22, 0x2C, 0x30, 0x5B, 0x5C, 0x7B, 0x7D, 0x80, 0xFF] as [UInt8] where octet != bytes[index] {
        var mutated = bytes
        mutated[index] = octet
        do {
          let (object, problems) = try decode(String(decoding: mutated, as: UTF8.self))
          outcomes.read += 1
          _ = object.validate().count + problems.map(\.description.count).reduce(0, +)
        } catch {
          outcomes.refused += 1
        }
      }
    }
    #expect(outcomes.read > 0 && outcomes.refused > 0)
  }
}

@Suite("The interner keeps one copy of each text")
struct StringInternerTests {
  @Test func countsLongTextsOnce() {
    let interner = StringInterner()
    for _ in 0..<3 {
      #expect(interner.intern("short") == "short")
      #expect(interner.intern("kubernetes.io/service-name") == "kubernetes.io/service-name")
    }
    #expect(interner.count == 1)
  }

  @Test func forgetsBeforeItGrowsOverItsCapacity() {
    let interner = StringInterner(capacity: 2)
    for number in 0..<10 { _ = interner.intern("a text that is longer than fifteen octets \(number)") }
    #expect(interner.count <= 2)
  }
}
