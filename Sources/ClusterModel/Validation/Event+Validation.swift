extension Event {
  /// The most octets of `reportingInstance` and `reason`.
  private static let wordLimit = 128
  /// The most octets of `message`.
  private static let messageLimit = 1024

  /// What Kubernetes would refuse in a new event, in its words and order.
  public func validate() -> [FieldError] {
    var validator = Validator()
    validator.metadata(metadata, of: .event, NameSyntax.dns1123Subdomain)
    let namespaces = involvedObject.namespace.isEmpty ? ["default", "kube-system"] : [involvedObject.namespace]
    if !namespaces.contains(metadata.namespace) {
      let detail = "does not match event.namespace"
      validator.invalid("involvedObject.namespace", involvedObject.namespace.quoted, detail)
    }
    if eventTime != nil { checkReport(&validator) }
    return validator.errors
  }

  /// What Kubernetes would refuse in a change from `old` to this event.
  public func validateUpdate(from old: Event) -> [FieldError] { validateMetadataUpdate(from: old) + validate() }

  /// The newer form must say who reports what.
  private func checkReport(_ validator: inout Validator) {
    if reportingComponent.isEmpty { validator.required("reportingController") }
    if reportingInstance.isEmpty { validator.required("reportingInstance") }
    if action.isEmpty { validator.required("action") }
    if reason.isEmpty { validator.required("reason") }
    if reportingInstance.utf8.count > Self.wordLimit { validator.tooLong("reportingInstance", Self.wordLimit) }
    if action.utf8.count > Self.wordLimit { validator.tooLong("action", Self.wordLimit) }
    if reason.utf8.count > Self.wordLimit { validator.tooLong("reason", Self.wordLimit) }
    if message.utf8.count > Self.messageLimit { validator.tooLong("message", Self.messageLimit) }
    if type != "Normal" && type != "Warning" { validator.invalid("type", type.quoted, "") }
  }
}
