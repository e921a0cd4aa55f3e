import ClusterModel
import Registry

/// What a client gets: the status code, the kind of the content, and the content.
struct APIReply: Sendable {
  var code: Int
  var contentType: String
  var body: [UInt8]
  /// What the client should know beside the reply; each becomes a header `Warning` (RFC 7234 §5.5).
  var warnings: [String] = []
  /// Whether a browser shows it as a page, within ``WebPage/policy``.
  var isPage = false

  /// JSON, with 200 unless another code is given.
  static func json(code: Int = 200, _ write: (inout JSONWriter) -> Void) -> APIReply {
    var writer = JSONWriter()
    write(&writer)
    writer.finishDocument()
    return APIReply(code: code, contentType: "application/json", body: writer.bytes)
  }

  /// JSON that is there already.
  init(json: [UInt8]) { self.init(code: 200, contentType: "application/json", body: json) }

  private init(code: Int, contentType: String, body: [UInt8]) {
    self.code = code
    self.contentType = contentType
    self.body = body
  }

  /// Plain text, as the probes have it.
  static func text(_ text: String) -> APIReply {
    APIReply(code: 200, contentType: "text/plain; charset=utf-8", body: Array(text.utf8))
  }

  /// What kubectl asks of version 2 of OpenAPI.
  static let oldDescription = APIReply(
    code: 200, contentType: OpenAPIVersion2.mediaType, body: OpenAPIVersion2.document)

  /// A page for people.
  static func page(_ html: String) -> APIReply {
    var reply = APIReply(code: 200, contentType: "text/html; charset=utf-8", body: Array(html.utf8))
    reply.isPage = true
    return reply
  }

  /// A Status object that says why not.
  static func failure(_ error: RegistryError) -> APIReply {
    var reply = json(code: error.reason.code) { $0.status(error) }
    reply.warnings = error.advice
    return reply
  }

  /// One object.
  static func object(_ object: ClusterObject, code: Int = 200, warnings: [String] = []) -> APIReply {
    var reply = json(code: code) { object.write(to: &$0) }
    reply.warnings = warnings
    return reply
  }

  /// A Status object that says that the object is gone.
  static func deleted(_ object: ClusterObject) -> APIReply {
    json { writer in
      writer.object { writer in
        writer.statusHead("Success")
        writer.key("details")
        writer.object { writer in
          writer.member("name", object.metadata.name)
          if !object.kind.group.isEmpty { writer.member("group", object.kind.group) }
          writer.member("kind", object.kind.resource)
          writer.member("uid", object.metadata.uid.description)
        }
      }
    }
  }
}

extension JSONWriter {
  /// A `Status` of `Failure` (Kubernetes API conventions, "Response status kind").
  mutating func status(_ error: RegistryError) {
    object { writer in
      writer.statusHead("Failure")
      writer.member("message", error.message)
      writer.member("reason", error.reason.rawValue)
      if let details = error.details {
        writer.key("details")
        writer.details(details)
      }
      writer.key("code")
      writer.number(error.reason.code)
    }
  }

  /// What every Status begins with.
  fileprivate mutating func statusHead(_ status: String) {
    member("kind", "Status")
    member("apiVersion", "v1")
    key("metadata")
    object { _ in }
    member("status", status)
  }

  private mutating func details(_ details: RegistryError.Details) {
    object { writer in
      if !details.name.isEmpty { writer.member("name", details.name) }
      if !details.group.isEmpty { writer.member("group", details.group) }
      if !details.kind.isEmpty { writer.member("kind", details.kind) }
      if !details.causes.isEmpty {
        writer.key("causes")
        writer.array { writer in for cause in details.causes { writer.cause(cause) } }
      }
      if details.retryAfterSeconds > 0 {
        writer.key("retryAfterSeconds")
        writer.number(details.retryAfterSeconds)
      }
    }
  }

  private mutating func cause(_ cause: RegistryError.Cause) {
    object { writer in
      writer.member("reason", cause.reason)
      writer.member("message", cause.message)
      if !cause.field.isEmpty { writer.member("field", cause.field) }
    }
  }

  /// A member whose value is text.
  mutating func member(_ name: String, _ value: String) {
    key(name)
    string(value)
  }

  /// A member whose value is a list of texts.
  mutating func member(_ name: String, _ values: [String]) {
    key(name)
    array { writer in for value in values { writer.string(value) } }
  }
}
