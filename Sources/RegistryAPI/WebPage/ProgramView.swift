/// What the web page shows beside the registry's objects: the program tells it.
public struct ProgramView: Sendable {
  let version: String
  let domain: String
  let metrics: @Sendable () -> String
  let explain: @Sendable (_ name: String, _ type: String) async -> String

  /// - Parameters:
  ///   - version: what serves the page: `clusterdns-0.1.0`.
  ///   - domain: what names of Services end in: `cluster.local`.
  ///   - metrics: the counters of queries now, in Prometheus' text format, with CoreDNS's names.
  ///   - explain: why a name answers as it does, in lines of plain text; the type is `A` and the like, empty for the usual one.
  public init(
    version: String, domain: String, metrics: @escaping @Sendable () -> String,
    explain: @escaping @Sendable (_ name: String, _ type: String) async -> String
  ) {
    self.version = version
    self.domain = domain
    self.metrics = metrics
    self.explain = explain
  }
}

extension ProgramView {
  /// What a request is for, when it is for people.
  enum Page: Equatable {
    /// `/`, asked for by a browser.
    case document
    /// `/clusterdns/v1/metrics`
    case metrics
    /// `/clusterdns/v1/explain?name=NAME&type=TYPE`
    case explanation

    /// - Returns: `nil` for what programs ask.
    init?(_ request: APIRequest) {
      guard request.method == "GET" || request.method == "HEAD" else { return nil }
      switch request.path {
      case [] where request.accept.contains("text/html"): self = .document
      case ["clusterdns", "v1", "metrics"]: self = .metrics
      case ["clusterdns", "v1", "explain"]: self = .explanation
      default: return nil
      }
    }

    /// What somebody must be allowed to do: names tell of services in all namespaces.
    var requested: RequestedAccess {
      switch self {
      case .document: .discovery
      case .metrics, .explanation: .objects(verb: "list", group: "", resource: "services", namespace: "", name: "")
      }
    }
  }

  /// Makes a page.
  func reply(_ page: Page, to request: APIRequest) async -> APIReply {
    switch page {
    case .document: .page(WebPage.document(version: version, domain: domain))
    case .metrics: .text(metrics())
    case .explanation: .text(await explain(request.query["name"] ?? "", request.query["type"] ?? "") + "\n")
    }
  }
}
