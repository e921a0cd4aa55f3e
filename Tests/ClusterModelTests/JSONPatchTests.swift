import ClusterModel
import Testing

@Suite("RFC 6902: JSON Patch")
struct JSONPatchTests {
  private func apply(_ patch: String, to json: String, limits: DocumentLimits = .standard) throws -> String {
    try JSONPatch(try document(patch)).applied(to: try document(json), limits: limits).json
  }

  /// The examples of RFC 6902 appendix A by their numbers, and what lies at the borders.
  @Test(arguments: [
    (#"{"foo":"bar"}"#, #"[{"op":"add","path":"/baz","value":"qux"}]"#, #"{"foo":"bar","baz":"qux"}"#),
    (#"{"foo":["bar","baz"]}"#, #"[{"op":"add","path":"/foo/1","value":"qux"}]"#, #"{"foo":["bar","qux","baz"]}"#),
    (#"{"baz":"qux","foo":"bar"}"#, #"[{"op":"remove","path":"/baz"}]"#, #"{"foo":"bar"}"#),
    (#"{"foo":["bar","qux","baz"]}"#, #"[{"op":"remove","path":"/foo/1"}]"#, #"{"foo":["bar","baz"]}"#),
    (#"{"baz":"qux","foo":"bar"}"#, #"[{"op":"replace","path":"/baz","value":"boo"}]"#, #"{"baz":"boo","foo":"bar"}"#),
    (
      #"{"foo":{"bar":"baz","waldo":"fred"},"qux":{"corge":"grault"}}"#,
      #"[{"op":"move","from":"/foo/waldo","path":"/qux/thud"}]"#,
      #"{"foo":{"bar":"baz"},"qux":{"corge":"grault","thud":"fred"}}"#
    ),
    (
      #"{"foo":["all","grass","cows","eat"]}"#, #"[{"op":"move","from":"/foo/1","path":"/foo/3"}]"#,
      #"{"foo":["all","cows","eat","grass"]}"#
    ),
    (#"{"foo":["bar"]}"#, #"[{"op":"add","path":"/foo/-","value":["abc"]}]"#, #"{"foo":["bar",["abc"]]}"#),
    (#"{"/":9,"~1":10}"#, #"[{"op":"test","path":"/~01","value":10}]"#, #"{"/":9,"~1":10}"#),
    (#"{"a":{"x":1,"y":2}}"#, #"[{"op":"test","path":"/a","value":{"y":2,"x":1}}]"#, #"{"a":{"x":1,"y":2}}"#),
    (#"{"a":1}"#, #"[{"op":"replace","path":"","value":{"b":2}}]"#, #"{"b":2}"#),
    (#"{"a":[1]}"#, #"[{"op":"copy","from":"/a","path":"/b"}]"#, #"{"a":[1],"b":[1]}"#),
    (#"{"a":null}"#, #"[{"op":"test","path":"/a","value":null}]"#, #"{"a":null}"#),
    (#"{"a":[1,2]}"#, #"[{"op":"replace","path":"/a/0","value":3}]"#, #"{"a":[3,2]}"#),
  ])
  func applies(json: String, patch: String, result: String) throws {
    #expect(try apply(patch, to: json) == result)
  }

  @Test(arguments: [
    #"[{"op":"test","path":"/a","value":"1"}]"#, #"[{"op":"test","path":"/none","value":null}]"#,
    #"[{"op":"add","path":"/none/b","value":1}]"#, #"[{"op":"add","path":"/l/3","value":1}]"#,
    #"[{"op":"add","path":"/l/01","value":1}]"#, #"[{"op":"add","path":"/l/-1","value":1}]"#,
    #"[{"op":"add","path":"/l/99999999999999999999","value":1}]"#, #"[{"op":"remove","path":"/l/-"}]"#,
    #"[{"op":"remove","path":""}]"#, #"[{"op":"replace","path":"/b","value":1}]"#,
    #"[{"op":"move","from":"/l","path":"/l/0"}]"#, #"[{"op":"add","path":"/a"}]"#,
    #"[{"op":"add","path":"a","value":1}]"#, #"[{"op":"spam","path":"/a"}]"#, #"[{"path":"/a"}]"#, "[7]",
  ])
  func refusesWhatDoesNotFitAsKubernetesDoes(patch: String) throws {
    let error = #expect(throws: PatchError.self) { try apply(patch, to: #"{"a":1,"l":[1,2]}"#) }
    #expect(error?.code == 422 && error?.reason == "Invalid")
    #expect(error?.message == "the server rejected our request due to an error in our request")
  }

  @Test func refusesWhatIsNoPatch() {
    let error = #expect(throws: PatchError.self) { try apply("{}", to: "{}") }
    #expect(error?.code == 400 && error?.reason == "BadRequest")
  }

  @Test func boundsTheNumberOfOperations() {
    let operations = [String](repeating: #"{"op":"test","path":"/a","value":1}"#, count: 10_001).joined(separator: ",")
    let error = #expect(throws: PatchError.self) { try apply("[\(operations)]", to: #"{"a":1}"#) }
    #expect(
      error?.message
        == "Request entity is too large: The allowed maximum operations in a JSON patch is 10000, got 10001")
  }

  @Test("copies that double the document, or nest it, end at the limits", arguments: ["/a/b", "/l/-"])
  func boundsGrowth(path: String) {
    let from = path == "/a/b" ? "/a" : "/l"
    let operations = [String](repeating: #"{"op":"copy","from":"\#(from)","path":"\#(path)"}"#, count: 60)
      .joined(separator: ",")
    let error = #expect(throws: PatchError.self) {
      try apply("[\(operations)]", to: #"{"a":{},"l":[1]}"#, limits: DocumentLimits(depth: 50, nodes: 1000))
    }
    #expect(error?.code == 413)
  }
}

@Suite("RFC 7386: JSON Merge Patch")
struct MergePatchTests {
  /// RFC 7386 appendix A.
  @Test(arguments: [
    (#"{"a":"b"}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"b"}"#, #"{"b":"c"}"#, #"{"a":"b","b":"c"}"#),
    (#"{"a":"b"}"#, #"{"a":null}"#, "{}"), (#"{"a":"b","b":"c"}"#, #"{"a":null}"#, #"{"b":"c"}"#),
    (#"{"a":["b"]}"#, #"{"a":"c"}"#, #"{"a":"c"}"#), (#"{"a":"c"}"#, #"{"a":["b"]}"#, #"{"a":["b"]}"#),
    (#"{"a":{"b":"c"}}"#, #"{"a":{"b":"d","c":null}}"#, #"{"a":{"b":"d"}}"#),
    (#"{"a":[{"b":"c"}]}"#, #"{"a":[1]}"#, #"{"a":[1]}"#), (#"["a","b"]"#, #"["c","d"]"#, #"["c","d"]"#),
    (#"{"a":"b"}"#, #"["c"]"#, #"["c"]"#), (#"{"a":"foo"}"#, "null", "null"),
    (#"{"e":null}"#, #"{"a":1}"#, #"{"e":null,"a":1}"#), ("[1,2]", #"{"a":"b","c":null}"#, #"{"a":"b"}"#),
    ("{}", #"{"a":{"bb":{"ccc":null}}}"#, #"{"a":{"bb":{}}}"#),
  ])
  func merges(json: String, patch: String, result: String) throws {
    #expect(try document(json).merged(with: try document(patch)).json == result)
  }

  @Test(arguments: ["[]", "null", "7"])
  func anObjectStaysOne(patch: String) throws {
    let patch = try document(patch)
    let error = #expect(throws: PatchError.self) { try document("{}").applying(mergePatch: patch) }
    #expect(error?.code == 400)
  }
}
