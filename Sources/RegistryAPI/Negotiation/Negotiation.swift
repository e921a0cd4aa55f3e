import ClusterModel
import Registry

/// The choice among what a client takes (RFC 9110 §12.5.1), as Kubernetes makes it.
enum Negotiation {
  /// The first form that is offered for a clause of Accept, from what is wanted most on; `fallback` for who says nothing.
  ///
  /// - Throws: `NotAcceptable` when there is none.
  static func first<Form>(
    _ accept: String, default fallback: Form, _ offer: (MediaRange) -> Form?
  ) throws(RegistryError) -> Form {
    if accept.isEmpty { return fallback }
    for range in MediaRange.list(accept) {
      if let form = offer(range) { return form }
    }
    throw .notAcceptable
  }
}

/// How a reply is written down.
enum Notation: Sendable, Equatable {
  case json
  case yaml

  /// The notation that a clause of Accept takes; JSON before YAML.
  init?(_ range: MediaRange) {
    if range.takes("application", "json") {
      self = .json
    } else if range.takes("application", "yaml") {
      self = .yaml
    } else {
      return nil
    }
  }
}

extension APIReply {
  /// The reply in the notation that the client wants most.
  func noted(for accept: String) -> APIReply {
    guard accept.contains("yaml"), contentType == "application/json",
      MediaRange.list(accept).lazy.compactMap({ Notation($0) }).first == .yaml,
      var reader = try? JSONReader(body), let document = try? reader.next()
    else { return self }
    var reply = self
    reply.contentType = "application/yaml"
    reply.body = Array(YAMLText(document).text.utf8)
    return reply
  }
}

extension RegistryError {
  /// Nothing that the client takes is there.
  static let notAcceptable = RegistryError(
    .notAcceptable, "only the following media types are accepted: application/json, application/yaml")
}
