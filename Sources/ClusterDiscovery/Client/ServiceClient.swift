public import NetworkAddresses
import Synchronization

/// A service as its clients see it: the live endpoints of a target, one of them for each request.
///
///     try await withServiceClient(target, source: source) { client in
///       let answer = try await client.withEndpoint { endpoint in try await ask(endpoint.address) }
///     }
///
/// It works while ``run()`` runs: that follows the source, makes pickers of its sets, and leaves out endpoints that do worse than the
/// others. A request that comes before the first set waits for it.
public final class ServiceClient: Sendable {
  /// What is asked for.
  public let target: Target
  /// Where the endpoints come from.
  public let source: any DiscoverySource
  /// How endpoints are chosen and treated.
  public let options: ServiceClientOptions

  let picker: PickerCell
  let book: Mutex<ClientBook>
  /// The book has changed in a way that ``run()`` has to look at.
  let work = ChangeSignal()
  /// The picker has changed, or the state.
  let news = ChangeSignal()
  let clock: ClientClock

  /// A client of a target; ``run()`` is to be called.
  public convenience init(
    _ target: Target, source: any DiscoverySource, balancer: Balancer = Balancer(.leastRequests),
    options: ServiceClientOptions = ServiceClientOptions()
  ) {
    self.init(target, source: source, balancer: balancer, options: options, clock: .machine)
  }

  /// A client with a clock of its own.
  package init(
    _ target: Target, source: any DiscoverySource, balancer: Balancer = Balancer(.leastRequests),
    options: ServiceClientOptions = ServiceClientOptions(), clock: ClientClock
  ) {
    self.target = target
    self.source = source
    self.options = options
    self.clock = clock
    picker = PickerCell(balancer)
    book = Mutex(ClientBook(target, options, at: clock.now()))
  }

  /// What is known of the target.
  public var state: ServiceClientState { book.withLock { $0.held.state } }

  /// The endpoint set in use, with those that are ejected; `nil` when there is none.
  public var endpoints: EndpointSet? { book.withLock { $0.held.set } }

  /// The endpoints that get no requests for a while.
  public var ejected: Set<SocketAddress> { book.withLock { $0.detector.ejected } }

  /// What was done so far.
  public var statistics: ServiceClientStatistics { book.withLock { $0.statistics } }

  /// Chooses an endpoint, for a caller who makes requests in a way of its own: nothing is counted, limited or tried again.
  ///
  /// No `await`, no lock, no allocation. `nil` when there is none.
  public func pick(_ context: PickContext = PickContext()) -> Pick? { picker.pick(context) }

  /// Waits until a condition of the client holds that changes with its picker or its state; ends with the task.
  package func wait(until condition: (ServiceClient) -> Bool) async {
    while !Task.isCancelled {
      let version = news.version
      if condition(self) { return }
      await news.wait(after: version)
    }
  }
}

/// Runs a client for as long as `body` takes.
///
/// - Returns: what `body` gives.
public nonisolated(nonsending) func withServiceClient<Result>(
  _ target: Target, source: any DiscoverySource, balancer: Balancer = Balancer(.leastRequests),
  options: ServiceClientOptions = ServiceClientOptions(),
  _ body: nonisolated(nonsending) (ServiceClient) async throws -> Result
) async rethrows -> Result {
  let client = ServiceClient(target, source: source, balancer: balancer, options: options)
  // Cancelled, and waited for, at the end of the scope.
  async let _: Void = client.run()
  return try await body(client)
}
