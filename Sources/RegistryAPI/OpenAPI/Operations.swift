import ClusterModel

// The operations of each path: those that the resource has verbs for.

/// One operation on a path.
private struct Operation {
  /// The method of HTTP, in small letters.
  let method: String
  /// The verb that discovery tells.
  let verb: String
  /// What the operation's name begins with.
  let prefix: String
  /// What Kubernetes calls it in `x-kubernetes-action`.
  let action: String
  let parameters: [Parameter]
  var codes = [200]

  /// The operations on all objects of a kind.
  static let collection = [
    Operation(method: "get", verb: "list", prefix: "list", action: "list", parameters: .listing),
    Operation(
      method: "post", verb: "create", prefix: "create", action: "post", parameters: .writing, codes: [200, 201, 202]),
    Operation(
      method: "delete", verb: "deletecollection", prefix: "deleteCollection", action: "deletecollection",
      parameters: .listing + .deleting),
  ]

  /// The operations on one object.
  static let item = [
    Operation(method: "get", verb: "get", prefix: "read", action: "get", parameters: []),
    Operation(
      method: "put", verb: "update", prefix: "replace", action: "put", parameters: .writing, codes: [200, 201]),
    Operation(
      method: "delete", verb: "delete", prefix: "delete", action: "delete", parameters: .deleting, codes: [200, 202]),
    Operation(
      method: "patch", verb: "patch", prefix: "patch", action: "patch", parameters: .writing + [.force],
      codes: [200, 201]),
  ]
}

/// One parameter of a query or a path.
private struct Parameter {
  let name: String
  var type = "string"
  let description: String
  var isInPath = false

  static let force = Parameter(
    name: "force", type: "boolean", description: "Whether an applier takes fields that others have set.")
  static let pretty = Parameter(name: "pretty", description: "Taken and passed over: replies are compact.")
  static let name = Parameter(name: "name", description: "The object's name.", isInPath: true)
  static let namespace = Parameter(name: "namespace", description: "The object's namespace.", isInPath: true)
}

extension [Parameter] {
  fileprivate static let writing = [
    Parameter(name: "dryRun", description: "All, to check everything and change nothing."),
    Parameter(name: "fieldManager", description: "Who sets the fields, as managedFields notes it."),
    Parameter(
      name: "fieldValidation",
      description: "What unknown and repeated fields are: Strict refuses them, Warn tells of them, Ignore drops them."),
  ]

  fileprivate static let deleting = [
    Parameter(name: "dryRun", description: "All, to check everything and change nothing."),
    Parameter(
      name: "gracePeriodSeconds", type: "integer", description: "How long the object may take to end, in seconds."),
    Parameter(
      name: "orphanDependents", type: "boolean",
      description: "Whether objects that belong to this one stay; use propagationPolicy."),
    Parameter(name: "propagationPolicy", description: "What becomes of them: Orphan, Background or Foreground."),
  ]

  fileprivate static let listing = [
    Parameter(
      name: "allowWatchBookmarks", type: "boolean", description: "Whether a watch may tell versions without a change."),
    Parameter(name: "continue", description: "The token of an earlier part of the list."),
    Parameter(name: "fieldSelector", description: "What fields must be, such as metadata.name=web."),
    Parameter(name: "labelSelector", description: "What labels must be, such as app in (web, api)."),
    Parameter(name: "limit", type: "integer", description: "The most objects of one reply."),
    Parameter(name: "resourceVersion", description: "The version that the reply is not to be older than."),
    Parameter(name: "resourceVersionMatch", description: "NotOlderThan, or Exact for that version alone."),
    Parameter(
      name: "sendInitialEvents", type: "boolean", description: "Whether a watch begins with the objects there are."),
    Parameter(name: "timeoutSeconds", type: "integer", description: "After how long the watch ends, in seconds."),
    Parameter(name: "watch", type: "boolean", description: "Whether changes are told as they come."),
  ]
}

extension JSONWriter {
  /// The paths of a resource: all of its objects, those of one namespace, one object, and what lies below it.
  mutating func paths(of resource: ServedResource) {
    guard let kind = resource.object else { return }
    let base = "/\(OpenAPI.path(of: resource.group))"
    let scope = resource.isNamespaced ? "\(base)/namespaces/{namespace}" : base
    let places: [Parameter] = resource.isNamespaced ? [.namespace] : []
    path("\(scope)/\(resource.name)", Operation.collection, resource.verbs, kind, suffix: "", places)
    path("\(scope)/\(resource.name)/{name}", Operation.item, resource.verbs, kind, suffix: "", [.name] + places)
    for subresource in resource.subresources {
      path(
        "\(scope)/\(resource.name)/{name}/\(subresource.name)", Operation.item, subresource.verbs, kind,
        suffix: subresource.name.capitalizedFirst, [.name] + places)
    }
    guard resource.isNamespaced else { return }
    path(
      "\(base)/\(resource.name)", Operation.collection.filter { $0.method == "get" }, resource.verbs, kind,
      suffix: "ForAllNamespaces", [])
  }

  private mutating func path(
    _ path: String, _ operations: [Operation], _ verbs: [String], _ kind: ObjectKind, suffix: String,
    _ places: [Parameter]
  ) {
    key(path)
    object { writer in
      for operation in operations where verbs.contains(operation.verb) {
        writer.key(operation.method)
        writer.operation(operation, kind, suffix: suffix)
      }
      writer.parameters(places + [.pretty])
    }
  }

  private mutating func operation(_ operation: Operation, _ kind: ObjectKind, suffix: String) {
    let package = ComponentName.package(of: kind.group)
    object { writer in
      writer.member("tags", ["\(package)_v1"])
      writer.member("operationId", operation.name(of: kind, package, suffix: suffix))
      if !operation.parameters.isEmpty { writer.parameters(operation.parameters) }
      writer.requestBody(of: operation, kind)
      writer.responses(of: operation, kind)
      writer.member("x-kubernetes-action", operation.action)
      writer.key("x-kubernetes-group-version-kind")
      writer.groupVersionKind(group: kind.group, kind: kind.name)
    }
  }

  private mutating func parameters(_ parameters: [Parameter]) {
    key("parameters")
    array { writer in
      for parameter in parameters {
        writer.object { writer in
          writer.member("name", parameter.name)
          writer.member("in", parameter.isInPath ? "path" : "query")
          writer.description(parameter.description)
          if parameter.isInPath { writer.flag("required") }
          writer.key("schema")
          writer.object { writer in
            writer.member("type", parameter.type)
            writer.flag("uniqueItems")
          }
        }
      }
    }
  }

  private mutating func requestBody(of operation: Operation, _ kind: ObjectKind) {
    let (types, schema) = operation.content(kind)
    guard let schema else { return }
    key("requestBody")
    object { writer in
      writer.content(types, schema)
      if operation.method != "delete" { writer.flag("required") }
    }
  }

  private mutating func responses(of operation: Operation, _ kind: ObjectKind) {
    let schema =
      switch operation.action {
      case "list": kind.listComponent
      case "deletecollection": ComponentName.status
      default: kind.component
      }
    key("responses")
    object { writer in
      for code in operation.codes {
        writer.key(String(code))
        writer.object { writer in
          writer.description("OK")
          writer.content(["application/json", "application/yaml"], schema)
        }
      }
    }
  }

  private mutating func content(_ types: [String], _ schema: ComponentName) {
    key("content")
    object { writer in
      for type in types {
        writer.key(type)
        writer.object { writer in
          writer.key("schema")
          writer.schema(schema)
        }
      }
    }
  }
}

extension Operation {
  /// `readCoreV1NamespacedService`, `listCoreV1ServiceForAllNamespaces`.
  fileprivate func name(of kind: ObjectKind, _ package: String, suffix: String) -> String {
    let isOfAll = suffix == "ForAllNamespaces"
    let scope = kind.isNamespaced && !isOfAll ? "Namespaced" : ""
    return "\(prefix)\(package.capitalizedFirst)V1\(scope)\(kind.name)\(suffix)"
  }

  /// What the operation takes as its body, in which types; nothing for reading.
  fileprivate func content(_ kind: ObjectKind) -> (types: [String], schema: ComponentName?) {
    switch method {
    case "post", "put": (["*/*"], kind.component)
    case "delete": (["*/*"], .deleteOptions)
    case "patch":
      (
        ["apply-patch+yaml", "json-patch+json", "merge-patch+json", "strategic-merge-patch+json"].map {
          "application/\($0)"
        }, .patch
      )
    default: ([], nil)
    }
  }
}

extension String {
  fileprivate var capitalizedFirst: String { prefix(1).uppercased() + dropFirst() }
}
