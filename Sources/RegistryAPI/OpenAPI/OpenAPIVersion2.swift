import ClusterModel

/// `/openapi/v2`: what kubectl still asks of version 2 when a file holds a `List`, and nothing else: whether the server checks
/// fields itself. So it says of each kind that its PATCH takes `fieldValidation`; everything there is to know of the fields
/// is in version 3.
enum OpenAPIVersion2 {
  /// The form that kubectl reads: gnostic's message `openapi.v2.Document`. It asks for it with an `@`, which is no media type.
  static let mediaType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"

  static let document: [UInt8] = {
    var writer = ProtobufWriter()
    writer.text(1, "2.0")
    writer.message(2) { info in
      info.text(1, "clusterdns")
      info.text(2, "v1")
    }
    writer.message(8) { paths in for kind in ObjectKind.allCases { paths.message(2) { $0.path(of: kind) } } }
    return writer.bytes
  }()
}

extension ProtobufWriter {
  /// `NamedPathItem`: the path of an object, and in it PATCH alone.
  fileprivate mutating func path(of kind: ObjectKind) {
    let base = kind.group.isEmpty ? "/api/v1" : "/apis/\(kind.apiVersion)"
    let scope = kind.isNamespaced ? "/namespaces/{namespace}" : ""
    text(1, "\(base)\(scope)/\(kind.resource)/{name}")
    message(2) { item in item.message(8) { $0.patch(of: kind) } }
  }

  /// `Operation`: its parameter `fieldValidation`, and the kind that it is for.
  private mutating func patch(of kind: ObjectKind) {
    message(8) { item in item.message(1) { $0.message(2) { $0.message(3) { $0.validationParameter() } } } }
    message(13) { note in
      note.text(1, "x-kubernetes-group-version-kind")
      note.message(2) { value in
        value.text(2, "group: \(kind.group.quoted)\nkind: \(kind.name)\nversion: \(kind.version)\n")
      }
    }
  }

  /// `QueryParameterSubSchema`.
  private mutating func validationParameter() {
    text(2, "query")
    text(4, "fieldValidation")
  }
}
