import ClusterModel
import Registry

// What the API says of itself in one reply: the group `apidiscovery.k8s.io` (KEP-3352).

/// The form in which a client wants discovery.
enum DiscoveryForm: Sendable, Equatable {
  /// Group by group.
  case plain
  /// All at once, in this version.
  case aggregated(AggregatedVersion)

  /// The versions of aggregated discovery, which differ in their name only.
  enum AggregatedVersion: String, Sendable {
    case v2
    case v2beta1
  }

  /// - Throws: `NotAcceptable` when there is no form that the client takes.
  init(accept: String) throws(RegistryError) {
    self = try Negotiation.first(accept, default: .plain) { range in
      guard Notation(range) != nil else { return nil }
      guard let name = range.parameters["as"] else { return .plain }
      guard name == "APIGroupDiscoveryList", range.parameters["g"] == "apidiscovery.k8s.io" else { return nil }
      return AggregatedVersion(rawValue: range.parameters["v"] ?? "").map { .aggregated($0) }
    }
  }
}

extension APIReply {
  /// The resources of some groups in one reply, whose type says so.
  static func discovery(of groups: [String], _ version: DiscoveryForm.AggregatedVersion) -> APIReply {
    var reply = json { $0.discovery(of: groups, version) }
    reply.contentType += ";g=apidiscovery.k8s.io;v=\(version.rawValue);as=APIGroupDiscoveryList"
    return reply
  }
}

extension JSONWriter {
  fileprivate mutating func discovery(of groups: [String], _ version: DiscoveryForm.AggregatedVersion) {
    object { writer in
      writer.member("kind", "APIGroupDiscoveryList")
      writer.member("apiVersion", "apidiscovery.k8s.io/\(version.rawValue)")
      writer.key("metadata")
      writer.object { _ in }
      writer.key("items")
      writer.array { writer in for group in groups { writer.discovery(of: group) } }
    }
  }

  private mutating func discovery(of group: String) {
    object { writer in
      writer.key("metadata")
      writer.object { if !group.isEmpty { $0.member("name", group) } }
      writer.key("versions")
      writer.array { writer in
        writer.object { writer in
          writer.member("version", "v1")
          writer.key("resources")
          writer.array { writer in for resource in ServedResource.of(group) { writer.discovery(of: resource) } }
          writer.member("freshness", "Current")
        }
      }
    }
  }

  private mutating func discovery(of resource: ServedResource) {
    object { writer in
      writer.member("resource", resource.name)
      writer.responseKind(resource.kind)
      writer.member("scope", resource.isNamespaced ? "Namespaced" : "Cluster")
      writer.member("singularResource", resource.singularName)
      writer.member("verbs", resource.verbs)
      if !resource.shortNames.isEmpty { writer.member("shortNames", resource.shortNames) }
      if !resource.categories.isEmpty { writer.member("categories", resource.categories) }
      if !resource.subresources.isEmpty {
        writer.key("subresources")
        writer.array { writer in
          for subresource in resource.subresources { writer.discovery(of: subresource, kind: resource.kind) }
        }
      }
    }
  }

  private mutating func discovery(of subresource: ServedResource.Subresource, kind: String) {
    object { writer in
      writer.member("subresource", subresource.name)
      writer.responseKind(kind)
      writer.member("verbs", subresource.verbs)
    }
  }

  /// The kind of the replies; an empty group and version mean those of the resource.
  private mutating func responseKind(_ kind: String) {
    key("responseKind")
    object { writer in
      writer.member("group", "")
      writer.member("version", "")
      writer.member("kind", kind)
    }
  }
}
