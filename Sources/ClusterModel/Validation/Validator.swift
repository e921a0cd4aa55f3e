import NetworkAddresses

/// Gathers what is wrong with the fields of one object.
struct Validator {
  private(set) var errors: [FieldError] = []

  mutating func append(_ error: FieldError) { errors.append(error) }

  mutating func required(_ path: @autoclosure () -> String, _ detail: String = "") {
    errors.append(FieldError(path(), .required, detail))
  }

  mutating func forbidden(_ path: @autoclosure () -> String, _ detail: String) {
    errors.append(FieldError(path(), .forbidden, detail))
  }

  mutating func invalid(_ path: @autoclosure () -> String, _ value: String, _ detail: String) {
    errors.append(FieldError(path(), .invalid, badValue: value, detail))
  }

  mutating func duplicate(_ path: @autoclosure () -> String, _ value: String) {
    errors.append(FieldError(path(), .duplicate, badValue: value))
  }

  mutating func tooMany(_ path: @autoclosure () -> String, _ count: Int, _ limit: Int) {
    errors.append(FieldError(path(), .tooMany, badValue: String(count), "must have at most \(limit) items"))
  }

  mutating func tooLong(_ path: @autoclosure () -> String, _ limit: Int) {
    errors.append(FieldError(path(), .tooLong, "may not be more than \(limit) bytes"))
  }

  mutating func immutable(_ path: @autoclosure () -> String, _ value: String) {
    invalid(path(), value, "field is immutable")
  }

  /// One error for each thing that a check of form found in a text.
  mutating func check(_ text: String, _ path: @autoclosure () -> String, _ rule: (String) -> [String]) {
    for problem in rule(text) { invalid(path(), text.quoted, problem) }
  }

  /// A port's number: 1–65535.
  mutating func portNumber(_ port: Int32, _ path: @autoclosure () -> String) {
    for problem in NameSyntax.portNumber(port) { invalid(path(), String(port), problem) }
  }

  /// Labels and selectors.
  mutating func labels(_ labels: StringMap, _ path: String) {
    for label in labels {
      check(label.key, path, NameSyntax.qualifiedName)
      check(label.value, path, NameSyntax.labelValue)
    }
  }

  /// An address that traffic may be sent to (CVE-2021-25737): of no special range. IPv4-mapped addresses never come here.
  ///
  /// - Parameter mayBeLoopback: whether loopback is somebody's own affair.
  mutating func endpointAddress(
    _ address: IPAddress, mayBeLoopback: Bool = false, _ path: @autoclosure () -> String
  ) {
    let problem: String? =
      if address.isUnspecified {
        "may not be unspecified (\(address))"
      } else if address.isLoopback, !mayBeLoopback {
        "may not be in the loopback range (127.0.0.0/8, ::1/128)"
      } else if address.isLinkLocal {
        "may not be in the link-local range (169.254.0.0/16, fe80::/10)"
      } else if address.isLinkLocalMulticast {
        "may not be in the link-local multicast range (224.0.0.0/24, ff02::/10)"
      } else if address.isMulticast {
        "may not be in the multicast range (224.0.0.0/4, ff00::/8)"
      } else {
        nil
      }
    if let problem { invalid(path(), address.description.quoted, problem) }
  }
}

extension IPAddress {
  /// 224.0.0.0/24 or ff02::/16.
  fileprivate var isLinkLocalMulticast: Bool {
    switch self {
    case .v4(let address): address.bits >> 8 == 0xE00000
    case .v6(let address): address.high >> 48 == 0xFF02
    }
  }
}

extension ClusterObject {
  /// What Kubernetes would refuse in a new object, in its words and order; nothing when all is well.
  public func validate() -> [FieldError] {
    switch self {
    case .namespace(let object): object.validate()
    case .node(let object): object.validate()
    case .service(let object): object.validate()
    case .endpoints(let object): object.validate()
    case .endpointSlice(let object): object.validate()
    case .pod(let object): object.validate()
    case .lease(let object): object.validate()
    case .event(let object): object.validate()
    }
  }

  /// What Kubernetes would refuse in an object that was just decoded and defaulted: the values that could not be read
  /// first, then what `validate()` finds beside them.
  ///
  /// When a field has another type or is not known, only decoding's problems count: what follows from them is no news.
  public func fieldErrors(after problems: [DocumentProblem]) -> [FieldError] {
    let unreadable = problems.compactMap(\.fieldError)
    guard unreadable.count == problems.count else { return unreadable }
    if problems.isEmpty { return validate() }
    return unreadable
      + validate().filter { error in
        !unreadable.contains { $0.path == error.path || $0.path.hasPrefix(error.path + "[") }
      }
  }

  /// What Kubernetes would refuse in a change from another object of the same kind and name.
  public func validateUpdate(from old: ClusterObject) -> [FieldError] {
    switch (self, old) {
    case (.service(let new), .service(let old)): new.validateUpdate(from: old)
    case (.endpointSlice(let new), .endpointSlice(let old)): new.validateUpdate(from: old)
    case (.namespace(let new), .namespace(let old)): new.validateUpdate(from: old)
    case (.node(let new), .node(let old)): new.validateUpdate(from: old)
    case (.endpoints(let new), .endpoints(let old)): new.validateUpdate(from: old)
    case (.pod(let new), .pod(let old)): new.validateUpdate(from: old)
    case (.lease(let new), .lease(let old)): new.validateUpdate(from: old)
    case (.event(let new), .event(let old)): new.validateUpdate(from: old)
    default: [FieldError("kind", .invalid, badValue: kind.name.quoted, "field is immutable")]
    }
  }
}

extension KubernetesObject {
  /// What Kubernetes would refuse in a change of the metadata alone, and in the new object.
  func validateMetadataUpdate(from old: Self) -> [FieldError] {
    var validator = Validator()
    validator.metadataUpdate(metadata, from: old.metadata)
    return validator.errors
  }
}
