import Registry

/// Who asks, and what they may do.
struct Access: Sendable, Hashable {
  /// The name, as answers and logs have it.
  let user: String
  /// What the user may do: what any of them allows.
  let roles: [Role]

  /// Programs on this machine, where the API asks for no login.
  static let local = Access(user: "local", roles: [.admin])

  /// Who has not said who it is.
  static let nobody = Access(user: "system:anonymous", roles: [])

  /// What a token or a client certificate gives.
  enum Role: Sendable, Hashable {
    /// Sees everything, changes nothing.
    case read
    /// Sees what is in one namespace, and keeps its Pods and Leases.
    case register(namespace: String)
    /// Does everything.
    case admin
  }

  /// Whether the user may do this.
  ///
  /// - Parameters:
  ///   - verb: as Kubernetes has it: `get`, `list`, `watch`, `create`, `update`, `patch`, `delete`, `deletecollection`.
  ///   - group: the API group; empty for the core.
  ///   - resource: the resource, with its subresource: `pods`, `pods/status`.
  ///   - namespace: empty for objects without one, and for all namespaces.
  ///   - name: empty for no object in particular.
  func allows(verb: String, group: String, resource: String, namespace: String, name: String = "") -> Bool {
    roles.contains { $0.allows(verb, group, resource, namespace, name) }
  }

  /// The Status of a request that is not allowed.
  func refusal(verb: String, group: String, resource: String, namespace: String, name: String = "") -> RegistryError {
    let base = String(resource.prefix { $0 != "/" })
    let qualified = group.isEmpty ? base : "\(base).\(group)"
    let scope = namespace.isEmpty ? "at the cluster scope" : "in the namespace \(namespace.quoted)"
    let subject = name.isEmpty ? qualified : "\(qualified) \(name.quoted)"
    return RegistryError(
      .forbidden,
      "\(subject) is forbidden: User \(user.quoted) cannot \(verb) resource \(resource.quoted) in API group \(group.quoted) \(scope)",
      RegistryError.Details(name: name, group: group, kind: base))
  }
}

extension Access.Role {
  static let readingVerbs: Set<String> = ["get", "list", "watch"]
  static let registered: Set<String> = ["pods", "pods/status", "leases", "events"]

  fileprivate func allows(
    _ verb: String, _ group: String, _ resource: String, _ namespace: String, _ name: String
  ) -> Bool {
    switch self {
    case .admin: true
    case .read: Self.readingVerbs.contains(verb)
    case .register(let own) where namespace == own:
      Self.readingVerbs.contains(verb) || Self.registered.contains(resource) && verb != "deletecollection"
    case .register(let own): verb == "get" && group.isEmpty && resource == "namespaces" && name == own
    }
  }
}

extension Access.Role {
  /// `read`, `register:NAMESPACE` or `admin`; `nil` for anything else.
  init?(_ text: some StringProtocol) {
    let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    switch (parts.first, parts.count) {
    case ("read", 1): self = .read
    case ("admin", 1): self = .admin
    case ("register", 2) where !parts[1].isEmpty: self = .register(namespace: String(parts[1]))
    default: return nil
    }
  }
}
