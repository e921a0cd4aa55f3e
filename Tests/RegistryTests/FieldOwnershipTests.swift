import ClusterModel
import Registry
import Testing

@Suite("Registry: who owns which fields")
struct FieldOwnershipTests {
  private func apply(
    _ json: String, to name: String = "web", by manager: String = "one", force: Bool = false, in registry: Registry
  ) throws -> Service? {
    var reader = try JSONReader(Array(json.utf8))
    let node = try #require(try reader.next())
    let configuration = try AppliedConfiguration(node, of: .service)
    let request = ServerSideApply(
      key: ObjectKey(.service, namespace: "shop", name: name), configuration: configuration, manager: manager,
      isForced: force)
    return Service(try registry.transaction { (registry) throws(RegistryError) in try registry.apply(request) })
  }

  private func managers(_ service: Service?) -> [String] { service?.metadata.managedFields.map(\.manager) ?? [] }

  @Test("applying makes an object, with an address, and what the registry gives belongs to nobody")
  func create() throws {
    let registry = try shop()
    let stored = try #require(try apply(#"{"spec":{"ports":[{"port":80}]}}"#, in: registry))
    #expect(stored.spec.clusterIP != nil && !stored.metadata.uid.isNone)
    #expect(
      stored.metadata.managedFields.map(\.fieldsV1) == [
        #"{"f:spec":{"f:ports":{"k:{\"port\":80,\"protocol\":\"TCP\"}":{".":{},"f:port":{}}}}}"#
      ])
    let version = registry.version
    let again = try apply(#"{"spec":{"ports":[{"port":80}]}}"#, in: registry)
    #expect(again == stored && registry.version == version)
  }

  @Test("giving fields up puts back what the kind has by default, and keeps the address")
  func giveUp() throws {
    let registry = try shop()
    let first = try apply(#"{"spec":{"ports":[{"port":80}],"sessionAffinity":"ClientIP"}}"#, in: registry)
    let less = try apply(#"{"spec":{"ports":[{"port":80}]}}"#, in: registry)
    #expect(less?.spec.sessionAffinity == ServiceSpec().sessionAffinity && less?.spec.sessionAffinityTimeout == nil)
    #expect(less?.spec.clusterIP == first?.spec.clusterIP)
  }

  @Test("a conflict is a 409 with a cause for each field")
  func conflict() throws {
    let registry = try shop()
    _ = try apply(#"{"spec":{"ports":[{"port":80}],"sessionAffinity":"ClientIP"}}"#, in: registry)
    let error = #expect(throws: RegistryError.self) {
      try apply(#"{"spec":{"sessionAffinity":"None"}}"#, by: "two", in: registry)
    }
    #expect(error?.reason == .conflict)
    #expect(error?.message == #"Apply failed with 1 conflict: conflict with "one": .spec.sessionAffinity"#)
    #expect(
      error?.details?.causes == [
        .init(reason: "FieldManagerConflict", message: #"conflict with "one""#, field: ".spec.sessionAffinity")
      ])
  }

  @Test("objects of manifests keep no owner until a client writes, and then the manifests are one")
  func manifests() throws {
    let registry = try shop()
    _ = try registry.apply([service("web").object])
    let key = ObjectKey(.service, namespace: "shop", name: "web")
    #expect(registry.object(key)?.metadata.managedFields == [])
    let error = #expect(throws: RegistryError.self) {
      try apply(#"{"spec":{"selector":{"app":"other"}}}"#, in: registry)
    }
    #expect(error?.message == #"Apply failed with 1 conflict: conflict with "manifests" using v1: .spec.selector"#)
    let labelled = try apply(#"{"metadata":{"labels":{"a":"1"}}}"#, in: registry)
    #expect(managers(labelled) == ["one", "manifests"])
    #expect(labelled?.metadata.managedFields.last?.fieldsV1.contains("clusterIP") == false)
  }

  @Test("an object of which an applier gives nothing but the name has no owner, and stays so")
  func nothing() throws {
    let registry = try shop()
    let configuration = try AppliedConfiguration(
      DocumentNode(.mapping([]), at: .start), of: .namespace)
    let request = ServerSideApply(
      key: ObjectKey(.namespace, name: "data"), configuration: configuration, manager: "one")
    let first = try registry.transaction { (registry) throws(RegistryError) in try registry.apply(request) }
    let version = registry.version
    let second = try registry.transaction { (registry) throws(RegistryError) in try registry.apply(request) }
    #expect(first == second && first.metadata.managedFields.isEmpty && registry.version == version)
  }

  @Test("writes to the status are noted by themselves")
  func status() throws {
    let registry = try shop()
    let stored = try registry.transaction { (registry) throws(RegistryError) -> ClusterObject in
      var object = try registry.create(service("web").object, manager: "one")
      if case .service(var service) = object {
        service.status.ingress = [LoadBalancerIngress(ip: "192.0.2.1")]
        object = service.object
      }
      return try registry.updateStatus(object, manager: "balancer")
    }
    let entry = stored.metadata.managedFields.first { $0.manager == "balancer" }
    #expect(entry?.subresource == "status")
    #expect(entry?.fieldsV1 == #"{"f:status":{"f:loadBalancer":{"f:ingress":{}}}}"#)
  }
}
