import ClusterModel
import Registry

/// Makes objects of documents that clients send, as strictly as they ask for.
struct ObjectReader: Sendable {
  let kind: ObjectKind
  let validation: FieldValidation

  /// An object, and what was noticed on the way.
  struct Reading: Sendable {
    var object: ClusterObject
    /// Values that no object can hold; the object is to be refused for them, together with what else is wrong with it.
    var unreadable: [DocumentProblem]
    /// What the client is told whatever becomes of the object.
    var warnings: [String]
  }

  /// The object of a body.
  ///
  /// - Throws: `BadRequest` for bodies that are no such object, with all that is wrong as advice.
  func object(of request: APIRequest) throws(RegistryError) -> Reading {
    let node = try BodyDocument.document(of: request, expecting: BodyDocument.Expectation(kind))
    return try reading(node) { detail in
      RegistryError(
        .badRequest, "\(kind.name) in version \(kind.version.quoted) cannot be handled as a \(kind.name): \(detail)")
    }
  }

  /// The object of a document that a patch has made.
  ///
  /// - Throws: `Invalid`, as Kubernetes reports such patches.
  func object(patched node: DocumentNode, by patch: String) throws(RegistryError) -> Reading {
    try reading(node) { detail in
      let error = FieldError("patch", .invalid, badValue: patch.quoted, detail)
      return RegistryError(
        .invalid, " \"\" is invalid: \(error)", RegistryError.Details(causes: [RegistryError.Cause(error)]))
    }
  }

  private func reading(
    _ node: DocumentNode, _ refusal: (String) -> RegistryError
  ) throws(RegistryError) -> Reading {
    let (object, problems) = ClusterObject.decode(node, as: kind, interner: StringInterner())
    let lenient = validation == .ignore ? [] : problems.filter(\.isLenient)
    let advice = problems.compactMap(\.advice)
    if let wrong = problems.first(where: { !$0.isLenient && $0.fieldError == nil }) {
      throw refusal(wrong.kubernetesMessage).advising(advice)
    }
    if validation == .strict, !lenient.isEmpty {
      let list = lenient.map(\.kubernetesMessage).joined(separator: ", ")
      throw refusal("strict decoding error: \(list)").advising(advice)
    }
    let warnings = lenient.map(\.kubernetesMessage) + (lenient.isEmpty ? [] : advice)
    return Reading(object: object, unreadable: problems.filter { $0.fieldError != nil }, warnings: warnings)
  }
}

extension ObjectReader.Reading {
  /// Refuses the object for values that could not be read, and for what is wrong with it beside them.
  func refuseUnreadable() throws(RegistryError) {
    guard !unreadable.isEmpty else { return }
    var object = object
    object.applyDefaults()
    throw RegistryError.invalid(object.key, object.fieldErrors(after: unreadable)).advising(warnings)
  }
}

extension DocumentProblem {
  /// What to write instead: `spec.port: unknown field; did you mean ports?`; `nil` where Kubernetes' words say it.
  fileprivate var advice: String? {
    switch reason {
    case .unknownField(nearest: .some), .wrongType: description
    case .unknownField, .duplicateField, .invalid: nil
    }
  }
}

extension RegistryError {
  /// The error with warnings for the client beside it.
  func advising(_ advice: [String]) -> RegistryError {
    var copy = self
    copy.advice = advice
    return copy
  }
}
