import ClusterModel
import Registry

// What the API says of itself: versions, groups, and the resources in them.

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
        for group in APIRoute.servedGroups where !group.isEmpty { writer.object { $0.groupMembers(group) } }
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

  /// `/api/v1`, `/apis/GROUP/v1`: the resources, by name, each followed by its status.
  mutating func resourceList(group: String) {
    object { writer in
      writer.member("kind", "APIResourceList")
      if !group.isEmpty { writer.member("apiVersion", "v1") }
      writer.member("groupVersion", group.isEmpty ? "v1" : "\(group)/v1")
      writer.key("resources")
      writer.array { writer in
        for kind in ObjectKind.allCases.filter({ $0.group == group }).sorted(by: { $0.resource < $1.resource }) {
          writer.resource(kind)
          if kind.hasStatus { writer.statusResource(kind) }
        }
      }
    }
  }

  private mutating func resource(_ kind: ObjectKind) {
    object { writer in
      writer.member("name", kind.resource)
      writer.member("singularName", kind.singularName)
      writer.key("namespaced")
      writer.boolean(kind.isNamespaced)
      writer.member("kind", kind.name)
      writer.member("verbs", ["get", "list"])
      if !kind.shortNames.isEmpty { writer.member("shortNames", kind.shortNames) }
      if kind == .pod || kind == .service { writer.member("categories", ["all"]) }
    }
  }

  private mutating func statusResource(_ kind: ObjectKind) {
    object { writer in
      writer.member("name", "\(kind.resource)/status")
      writer.member("singularName", "")
      writer.key("namespaced")
      writer.boolean(kind.isNamespaced)
      writer.member("kind", kind.name)
      writer.member("verbs", ["get"])
    }
  }

  /// `/`: the paths that there are.
  mutating func paths() {
    let versions = APIRoute.servedGroups.filter { !$0.isEmpty }.flatMap { ["/apis/\($0)", "/apis/\($0)/v1"] }
    object { writer in
      writer.member(
        "paths", ["/api", "/api/v1", "/apis"] + versions + ["/healthz", "/livez", "/readyz", "/version"])
    }
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

extension ObjectKind {
  /// One object, as kubectl says it: `service`; Endpoints are called so alone or together.
  fileprivate var singularName: String { self == .endpoints ? "endpoints" : name.asciiLowercased }
}

extension String {
  fileprivate var asciiLowercased: String {
    String(decoding: utf8.map { (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains($0) ? $0 | 0x20 : $0 }, as: UTF8.self)
  }
}
