import ClusterModel
import Testing

@Suite("Sets of fields are read and written as FieldsV1")
struct FieldSetTests {
  @Test(
    "a text comes back in its own order",
    arguments: [
      ("{}", "{}"),
      (#"{"f:spec":{"f:type":{}}}"#, #"{"f:spec":{"f:type":{}}}"#),
      (#"{"f:a":{".":{},"f:b":{}}}"#, #"{"f:a":{".":{},"f:b":{}}}"#),
      // fields, elements, values, places; numbers by their value
      (
        #"{"f:p":{"i:2":{},"v:\"x\"":{},"k:{\"port\":443,\"protocol\":\"TCP\"}":{},"k:{\"protocol\":\"TCP\",\"port\":80}":{},"f:z":{}}}"#,
        #"{"f:p":{"f:z":{},"k:{\"port\":80,\"protocol\":\"TCP\"}":{},"k:{\"port\":443,\"protocol\":\"TCP\"}":{},"v:\"x\"":{},"i:2":{}}}"#
      ),
      (#"{"f:\u0001\u007f":{},"v:\"\\u0001\"":{}}"#, "{\"f:\\u0001\u{7F}\":{},\"v:\\\"\\\\u0001\\\"\":{}}"),
      // what a later version may know is passed over
      (#"{"q:new":{},"f:a":{}}"#, #"{"f:a":{}}"#),
    ])
  func roundTrip(text: String, expected: String) throws {
    #expect(try FieldSet(fieldsV1: text).fieldsV1 == expected)
  }

  @Test(
    "what is no set is refused",
    arguments: [
      "", "[]", "1", "{", #"{"f:a":1}"#, #"{"f:a":[]}"#, #"{"k:":{}}"#, #"{"k:{}":{}}"#, #"{"k:[1]":{}}"#,
      #"{"k:{\"a\":{}}":{}}"#, #"{"v:":{}}"#, #"{"v:1]":{}}"#, #"{"v:1 2":{}}"#, #"{"v:[]":{}}"#, #"{"i:x":{}}"#,
      #"{"i:99999999999999999999":{}}"#,
      String(repeating: #"{"f:a":"#, count: 5000),
    ])
  func malformed(text: String) {
    #expect(throws: FieldSetError.self) { try FieldSet(fieldsV1: text) }
  }

  @Test("union, intersection and difference go by whole paths")
  func algebra() throws {
    let a = try FieldSet(fieldsV1: #"{"f:m":{".":{},"f:x":{}},"f:n":{}}"#)
    let b = try FieldSet(fieldsV1: #"{"f:m":{"f:x":{},"f:y":{}},"f:o":{}}"#)
    #expect(a.union(b).fieldsV1 == #"{"f:m":{".":{},"f:x":{},"f:y":{}},"f:n":{},"f:o":{}}"#)
    #expect(a.intersection(b).fieldsV1 == #"{"f:m":{"f:x":{}}}"#)
    #expect(a.subtracting(b).fieldsV1 == #"{"f:m":{},"f:n":{}}"#)
    #expect(a.subtracting(a).isEmpty)
    #expect(a.contains([.field("m"), .field("x")]) && !a.contains([.field("m"), .field("y")]))
  }

  @Test("octets of every kind are read or refused, and never more")
  func garbage() throws {
    var seed: UInt64 = 42
    let seedText = Array(#"{"f:spec":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{}},"v:1":{}}}"#.utf8)
    for _ in 0..<3000 {
      var octets = seedText
      for _ in 0..<3 {
        seed = seed &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        octets[Int(seed >> 33) % octets.count] = UInt8(truncatingIfNeeded: seed >> 20)
      }
      guard let set = try? FieldSet(fieldsV1: String(decoding: octets, as: UTF8.self)) else { continue }
      let again = try FieldSet(fieldsV1: set.fieldsV1)
      #expect(again == set)
    }
  }
}

@Suite("Who owns which fields after a write")
struct FieldOwnershipTests {
  private let early = FieldWriter("early", time: 100)
  private let late = FieldWriter("late", time: 200)

  private func stored(_ json: String) throws -> ClusterObject {
    var (object, problems) = try decode(json)
    #expect(problems.isEmpty)
    object.applyDefaults()
    return object
  }

  private func fields(_ object: ClusterObject) -> [String: String] {
    Dictionary(object.metadata.managedFields.map { ("\($0.manager) \($0.operation)", $0.fieldsV1) }) { $0 + " " + $1 }
  }

  private func created(_ json: String, by writer: FieldWriter) throws -> ClusterObject {
    var object = try stored(json)
    object.metadata.managedFields = object.managedFields(after: writer, from: nil)
    return object
  }

  private func updated(_ old: ClusterObject, _ json: String, by writer: FieldWriter) throws -> ClusterObject {
    var object = try stored(json)
    object.metadata.managedFields = object.managedFields(after: writer, from: old)
    return object
  }

  @Test("a changed field moves to who changed it, a removed one leaves, and an owner of nothing goes")
  func update() throws {
    let old = try created(
      #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"x","labels":{"a":"1"}}}"#, by: early)
    #expect(
      fields(old) == [
        "early Update": #"{"f:metadata":{"f:labels":{".":{},"f:a":{},"f:kubernetes.io/metadata.name":{}}}}"#
      ])
    let new = try updated(
      old, #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"x","labels":{"a":"2","b":"1"}}}"#, by: late)
    #expect(
      fields(new) == [
        "early Update": #"{"f:metadata":{"f:labels":{".":{},"f:kubernetes.io/metadata.name":{}}}}"#,
        "late Update": #"{"f:metadata":{"f:labels":{"f:a":{},"f:b":{}}}}"#,
      ])
    let last = try updated(new, #"{"apiVersion":"v1","kind":"Namespace","metadata":{"name":"x"}}"#, by: early)
    #expect(Array(fields(last).keys) == ["early Update"])
  }

  @Test("an atomic mapping is owned as a whole")
  func atomic() throws {
    let old = try created(service(#"{"ports":[{"port":80}],"selector":{"a":"1","b":"2"}}"#), by: early)
    let new = try updated(old, service(#"{"ports":[{"port":80}],"selector":{"a":"1","b":"3"}}"#), by: late)
    #expect(fields(new)["late Update"] == #"{"f:spec":{"f:selector":{}}}"#)
  }

  @Test("clients may write managedFields themselves, empty them, and say nothing of them")
  func given() throws {
    let old = try created(service(#"{"ports":[{"port":80}]}"#), by: early)
    var object = old
    let entry = ManagedFieldsEntry(
      manager: "kubectl", operation: "Apply", apiVersion: "v1", fieldsV1: #"{"f:spec":{"f:type":{}}}"#)
    object.metadata.managedFields = [entry]
    #expect(object.managedFields(after: late, from: old) == [entry])
    object.metadata.managedFields = [ManagedFieldsEntry()]
    #expect(object.managedFields(after: late, from: old) == [])
    object.metadata.managedFields = []
    #expect(object.managedFields(after: late, from: old) == old.metadata.managedFields)
    object.metadata.managedFields = [
      ManagedFieldsEntry(manager: "x", operation: "Guess", apiVersion: "v1", fieldsV1: "{}")
    ]
    #expect(object.managedFields(after: late, from: old) == old.metadata.managedFields)
  }

  @Test("the fields of the oldest of many writers are put together")
  func many() throws {
    func labels(_ count: Int) -> String {
      let pairs = (0..<count).map { #""l\#($0)":"x""# }.joined(separator: ",")
      return #"{"apiVersion":"v1","kind":"Node","metadata":{"name":"n","labels":{\#(pairs)}}}"#
    }
    var object = try created(labels(1), by: FieldWriter("w0", time: 1))
    for index in 1..<15 {
      object = try updated(object, labels(index + 1), by: FieldWriter("w\(index)", time: Int64(index + 1)))
    }
    let names = object.metadata.managedFields.map(\.manager)
    #expect(names == ["ancient-changes"] + (6..<15).map { "w\($0)" })
  }

  @Test("who renews a Lease keeps its fields, and another one takes just the time")
  func renewal() throws {
    func lease(_ second: Int) -> String {
      #"""
      {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"w"},"spec":{"holderIdentity":"me","renewTime":"2026-01-31T12:00:0\#(second).000000Z"}}
      """#
    }
    let old = try created(lease(0), by: early)
    let renewed = try updated(old, lease(1), by: FieldWriter("early", time: 200))
    #expect(renewed.metadata.managedFields.map(\.time) == [200])
    #expect(fields(renewed) == fields(old))
    // Who renews need not repeat what the registry has given the Lease.
    var stored = old
    stored.metadata.uid = UID(high: 1, low: 2)
    stored.metadata.creationTimestamp = 1
    #expect(fields(try updated(stored, lease(1), by: FieldWriter("early", time: 200))) == fields(old))
    let taken = try updated(renewed, lease(2), by: late)
    #expect(
      fields(taken) == [
        "early Update": #"{"f:spec":{"f:holderIdentity":{}}}"#, "late Update": #"{"f:spec":{"f:renewTime":{}}}"#,
      ])
    let ended = try updated(
      old, lease(3).replacing(#""holderIdentity":"me","#, with: ""), by: FieldWriter("early", time: 200))
    #expect(fields(ended) == ["early Update": #"{"f:spec":{"f:renewTime":{}}}"#])
  }
}
