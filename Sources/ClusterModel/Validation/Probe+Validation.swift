extension Validator {
  /// What Kubernetes would refuse in a readiness probe, in its words and order. Defaults must have been applied.
  mutating func probe(_ probe: Probe, _ path: String) {
    handlers(of: probe, path)
    let numbers = [
      ("initialDelaySeconds", probe.initialDelaySeconds), ("timeoutSeconds", probe.timeoutSeconds),
      ("periodSeconds", probe.periodSeconds), ("successThreshold", probe.successThreshold),
      ("failureThreshold", probe.failureThreshold),
    ]
    for (name, value) in numbers where value < 0 {
      invalid("\(path).\(name)", String(value), "must be greater than or equal to 0")
    }
    if probe.terminationGracePeriodSeconds != nil {
      forbidden("\(path).terminationGracePeriodSeconds", "must not be set for readinessProbes")
    }
  }

  /// Exactly one handler, and what each must have.
  private mutating func handlers(of probe: Probe, _ path: String) {
    let given = [
      ("exec", !probe.exec.isEmpty), ("httpGet", probe.httpGet != nil), ("tcpSocket", probe.tcpSocket != nil),
      ("grpc", probe.grpc != nil),
    ].filter(\.1)
    if given.isEmpty { required(path, "must specify a handler type") }
    for (name, _) in given.dropFirst() { forbidden("\(path).\(name)", "may not specify more than 1 handler type") }
    guard let (name, _) = given.first else { return }
    let inner = "\(path).\(name)"
    if name == "httpGet", let action = probe.httpGet { http(action, inner) }
    if name == "tcpSocket", let action = probe.tcpSocket { handlerPort(action.port, "\(inner).port") }
    if name == "grpc", let action = probe.grpc { portNumber(action.port, "\(inner).port") }
  }

  private mutating func http(_ action: HTTPGetAction, _ path: String) {
    if action.path.isEmpty { required("\(path).path") }
    handlerPort(action.port, "\(path).port")
    if !["", "HTTP", "HTTPS"].contains(action.scheme) {
      let detail = "supported values: \"HTTP\", \"HTTPS\""
      append(FieldError("\(path).scheme", .notSupported, badValue: action.scheme.quoted, detail))
    }
    for (index, header) in action.httpHeaders.enumerated() where !NameSyntax.isToken(header.name) {
      let detail =
        "a valid HTTP header must consist of alphanumeric characters or '-' (e.g. 'X-Header-Name', regex used for "
        + "validation is '[-A-Za-z0-9]+')"
      invalid("\(path).httpHeaders[\(index)]", header.name.quoted, detail)
    }
  }

  private mutating func handlerPort(_ port: PortReference, _ path: String) {
    switch port {
    case .number(let number): portNumber(number, path)
    case .name(let name): check(name, path, NameSyntax.portName)
    }
  }
}

extension NameSyntax {
  /// Whether a text can be the name of a header field: letters, digits and `-`.
  fileprivate static func isToken(_ name: String) -> Bool {
    !name.isEmpty
      && name.unicodeScalars.allSatisfy {
        $0 == "-" || $0.isASCII && $0.properties.isAlphabetic || ("0"..."9").contains($0)
      }
  }
}
