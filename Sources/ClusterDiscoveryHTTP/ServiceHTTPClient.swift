// ClusterDiscoveryHTTP: requests of AsyncHTTPClient to services by their names: `http://web.shop/path` goes to a live endpoint.

public import AsyncHTTPClient
public import ClusterDiscovery
public import NIOCore
import NIOPosix
import Synchronization

/// Sends HTTP requests to services: the host of a URL is a target, and each request goes to one of its endpoints.
///
///     let client = ServiceHTTPClient(source: source)
///     async let running: Void = client.run()
///     let response = try await client.execute(HTTPClientRequest(url: "http://web.shop/cart"), timeout: .seconds(5))
///
/// | URL | goes to |
/// |---|---|
/// | `http://web.shop/` | the first port of the service web in the namespace shop |
/// | `http://web.shop:8080/` | its port 8080 |
/// | `http://web.shop:admin/` | its port of that name |
///
/// The header `Host` stays what the URL says. Redirects are left to the caller.
///
/// There is no `https`: AsyncHTTPClient checks the certificate against the host that it connects to, which is an address here.
/// A TLS client of the program's own goes with `ServiceClient`.
public final class ServiceHTTPClient: Sendable {
  /// How many services one client asks at most: each has a subscription of its own.
  public static let maximumServices = 1_024

  /// The connections of clients that are given no `HTTPClient`: one that cannot be made is an error at once, not after many tries, so that
  /// the request goes elsewhere; no redirect is followed, as those would be to addresses.
  public static let connections: HTTPClient = {
    var configuration = HTTPClient.Configuration(redirectConfiguration: .disallow)
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.timeout.connect = .seconds(2)
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }()

  private let http: HTTPClient
  private let source: any DiscoverySource
  private let balancer: Balancer
  private let options: ServiceClientOptions
  private let defaultNamespace: String
  private let clients = Mutex<[Target: ServiceClient]>([:])
  private let (started, start) = AsyncStream.makeStream(of: ServiceClient.self)

  /// A client of all services that a source knows; ``run()`` is to be called.
  ///
  /// - Parameters:
  ///   - http: what makes the connections; one of the program's own should be set up as ``connections`` is.
  ///   - source: where endpoints come from.
  ///   - balancer: how endpoints are chosen.
  ///   - options: how endpoints are treated.
  ///   - defaultNamespace: the namespace of hosts that name none.
  public init(
    _ http: HTTPClient = ServiceHTTPClient.connections, source: some DiscoverySource,
    balancer: Balancer = Balancer(.leastRequests),
    options: ServiceClientOptions = ServiceClientOptions(), defaultNamespace: String = "default"
  ) {
    self.http = http
    self.source = source
    self.balancer = balancer
    self.options = options
    self.defaultNamespace = defaultNamespace
  }

  /// Follows the endpoints of all services that are asked, until the task is cancelled. To be called once.
  public func run() async {
    await withDiscardingTaskGroup { group in
      for await client in started { group.addTask { await client.run() } }
      group.cancelAll()
    }
  }

  /// Sends a request to an endpoint of the service that its URL names.
  ///
  /// A connection that cannot be made, and, for methods that may be repeated (RFC 9110 §9.2.2) without a body, one that breaks and the
  /// answers 502, 503 and 504, have the request sent to another endpoint; the last answer is returned.
  ///
  /// - Parameters:
  ///   - request: the request; its URL begins with `http://`.
  ///   - timeout: how long an attempt may take until the head of the answer is there.
  ///   - key: what identifies the client, for balancers that give equal keys the same endpoint.
  ///   - attempts: how many endpoints are tried at most.
  /// - Returns: the answer; its body may still be coming.
  /// - Throws: ``ServiceURLError`` for a URL that names no service; `ServiceError` when there is no endpoint; AsyncHTTPClient's errors.
  public func execute(
    _ request: HTTPClientRequest, timeout: TimeAmount, key: String? = nil, attempts: Int = 3
  ) async throws -> HTTPClientResponse {
    let url = try ServiceURL(request.url, defaultNamespace: defaultNamespace)
    let policy = RetryPolicy(attempts: attempts) { Self.verdict($0, isRepeatable: Self.isRepeatable(request)) }
    do {
      return try await client(of: url.target).withEndpoint(key: key, retry: policy) { endpoint in
        let response = try await self.http.execute(url.request(request, to: endpoint), timeout: timeout)
        if [502, 503, 504].contains(response.status.code) { throw GatewayFailure(response: response) }
        return response
      }
    } catch let failure as GatewayFailure {
      return failure.response
    }
  }

  /// The client of a service, made at the first request to it.
  private func client(of target: Target) throws(ServiceURLError) -> ServiceClient {
    let (client, isNew) = clients.withLock { clients -> (ServiceClient?, Bool) in
      if let client = clients[target] { return (client, false) }
      guard clients.count < Self.maximumServices else { return (nil, false) }
      let client = ServiceClient(target, source: source, balancer: balancer, options: options)
      clients[target] = client
      return (client, true)
    }
    guard let client else {
      throw ServiceURLError(
        url: "http://\(target)", problem: "this client asks \(Self.maximumServices) services already, the most it may")
    }
    if isNew { start.yield(client) }
    return client
  }

  /// An answer that says that the endpoint cannot do its work.
  private struct GatewayFailure: Error {
    let response: HTTPClientResponse
  }

  /// RFC 9110 §9.2.2: doing it twice is as doing it once. A body would have to be sent twice.
  private static func isRepeatable(_ request: HTTPClientRequest) -> Bool {
    request.body == nil && [.GET, .HEAD, .OPTIONS, .PUT, .DELETE, .TRACE].contains(request.method)
  }

  private static func verdict(_ error: any Error, isRepeatable: Bool) -> FailureVerdict {
    switch error {
    case is NIOConnectionError, HTTPClientError.connectTimeout as HTTPClientError: .safeToRetry
    case let error as IOError where error.errnoCode == ECONNREFUSED: .safeToRetry
    default: isRepeatable ? .safeToRetry : .endpointFailed
    }
  }
}
