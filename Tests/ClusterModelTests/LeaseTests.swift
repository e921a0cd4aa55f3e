import ClusterModel
import Testing

@Suite("Leases (coordination.k8s.io/v1)")
struct LeaseTests {
  private func lease(_ spec: String) -> String {
    #"{"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"web-1"},"spec":\#(spec)}"#
  }

  @Test(arguments: [
    ("2026-11-23T02:48:22Z", "2026-11-23T02:48:22.000000Z"),
    ("2026-11-23T03:48:22.5+01:00", "2026-11-23T02:48:22.500000Z"),
    ("2026-11-23T02:48:22.123456789Z", "2026-11-23T02:48:22.123456Z"),
    ("0000-01-01T00:00:00.000001Z", "0000-01-01T00:00:00.000001Z"),
  ])
  func timesAreKeptToTheMicrosecond(given: String, kept: String) throws {
    let lease = try #require(Lease(try decode(lease(#"{"renewTime":"\#(given)"}"#)).object))
    #expect(lease.spec.renewTime.map { Timestamp.text(microseconds: $0) } == kept)
  }

  @Test(arguments: [
    (#"{"leaseDurationSeconds":0}"#, "spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0"),
    (#"{"leaseTransitions":-1}"#, "spec.leaseTransitions: Invalid value: -1: must be greater than or equal to 0"),
    (
      #"{"preferredHolder":"you"}"#,
      "spec.preferredHolder: Forbidden: may only be specified if `strategy` is defined"
    ),
  ])
  func areRefusedInKubernetesWords(spec: String, message: String) throws {
    #expect(try errors(lease(spec)).map(\.description) == [message])
  }

  @Test(arguments: [#""2026-11-23T02:48:22.Z""#, #""2026-11-23""#, "7"])
  func timesThatAreNoneAreRefused(time: String) throws {
    let problems = try decode(lease(#"{"acquireTime":\#(time)}"#)).problems
    #expect(problems.map(\.path) == ["spec.acquireTime"])
    #expect(problems.first?.message.hasPrefix(#"expected a time such as "2026-01-31T12:00:00.000000Z""#) == true)
  }

  @Test(
    "patches of scalars make of a Lease what the same patch makes of its document",
    arguments: [
      #"{"spec":{"renewTime":"2026-11-23T02:48:22.123456Z"}}"#,
      #"{"spec":{"holderIdentity":"you","leaseDurationSeconds":7,"leaseTransitions":3}}"#,
      #"{"spec":{"preferredHolder":"","strategy":"OldestEmulationVersion"}}"#, #"{"spec":{}}"#,
    ])
  func scalarPatches(patch: String) throws {
    let (lease, patch) = (try held(), try document(patch))
    let patched = try document(lease.object.json).applying(mergePatch: patch)
    let expected = ClusterObject.decode(patched, as: .lease, interner: StringInterner())
    #expect(expected.problems.isEmpty)
    #expect(lease.applying(scalarsOf: patch)?.object == expected.object)
  }

  @Test(
    "every other patch of a Lease is left to its document",
    arguments: [
      "{}", "[]", #"{"spec":null}"#, #"{"spec":{"holderIdentity":null}}"#, #"{"spec":{"renewTime":7}}"#,
      #"{"spec":{"renewTme":"2026-11-23T02:48:22Z"}}"#, #"{"spec":{"strategy":"a","strategy":"b"}}"#,
      #"{"spec":{"$patch":"replace"}}"#, #"{"spec":{"strategy":{}}}"#, #"{"metadata":{"name":"b"},"spec":{}}"#,
      #"{"metadata":{"resourceVersion":"7"}}"#, #"{"spec":{"leaseDurationSeconds":4294967296}}"#,
    ])
  func otherPatches(patch: String) throws {
    #expect(try held().applying(scalarsOf: try document(patch)) == nil)
  }

  private func held() throws -> Lease {
    let spec = #"{"holderIdentity":"me","leaseDurationSeconds":40,"renewTime":"2026-11-23T02:48:00.000000Z"}"#
    return try #require(Lease(try decode(lease(spec)).object))
  }

  @Test func liveInNamespacesUnderTheirGroup() {
    #expect(ObjectKind.lease.isNamespaced && ObjectKind.lease.resource == "leases")
    #expect(ObjectKind.lease.group == "coordination.k8s.io" && ObjectKind.lease.listName == "LeaseList")
  }
}
