import Testing

@testable import RegistryAPI

@Suite("Access: what roles allow")
struct RoleTests {
  @Test(
    "role, verb, resource, namespace",
    arguments: [
      ("read", "list", "services", "", true),
      ("read", "watch", "pods", "shop", true),
      ("read", "create", "pods", "shop", false),
      ("read", "delete", "services", "shop", false),
      ("admin", "deletecollection", "services", "", true),
      ("register:shop", "get", "services", "shop", true),
      ("register:shop", "list", "services", "", false),
      ("register:shop", "list", "services", "data", false),
      ("register:shop", "create", "pods", "shop", true),
      ("register:shop", "patch", "pods/status", "shop", true),
      ("register:shop", "update", "leases", "shop", true),
      ("register:shop", "deletecollection", "pods", "shop", false),
      ("register:shop", "create", "pods", "data", false),
      ("register:shop", "create", "services", "shop", false),
      ("register:shop", "patch", "services/status", "shop", false),
    ])
  func allowed(_ role: String, _ verb: String, _ resource: String, _ namespace: String, _ isAllowed: Bool) throws {
    let access = Access(user: "x", roles: [try #require(Access.Role(role))])
    #expect(access.allows(verb: verb, group: "", resource: resource, namespace: namespace) == isAllowed)
  }

  @Test("who registers in a namespace may look at the namespace itself, and at no other one")
  func ownNamespace() {
    let access = Access(user: "x", roles: [.register(namespace: "shop")])
    #expect(access.allows(verb: "get", group: "", resource: "namespaces", namespace: "", name: "shop"))
    #expect(!access.allows(verb: "get", group: "", resource: "namespaces", namespace: "", name: "data"))
    #expect(!access.allows(verb: "list", group: "", resource: "namespaces", namespace: ""))
  }

  @Test("what is no role", arguments: ["", "reader", "register", "register:", "admin:x", "read:shop", "ADMIN"])
  func unknown(_ text: String) {
    #expect(Access.Role(text) == nil)
  }

  @Test(
    "refusals in Kubernetes' words",
    arguments: [
      (
        "list", "", "services", "shop", "",
        #"services is forbidden: User "x" cannot list resource "services" in API group "" in the namespace "shop""#
      ),
      (
        "get", "", "nodes", "", "n1",
        #"nodes "n1" is forbidden: User "x" cannot get resource "nodes" in API group "" at the cluster scope"#
      ),
      (
        "patch", "coordination.k8s.io", "leases", "shop", "web",
        #"leases.coordination.k8s.io "web" is forbidden: User "x" cannot patch resource "leases" in API group "coordination.k8s.io" in the namespace "shop""#
      ),
      (
        "update", "", "pods/status", "shop", "a",
        #"pods "a" is forbidden: User "x" cannot update resource "pods/status" in API group "" in the namespace "shop""#
      ),
    ])
  func refusal(
    _ verb: String, _ group: String, _ resource: String, _ namespace: String, _ name: String, _ message: String
  ) {
    let error = Access(user: "x", roles: []).refusal(
      verb: verb, group: group, resource: resource, namespace: namespace, name: name)
    #expect(error.message == message)
    #expect(error.reason.code == 403)
    #expect(error.details?.name == name)
  }
}
