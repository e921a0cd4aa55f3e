import ClusterModel
import Registry

/// The parameters of a list (Kubernetes' ListOptions).
struct ListOptions: Sendable {
  let labels: LabelSelector
  let fields: FieldSelector
  /// The most objects; `nil` for all.
  let limit: Int?
  /// Where an earlier part of the list ended.
  let continuation: Continuation?
  /// The least version that the answer may have; 0 for any.
  let version: UInt64
  /// Whether it must be that very version.
  let isExact: Bool
  /// Whether changes are asked for instead of a list.
  let isWatch: Bool

  /// Whether all objects of the kind are asked for, whatever their labels and fields.
  var isUnfiltered: Bool { labels.requirements.isEmpty && fields.terms.isEmpty }

  /// - Throws: `BadRequest` with Kubernetes' words for the parameter that cannot be read.
  init(_ query: [String: String], for kind: ObjectKind) throws(RegistryError) {
    do {
      labels = try LabelSelector(parsing: query["labelSelector"] ?? "")
      fields = try FieldSelector(parsing: query["fieldSelector"] ?? "", for: kind)
    } catch {
      throw RegistryError(.badRequest, "\(error)")
    }
    limit = try Self.limit(query["limit"] ?? "")
    continuation = try Continuation(parsing: query["continue"] ?? "")
    version = try Self.version(query["resourceVersion"] ?? "")
    isExact = query["resourceVersionMatch"] == "Exact"
    isWatch = Self.isWatch(query)
  }

  /// Whether changes are asked for, whatever else is.
  static func isWatch(_ query: [String: String]) -> Bool {
    ["1", "true", "True", "TRUE", "t", "T"].contains(query["watch"] ?? "")
  }

  private static func limit(_ text: String) throws(RegistryError) -> Int? {
    if text.isEmpty { return nil }
    guard let limit = Int(text) else {
      throw RegistryError(.badRequest, "strconv.ParseInt: parsing \(text.quoted): invalid syntax")
    }
    return limit > 0 ? limit : nil
  }

  private static func version(_ text: String) throws(RegistryError) -> UInt64 {
    if text.isEmpty { return 0 }
    guard let version = UInt64(text) else {
      let problem = "strconv.ParseUint: parsing \(text.quoted): invalid syntax"
      let error = FieldError("resourceVersion", .invalid, badValue: text.quoted, problem)
      throw RegistryError(.badRequest, "invalid resource version: \(error)")
    }
    return version
  }
}

/// Where a list goes on: the version of its first part, and the last object so far.
///
/// Later parts show the objects as they are by then; with the first part's version, a watch that follows the list sees
/// everything that changed meanwhile.
struct Continuation: Sendable, Equatable {
  let version: UInt64
  let namespace: String
  let name: String

  /// The text for clients, who send it back as it is.
  var token: String { "\(version):\(namespace)/\(name)" }
}

extension Continuation {
  /// - Returns: `nil` for no text.
  /// - Throws: `BadRequest` when it is not a token of ours.
  init?(parsing token: String) throws(RegistryError) {
    if token.isEmpty { return nil }
    let parts = token.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    let key = parts.last?.split(separator: "/", omittingEmptySubsequences: false) ?? []
    guard parts.count == 2, key.count == 2, let version = UInt64(parts[0]) else {
      throw RegistryError(.badRequest, "continue key is not valid: it is not one that this server gave")
    }
    self.init(version: version, namespace: String(key[0]), name: String(key[1]))
  }
}
