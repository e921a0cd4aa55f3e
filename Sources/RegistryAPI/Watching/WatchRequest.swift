import ClusterModel
import Registry

/// What a watch asks for: a list's parameters with `watch=true` (Kubernetes' ListOptions).
struct WatchRequest: Sendable {
  let kind: ObjectKind
  let selection: WatchSelection
  let start: Start
  /// Whether the client wants to hear now and then up to which version it has seen everything.
  let wantsBookmarks: Bool
  /// How long the watch is to go on, in seconds; `nil` for not said.
  let seconds: Int64?
  let form: WatchForm
  /// Who asks.
  let access: Access

  /// Where a watch begins.
  enum Start: Sendable, Equatable {
    /// With all objects there are, as if they had just been added; then a bookmark that says so, when it is wanted.
    case state(endsWithBookmark: Bool)
    /// With what changes behind a version.
    case after(UInt64)
    /// With what changes from now on.
    case now
  }
}

extension WatchRequest {
  /// - Returns: `nil` for a request that asks for no watch.
  /// - Throws: a Status in Kubernetes' words for parameters that cannot be read or do not go together.
  init?(_ request: APIRequest) throws(RegistryError) {
    guard request.method == "GET", case .list(let kind, let namespace) = request.route else { return nil }
    let options = try ListOptions(request.query, for: kind)
    guard options.isWatch else { return nil }
    self.kind = kind
    selection = WatchSelection(
      filter: RegistryFilter([kind], namespace: namespace, name: options.fields.name, labels: options.labels),
      fields: options.fields)
    start = try Self.start(request.query, options.version)
    wantsBookmarks = Self.flag(request.query["allowWatchBookmarks"]) ?? false
    seconds = try Self.seconds(request.query["timeoutSeconds"] ?? "")
    form = WatchForm(kind, try ObjectForm(request, for: .watch))
    access = request.access
  }

  private static func start(_ query: [String: String], _ version: UInt64) throws(RegistryError) -> Start {
    let wantsState = flag(query["sendInitialEvents"])
    let problems = problems(match: query["resourceVersionMatch"] ?? "", sendsInitialEvents: wantsState != nil)
    if !problems.isEmpty { throw .invalidOptions(problems) }
    switch (wantsState, version) {
    case (true?, _): return .state(endsWithBookmark: flag(query["allowWatchBookmarks"]) ?? false)
    case (nil, 0): return .state(endsWithBookmark: false)
    case (false?, 0): return .now
    default: return .after(version)
    }
  }

  /// What Kubernetes forbids: `resourceVersionMatch` belongs to `sendInitialEvents`, and must be `NotOlderThan` there.
  private static func problems(match: String, sendsInitialEvents: Bool) -> [FieldError] {
    let path = "resourceVersionMatch"
    var problems: [FieldError] = []
    if sendsInitialEvents, match != "NotOlderThan" {
      problems.append(
        FieldError(path, .forbidden, "sendInitialEvents requires setting resourceVersionMatch to NotOlderThan"))
    }
    if match.isEmpty { return problems }
    if !sendsInitialEvents {
      problems.append(
        FieldError(
          path, .forbidden, "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided"))
    }
    if match != "NotOlderThan" {
      problems.append(
        FieldError(path, .notSupported, badValue: match.quoted, "supported values: \"NotOlderThan\""))
    }
    return problems
  }

  /// Go's `strconv.ParseBool`; `nil` for nothing and for what is none.
  private static func flag(_ text: String?) -> Bool? {
    switch text {
    case "1", "t", "T", "true", "True", "TRUE": true
    case "0", "f", "F", "false", "False", "FALSE": false
    default: nil
    }
  }

  private static func seconds(_ text: String) throws(RegistryError) -> Int64? {
    if text.isEmpty { return nil }
    guard let seconds = Int64(text) else {
      throw RegistryError(.badRequest, "strconv.ParseInt: parsing \(text.quoted): invalid syntax")
    }
    return seconds > 0 ? seconds : nil
  }
}

extension RegistryError {
  /// Parameters that do not go together.
  fileprivate static func invalidOptions(_ problems: [FieldError]) -> RegistryError {
    let causes = problems.map { Cause(reason: $0.kind.reason, message: $0.message, field: $0.path) }
    return RegistryError(
      .invalid, "ListOptions.meta.k8s.io \"\" is invalid: \(problems.aggregateMessage)",
      Details(group: "meta.k8s.io", kind: "ListOptions", causes: causes))
  }
}
