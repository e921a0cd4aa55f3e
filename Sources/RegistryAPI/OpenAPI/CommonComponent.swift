import ClusterModel

/// A component that all groups have and no object is made of, or that is no object.
struct CommonComponent: Sendable {
  let description: String
  /// `string`, `object`; empty for what is a number or a text.
  let type: String
  var format = ""
  var properties: [Property] = []

  /// A field with what its values are: `string`, `integer`, `boolean`, `object`, or `array` of texts.
  struct Property: Sendable {
    let name: String
    let type: String
    let description: String

    init(_ name: String, _ type: String, _ description: String) {
      (self.name, self.type, self.description) = (name, type, description)
    }
  }

  static let all: [(ComponentName, CommonComponent)] = [
    (.time, CommonComponent(description: "A time, as RFC 3339 has it.", type: "string", format: "date-time")),
    (
      .microTime,
      CommonComponent(
        description: "A time to the microsecond, as RFC 3339 has it.", type: "string", format: "date-time")
    ),
    (
      .intOrString,
      CommonComponent(description: "A number, or a name that stands for one.", type: "", format: "int-or-string")
    ),
    (.quantity, CommonComponent(description: "An amount, such as 500m, 2 or 1Gi.", type: "string")),
    (.fields, CommonComponent(description: "The fields that somebody set, as a tree of their names.", type: "object")),
    (.patch, CommonComponent(description: "Changes to an object, in the form that Content-Type says.", type: "object")),
    (.listMeta, CommonComponent(description: "What a list says of itself.", type: "object", properties: listFields)),
    (
      .deleteOptions,
      CommonComponent(description: "How an object is to be deleted.", type: "object", properties: deleteFields)
    ),
    (.status, CommonComponent(description: "How a request ended.", type: "object", properties: statusFields)),
  ]

  private static let listFields = [
    Property("continue", "string", "The token with which the list goes on; empty at its end."),
    Property("remainingItemCount", "integer", "How many objects the list leaves out."),
    Property("resourceVersion", "string", "The registry's version when the list was made."),
  ]

  private static let deleteFields = [
    Property("apiVersion", "string", "v1"),
    Property("kind", "string", "DeleteOptions"),
    Property("dryRun", "array", "All, to delete nothing."),
    Property("gracePeriodSeconds", "integer", "How long the object may take to end, in seconds."),
    Property("orphanDependents", "boolean", "Whether objects that belong to this one stay; use propagationPolicy."),
    Property("preconditions", "object", "The uid and resourceVersion that the object must have."),
    Property("propagationPolicy", "string", "Orphan, Background or Foreground."),
  ]

  private static let statusFields = [
    Property("apiVersion", "string", "v1"),
    Property("kind", "string", "Status"),
    Property("code", "integer", "The status code of HTTP."),
    Property("details", "object", "What the message is about, and its causes."),
    Property("message", "string", "What happened, for people."),
    Property("metadata", "object", "What the reply says of itself."),
    Property("reason", "string", "What happened, for programs."),
    Property("status", "string", "Success or Failure."),
  ]
}

extension JSONWriter {
  mutating func component(_ component: CommonComponent) {
    object { writer in
      writer.description(component.description)
      if component.type.isEmpty { writer.numberOrText() } else { writer.member("type", component.type) }
      if !component.format.isEmpty { writer.member("format", component.format) }
      guard !component.properties.isEmpty else { return }
      writer.key("properties")
      writer.object { writer in
        for property in component.properties {
          writer.key(property.name)
          writer.write(property)
        }
      }
    }
  }

  private mutating func numberOrText() {
    key("oneOf")
    array { writer in for type in ["integer", "string"] { writer.object { $0.member("type", type) } } }
  }

  private mutating func write(_ property: CommonComponent.Property) {
    object { writer in
      writer.description(property.description)
      writer.member("type", property.type)
      guard property.type == "array" else { return }
      writer.key("items")
      writer.object { $0.member("type", "string") }
    }
  }
}
