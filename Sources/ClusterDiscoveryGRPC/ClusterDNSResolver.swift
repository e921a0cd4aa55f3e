public import ClusterDiscovery
import GRPCCore
public import GRPCNIOTransportHTTP2Posix
import NetworkAddresses

/// Resolves ``ClusterDNSTarget`` through a source of endpoints.
///
/// Each set becomes a result whose endpoints are the usable ones of the set, with round robin as load balancing. An error of the source,
/// and a set without usable endpoints, is an `RPCError` with the code `unavailable`: the channel goes on with the endpoints
/// that it has, waits, and subscribes anew.
public struct ClusterDNSResolver: NameResolverFactory, Sendable {
  private let source: any DiscoverySource

  /// A resolver that asks a source.
  public init(_ source: some DiscoverySource) { self.source = source }

  /// The names of a target: pushed, for as long as the channel reads them.
  public func resolver(for target: ClusterDNSTarget) -> NameResolver {
    NameResolver(
      names: RPCAsyncSequence(wrapping: ResolvedNames(updates: source.subscribe(to: target.target))),
      updateMode: .push, authority: target.target.domainName)
  }
}

/// The sets of a subscription in gRPC's words.
private struct ResolvedNames: AsyncSequence, Sendable {
  typealias Element = NameResolutionResult
  typealias Failure = any Error

  let updates: EndpointUpdates

  func makeAsyncIterator() -> Iterator { Iterator(updates: updates.makeAsyncIterator()) }

  struct Iterator: AsyncIteratorProtocol {
    var updates: EndpointUpdates.Iterator
    /// A source that has said everything ends its subscription; the channel would ask again and again.
    private var hasSaidSomething = false

    init(updates: EndpointUpdates.Iterator) { self.updates = updates }

    mutating func next() async throws -> NameResolutionResult? { try await next(isolation: nil) }

    mutating func next(isolation actor: isolated (any Actor)?) async throws(any Error) -> NameResolutionResult? {
      if let update = await updates.next(isolation: actor) {
        hasSaidSomething = true
        return try result(update)
      }
      try Task.checkCancellation()
      guard hasSaidSomething else { return nil }
      // The last word stands until the channel ends.
      while true { try await Task.sleep(for: .seconds(3600)) }
    }

    private func result(_ update: EndpointUpdate) throws -> NameResolutionResult {
      let set: EndpointSet
      do { set = try update.get() } catch { throw RPCError(code: .unavailable, message: error.message) }
      let endpoints = set.usable.map { GRPCNIOTransportHTTP2Posix.Endpoint(addresses: [.init($0.address)]) }
      guard !endpoints.isEmpty else {
        throw RPCError(code: .unavailable, message: "\(set.target) has no usable endpoints")
      }
      return NameResolutionResult(
        endpoints: endpoints, serviceConfig: .success(ServiceConfig(loadBalancingConfig: [.roundRobin])))
    }
  }
}

extension GRPCNIOTransportHTTP2Posix.SocketAddress {
  fileprivate init(_ address: NetworkAddresses.SocketAddress) {
    let (host, port) = ("\(address.address)", Int(address.port))
    self = address.address.family == .ipv4 ? .ipv4(host: host, port: port) : .ipv6(host: host, port: port)
  }
}
