import ClusterModel

// The API's description of itself in OpenAPI 3.0, one document a group version, made from the tables of fields that decoding
// and patches go by. kubectl reads it for `explain`, for what `apply` merges, and to see that the server checks fields.

/// The documents, made once when somebody first asks.
enum OpenAPI {
  /// One document, and its hash, by which clients know whether theirs is the same.
  struct Document: Sendable {
    let group: String
    let json: [UInt8]
    let hash: String
  }

  /// One document for each group, the core first.
  static let documents: [Document] = groups.map { group in
    let json = document(of: group)
    return Document(group: group, json: json, hash: ContentHash.text(of: json))
  }

  /// The groups with kinds that the registry keeps objects of.
  static let groups = ServedResource.groups.filter { ServedResource.of($0).contains { $0.object != nil } }

  /// Where the documents are: the reply to `/openapi/v3`.
  static let root: [UInt8] = {
    var writer = JSONWriter()
    writer.object { writer in
      writer.key("paths")
      writer.object { writer in
        for document in documents {
          writer.key(path(of: document.group))
          writer.object { writer in
            writer.member("serverRelativeURL", "/openapi/v3/\(path(of: document.group))?hash=\(document.hash)")
          }
        }
      }
    }
    return writer.bytes
  }()

  /// `api/v1`, `apis/GROUP/v1`.
  static func path(of group: String) -> String { group.isEmpty ? "api/v1" : "apis/\(group)/v1" }

  private static func document(of group: String) -> [UInt8] {
    let resources = ServedResource.of(group)
    let components = ComponentTable(of: resources)
    var writer = JSONWriter()
    writer.object { writer in
      writer.member("openapi", "3.0.0")
      writer.key("info")
      writer.object { writer in
        writer.member("title", "clusterdns")
        writer.member("version", "v1.36.0")
      }
      writer.key("paths")
      writer.object { writer in for resource in resources { writer.paths(of: resource) } }
      writer.key("components")
      writer.object { writer in
        writer.key("schemas")
        writer.object { components.write(to: &$0) }
      }
    }
    return writer.bytes
  }
}

/// A hash by which two contents of ours are told apart: FNV-1a of 64 bits.
enum ContentHash {
  static func text(of octets: [UInt8]) -> String {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for octet in octets { hash = (hash ^ UInt64(octet)) &* 0x100_0000_01B3 }
    let digits = String(hash, radix: 16, uppercase: true)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
