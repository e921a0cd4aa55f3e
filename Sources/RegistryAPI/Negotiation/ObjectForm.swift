import Registry

/// What a client gets of objects.
enum ObjectForm: Sendable, Equatable {
  /// All of them.
  case whole
  /// Their metadata alone: `PartialObjectMetadata`.
  case metadata(MetaVersion)
  /// Rows for people to read: `Table`.
  case table(MetaVersion, IncludedObject)

  /// What a request's path stands for.
  enum Subject: Sendable, Equatable {
    case object
    case list
    /// Events, which come in JSON alone.
    case watch
  }
}

/// The version of the group `meta.k8s.io` that a client knows.
enum MetaVersion: String, Sendable, Equatable {
  case v1
  case v1beta1

  /// As documents have it.
  var apiVersion: String { "meta.k8s.io/\(rawValue)" }
}

/// How much of an object a row of a table carries: the parameter `includeObject`.
enum IncludedObject: String, Sendable, Equatable {
  case none = "None"
  case metadata = "Metadata"
  case object = "Object"

  /// - Throws: `BadRequest` for what is none of them; no text is `Metadata`.
  init(parsing text: String) throws(RegistryError) {
    guard let included = text.isEmpty ? .metadata : Self(rawValue: text) else {
      throw RegistryError(.badRequest, "unrecognized includeObject value: \"\(text)\"")
    }
    self = included
  }
}

extension ObjectForm {
  /// The form that a client wants most of those that there are.
  ///
  /// - Throws: `NotAcceptable` when there is none, `BadRequest` for an `includeObject` that is none.
  init(_ request: APIRequest, for subject: Subject) throws(RegistryError) {
    let included = try IncludedObject(parsing: request.query["includeObject"] ?? "")
    self = try Negotiation.first(request.accept, default: .whole) { range in
      guard let notation = Notation(range), subject != .watch || notation == .json else { return nil }
      return ObjectForm(range.parameters, for: subject, included)
    }
  }

  /// The form that the parameters of a media type ask for; `nil` for one that there is not.
  private init?(_ parameters: [String: String], for subject: Subject, _ included: IncludedObject) {
    guard let name = parameters["as"] else {
      self = .whole
      return
    }
    guard parameters["g"] == "meta.k8s.io", let version = MetaVersion(rawValue: parameters["v"] ?? "") else {
      return nil
    }
    switch (name, subject) {
    case ("Table", _): self = .table(version, included)
    case ("PartialObjectMetadata", .object), ("PartialObjectMetadata", .watch): self = .metadata(version)
    case ("PartialObjectMetadataList", .list): self = .metadata(version)
    default: return nil
    }
  }
}
