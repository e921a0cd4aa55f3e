import ClusterModel
import Testing

@Suite("Strategic merge patches go by the kind's fields")
struct StrategicMergePatchTests {
  private func apply(_ patch: String, to json: String, _ kind: ObjectKind = .service) throws -> String {
    try document(json).applying(strategicMergePatch: try document(patch), to: kind).json
  }

  /// Expectations marked * are a kube-apiserver's recorded answers, reduced to the field.
  @Test(arguments: [
    // * ports are told apart by their numbers, and new ones come first
    (#"[{"name":"http","port":80}]"#, #"[{"port":9100}]"#, "", #"[{"port":9100},{"name":"http","port":80}]"#),
    (#"[{"name":"http","port":80}]"#, #"[{"port":80,"name":"web"}]"#, "", #"[{"name":"web","port":80}]"#),
    // * one of them is deleted
    (#"[{"port":9100},{"port":80}]"#, #"[{"port":9100,"$patch":"delete"}]"#, "", #"[{"port":80}]"#),
    // * the order is given
    (
      #"[{"port":80}]"#, #"[{"port":443}]"#, #","$setElementOrder/ports":[{"port":443},{"port":80}]"#,
      #"[{"port":443},{"port":80}]"#
    ),
    (
      #"[{"port":1},{"port":2},{"port":3}]"#, "[]", #","$setElementOrder/ports":[{"port":3},{"port":1}]"#,
      #"[{"port":2},{"port":3},{"port":1}]"#
    ),
    (#"[{"port":1},{"port":2}]"#, #"[{"$patch":"replace"},{"port":3}]"#, "", #"[{"port":3}]"#),
    (#"[{"port":1,"name":"a"}]"#, #"[{"port":1,"name":null}]"#, "", #"[{"port":1}]"#),
    (#"[{"port":1,"name":"a"}]"#, #"[{"port":1,"$patch":"replace"}]"#, "", #"[]"#),
  ])
  func listsOfObjects(ports: String, patch: String, more: String, result: String) throws {
    let patched = try apply(#"{"spec":{"ports":\#(patch)\#(more)}}"#, to: #"{"spec":{"ports":\#(ports)}}"#)
    #expect(patched == #"{"spec":{"ports":\#(result)}}"#)
  }

  @Test(arguments: [
    (#"{"finalizers":["b/c"]}"#, #"{"finalizers":["b/c","a/b"]}"#),
    (#"{"finalizers":["a/b"]}"#, #"{"finalizers":["a/b"]}"#),
    (#"{"$deleteFromPrimitiveList/finalizers":["a/b"]}"#, #"{"finalizers":[]}"#),
    (#"{"finalizers":null}"#, "{}"),
    (#"{"labels":{"a":"b","c":null}}"#, #"{"finalizers":["a/b"],"labels":{"a":"b"}}"#),
    (#"{"$retainKeys":["name"],"name":"x"}"#, #"{"name":"x"}"#),
    (#"{"$patch":"replace","name":"x"}"#, #"{"name":"x"}"#), (#"{"$patch":"delete"}"#, "{}"),
    (#"{"$patch":"merge","name":"x"}"#, #"{"finalizers":["a/b"],"name":"x"}"#),
  ])
  func setsAndMappings(patch: String, result: String) throws {
    let patched = try apply(#"{"metadata":\#(patch)}"#, to: #"{"metadata":{"finalizers":["a/b"]}}"#)
    #expect(patched == #"{"metadata":\#(result)}"#)
  }

  @Test func listsWithoutMergeKeysAreReplaced() throws {
    let patched = try apply(#"{"spec":{"externalIPs":["192.0.2.2"]}}"#, to: #"{"spec":{"externalIPs":["192.0.2.1"]}}"#)
    #expect(patched == #"{"spec":{"externalIPs":["192.0.2.2"]}}"#)
  }

  @Test func conditionsGoByTypeAndContainersByName() throws {
    let conditions = try apply(
      #"{"status":{"conditions":[{"type":"Ready","status":"False"}]}}"#,
      to: #"{"status":{"conditions":[{"type":"A","status":"True"},{"type":"Ready","status":"True"}]}}"#, .pod)
    #expect(
      conditions
        == #"{"status":{"conditions":[{"type":"A","status":"True"},{"type":"Ready","status":"False"}]}}"#)
    let containers = try apply(
      #"{"spec":{"containers":[{"name":"c","ports":[{"containerPort":2}]}]}}"#,
      to: #"{"spec":{"containers":[{"name":"c","image":"i","ports":[{"containerPort":1}]}]}}"#, .pod)
    #expect(
      containers
        == #"{"spec":{"containers":[{"name":"c","image":"i","ports":[{"containerPort":2},{"containerPort":1}]}]}}"#)
  }

  @Test(arguments: [
    ("[]", 400, "invalid JSON document"),
    (#"{"spec":{"ports":[{"name":"x"}]}}"#, 400, #"map: {"name":"x"} does not contain declared merge key: port"#),
    (#"{"spec":{"$patch":"spam"}}"#, 400, "unknown patch type: spam found in map"),
    (#"{"spec":{"$retainKeys":"type"}}"#, 400, "invalid patch format of retainKeys"),
    (#"{"spec":{"$retainKeys":["type"],"externalName":"x"}}"#, 400, "invalid patch format of retainKeys"),
    (#"{"spec":{"$setElementOrder/ports":7}}"#, 400, "invalid patch format of setElementOrder list"),
    (#"{"metadata":{"$deleteFromPrimitiveList/finalizers":{}}}"#, 400, "invalid patch format of primitive list"),
    (#"{"metadata":{"finalizers":[{}]}}"#, 400, "invalid patch format of primitive list"),
    (
      #"{"spec":{"externalIPs":[["a"]]}}"#, 422, "the server rejected our request due to an error in our request"
    ),
  ])
  func refusesWhatIsNoPatch(patch: String, code: Int, message: String) {
    let error = #expect(throws: PatchError.self) { try apply(patch, to: #"{"spec":{"ports":[{"port":80}]}}"#) }
    #expect(error?.code == code)
    #expect(error?.message == message)
  }
}

@Suite("Fields that say the same in two forms agree after a patch")
struct PairTests {
  @Test(arguments: [
    (#"{"clusterIP":"10.96.7.7"}"#, #"{"clusterIP":"10.96.7.7"}"#),
    (#"{"clusterIPs":["10.96.7.7"]}"#, #"{"clusterIPs":["10.96.7.7"]}"#),
    (#"{"clusterIP":null}"#, "{}"), (#"{"clusterIPs":null}"#, "{}"),
    (#"{"type":"NodePort"}"#, #"{"clusterIP":"10.96.0.1","clusterIPs":["10.96.0.1"],"type":"NodePort"}"#),
    (
      #"{"clusterIP":"10.96.0.2","clusterIPs":["10.96.0.3"]}"#,
      #"{"clusterIP":"10.96.0.2","clusterIPs":["10.96.0.3"]}"#
    ),
  ])
  func theOneThatAPatchLeavesIsDropped(patch: String, result: String) throws {
    let before = try document(#"{"spec":{"clusterIP":"10.96.0.1","clusterIPs":["10.96.0.1"]}}"#)
    let after = before.merged(with: try document(#"{"spec":\#(patch)}"#))
    #expect(after.settlingPairs(from: before, of: .service).json == #"{"spec":\#(result)}"#)
  }
}
