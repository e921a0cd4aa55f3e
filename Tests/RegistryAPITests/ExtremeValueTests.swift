import ClusterModel
import NetworkAddresses
import Registry
import Testing

@testable import RegistryAPI

/// Threats: each value of each kind's objects at the ends of its range, and of other types: made, replaced, patched and deleted
/// without a trap or an error of ours.
@Suite("Registry API: extreme values")
struct ExtremeValueTests {
  private static let metadata = """
    {"name":"x","generateName":"g","generation":5,"creationTimestamp":"2026-01-01T00:00:00Z","finalizers":["a/b"],
    "deletionTimestamp":"2026-01-01T00:00:00Z","deletionGracePeriodSeconds":4,"labels":{"a":"b"},"annotations":{"a":"b"},
    "ownerReferences":[{"apiVersion":"v1","kind":"Service","name":"web","uid":"00000000-0000-0000-0000-000000000001"}],
    "managedFields":[{"manager":"m","operation":"Update","apiVersion":"v1","fieldsType":"FieldsV1","fieldsV1":{"f:spec":{}}}]}
    """

  private static let objects: [(resource: String, rest: String)] = [
    (
      "/api/v1/namespaces/shop/services",
      """
      "spec":{"type":"LoadBalancer","externalTrafficPolicy":"Local","healthCheckNodePort":30999,"ipFamilies":["IPv4"],
      "ports":[{"name":"a","port":80,"targetPort":8080,"nodePort":30001}],"sessionAffinity":"ClientIP",
      "sessionAffinityConfig":{"clientIP":{"timeoutSeconds":60}},"loadBalancerSourceRanges":["10.0.0.0/8"],
      "externalIPs":["192.0.2.1"],"clusterIP":"10.96.0.77"}
      """
    ),
    (
      "/apis/discovery.k8s.io/v1/namespaces/shop/endpointslices",
      """
      "addressType":"IPv4","endpoints":[{"addresses":["10.1.0.7"],"conditions":{"ready":true},"hostname":"h","zone":"z",
      "hints":{"forZones":[{"name":"z"}]}}],"ports":[{"name":"http","port":80}]
      """
    ),
    (
      "/api/v1/namespaces/shop/endpoints",
      #""subsets":[{"addresses":[{"ip":"10.1.1.1","hostname":"q"}],"ports":[{"name":"http","port":80}]}]"#
    ),
    (
      "/api/v1/namespaces/shop/pods",
      """
      "spec":{"terminationGracePeriodSeconds":30,"priority":0,"containers":[{"name":"c","image":"i","ports":[{"containerPort":80}],
      "readinessProbe":{"httpGet":{"port":80,"path":"/"},"periodSeconds":1,"failureThreshold":3}}]}
      """
    ),
    (
      "/apis/coordination.k8s.io/v1/namespaces/shop/leases",
      """
      "spec":{"holderIdentity":"m","leaseDurationSeconds":10,"leaseTransitions":1,"renewTime":"2026-01-01T00:00:00.000000Z"}
      """
    ),
    (
      "/api/v1/namespaces/shop/events",
      """
      "involvedObject":{"kind":"Pod","namespace":"shop","name":"p"},"reason":"r","message":"m","count":3,"type":"Normal",
      "firstTimestamp":"2026-01-01T00:00:00Z"
      """
    ),
    (
      "/api/v1/nodes",
      #""spec":{"podCIDR":"10.1.0.0/24"},"status":{"addresses":[{"type":"InternalIP","address":"1.2.3.4"}]}"#
    ),
  ]

  private static let values = [
    "0", "-1", "2147483647", "-2147483648", "9223372036854775807", "-9223372036854775808", "18446744073709551616",
    "1.5",
    "null", "true", "\"\"", "\"x\"", "\"9999-12-31T23:59:59.999999Z\"", "\"0000-01-01T00:00:00Z\"", "\"::\"", "[]",
    "{}",
    "[null]",
  ]

  @Test("every field", arguments: 0..<7)
  func extremes(_ index: Int) throws {
    let client = try WritingClient()
    let (path, rest) = Self.objects[index]
    let object = try parse(Array(#"{"metadata":\#(Self.metadata),\#(rest)}"#.utf8))
    var made = 0
    for place in object.places {
      for value in Self.values {
        let body = object.with(try parse(Array(value.utf8)), at: place[...]).json
        let reply = try client.ask("POST", path, body)
        #expect(reply.code < 500, "\(body)")
        guard reply.code == 201, let name = reply.body.text("metadata.name") else { continue }
        made += 1
        let own = "\(path)/\(name)"
        let type = "application/merge-patch+json"
        #expect(
          try client.ask("PATCH", own, #"{"metadata":{"annotations":{"c":"d"}},"spec":{}}"#, type: type).code < 500)
        #expect(try client.ask("PUT", own, body).code < 500)
        #expect(try client.ask("DELETE", own).code == 200)
        #expect(try client.ask("PATCH", own, #"{"metadata":{"finalizers":null}}"#, type: type).code < 500)
      }
    }
    #expect(made > 0)
  }
}

extension DocumentNode {
  /// The ways to every value in this one, by members' names and elements' indices.
  fileprivate var places: [[String]] {
    let inner: [(String, DocumentNode)] =
      switch content {
      case .scalar: []
      case .sequence(let elements): elements.enumerated().map { (String($0), $1) }
      case .mapping(let members): members.map { ($0.key, $0.value) }
      }
    return [[]] + inner.flatMap { step, node in node.places.map { [step] + $0 } }
  }

  /// The document with another value in a place.
  fileprivate func with(_ value: DocumentNode, at place: ArraySlice<String>) -> DocumentNode {
    guard let step = place.first else { return value }
    var copy = self
    switch content {
    case .scalar: break
    case .sequence(var elements):
      if let index = Int(step) { elements[index] = elements[index].with(value, at: place.dropFirst()) }
      copy.content = .sequence(elements)
    case .mapping(var members):
      for index in members.indices where members[index].key == step {
        members[index].value = members[index].value.with(value, at: place.dropFirst())
      }
      copy.content = .mapping(members)
    }
    return copy
  }
}
