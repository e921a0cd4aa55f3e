import ClusterModel
import Registry

// What the API says of itself, in the form that clients walk through group by group.

extension JSONWriter {
  /// `/api`: the versions of the core.
  mutating func coreVersions(address: String) {
    object { writer in
      writer.member("kind", "APIVersions")
      writer.member("versions", ["v1"])
      writer.key("serverAddressByClientCIDRs")
      writer.array { writer in
        writer.object { writer in
          writer.member("clientCIDR", "0.0.0.0/0")
          writer.member("serverAddress", address)
        }
      }
    }
  }

  /// `/apis`: the groups beside the core.
  mutating func groupList() {
    object { writer in
      writer.member("kind", "APIGroupList")
      writer.member("apiVersion", "v1")
      writer.key("groups")
      writer.array { writer in
        for group in ServedResource.groups where !group.isEmpty { writer.object { $0.groupMembers(group) } }
      }
    }
  }

  /// `/apis/GROUP`.
  mutating func group(_ group: String) {
    object { writer in
      writer.member("kind", "APIGroup")
      writer.member("apiVersion", "v1")
      writer.groupMembers(group)
    }
  }

  private mutating func groupMembers(_ group: String) {
    member("name", group)
    key("versions")
    array { $0.groupVersion(group) }
    key("preferredVersion")
    groupVersion(group)
  }

  private mutating func groupVersion(_ group: String) {
    object { writer in
      writer.member("groupVersion", "\(group)/v1")
      writer.member("version", "v1")
    }
  }

  /// `/api/v1`, `/apis/GROUP/v1`: the resources, by name, each followed by what is below it.
  mutating func resourceList(group: String) {
    object { writer in
      writer.member("kind", "APIResourceList")
      if !group.isEmpty { writer.member("apiVersion", "v1") }
      writer.member("groupVersion", group.isEmpty ? "v1" : "\(group)/v1")
      writer.key("resources")
      writer.array { writer in
        for resource in ServedResource.of(group) {
          writer.resource(resource)
          for subresource in resource.subresources { writer.subresource(subresource, of: resource) }
        }
      }
    }
  }

  private mutating func resource(_ resource: ServedResource) {
    object { writer in
      writer.member("name", resource.name)
      writer.member("singularName", resource.singularName)
      writer.key("namespaced")
      writer.boolean(resource.isNamespaced)
      writer.member("kind", resource.kind)
      writer.member("verbs", resource.verbs)
      if !resource.shortNames.isEmpty { writer.member("shortNames", resource.shortNames) }
      if !resource.categories.isEmpty { writer.member("categories", resource.categories) }
    }
  }

  private mutating func subresource(_ subresource: ServedResource.Subresource, of resource: ServedResource) {
    object { writer in
      writer.member("name", "\(resource.name)/\(subresource.name)")
      writer.member("singularName", "")
      writer.key("namespaced")
      writer.boolean(resource.isNamespaced)
      writer.member("kind", resource.kind)
      writer.member("verbs", subresource.verbs)
    }
  }

  /// `/`: the paths that there are.
  mutating func paths() {
    let groups = ServedResource.groups.filter { !$0.isEmpty }
    let versions = groups.flatMap { ["/apis/\($0)", "/apis/\($0)/v1"] }
    let documents = OpenAPI.groups.map { "/openapi/v3/\(OpenAPI.path(of: $0))" }
    let others = ["/healthz", "/livez", "/openapi/v3"] + documents + ["/readyz", "/version"]
    object { $0.member("paths", ["/api", "/api/v1", "/apis"] + versions + others) }
  }

  /// `/version`: the version of Kubernetes' API that ours is like.
  mutating func version() {
    object { writer in
      writer.member("major", "1")
      writer.member("minor", "36")
      writer.member("gitVersion", "v1.36.0+clusterdns")
      writer.member("gitCommit", "")
      writer.member("gitTreeState", "")
      writer.member("buildDate", "1970-01-01T00:00:00Z")
      writer.member("goVersion", "")
      writer.member("compiler", "swift")
      writer.member("platform", "linux/amd64")
    }
  }
}
