public import ClusterDiscovery
import Tracing

extension ServiceClient {
  /// Makes a request as `ServiceClient.withEndpoint` does, within a span of the kind `client` for each attempt.
  ///
  /// The span has the attributes `server.address` and `server.port` (OpenTelemetry's names), `clusterdns.target` and `clusterdns.attempt`, which
  /// begins at 1; errors are recorded. `body` runs with the span as current, so that what it injects into its request leads there.
  ///
  /// - Parameters:
  ///   - operation: the span's name: `GET /cart`.
  ///   - key: what identifies the client, for balancers that give equal keys the same endpoint.
  ///   - retry: how often a request is tried, and after which errors.
  ///   - body: the request, to this endpoint.
  /// - Returns: what `body` gives.
  /// - Throws: as `ServiceClient.withEndpoint` does.
  public func withTracedEndpoint<Response: Sendable>(
    _ operation: String, key: String? = nil, retry: RetryPolicy = .standard,
    _ body: @Sendable (Endpoint) async throws -> Response
  ) async throws -> Response {
    var attempt = 0
    return try await withEndpoint(key: key, retry: retry) { endpoint in
      attempt += 1
      let number = attempt
      return try await withSpan(operation, ofKind: .client) { span in
        span.attributes["server.address"] = "\(endpoint.address.address)"
        span.attributes["server.port"] = Int(endpoint.address.port)
        span.attributes["clusterdns.target"] = "\(self.target)"
        span.attributes["clusterdns.attempt"] = number
        return try await body(endpoint)
      }
    }
  }
}
