// ClusterDiscoveryAPI: a registry's, or Kubernetes', API over HTTP as a source of endpoints.

public import ClusterDiscovery
import ClusterDiscoveryObjects
import ClusterModel
import Glibc
public import RegistryClient
import Synchronization

/// The endpoints that a Kubernetes API knows of: clusterdns' own, or a kube-apiserver's. A push source.
///
/// For each target it lists and watches the Service and its EndpointSlices, and takes watches up where they broke off. All subscriptions to a target
/// share one pair of watches. It asks for nothing that Kubernetes does not have; its token needs `list` and `watch` on `services` and
/// `endpointslices`.
public struct APISource: DiscoverySource {
  /// Where an API is, and who asks.
  public typealias Location = RegistryLocation

  private let watches: APIWatches
  private let shared: SharedSource

  /// The endpoints of the Services of an API.
  ///
  /// - Parameters:
  ///   - location: where the API is, and who asks.
  ///   - families: which addresses of a dual-stack Service count.
  public init(_ location: Location = Location(), families: EndpointFamilies = .first) {
    self.init(APILogin(location: location), families)
  }

  /// The endpoints of the Services of an API without a login.
  ///
  /// - Parameter url: scheme, host and port: `http://127.0.0.1:8001`.
  public init(url: String) { self.init(Location(url: url)) }

  package init(_ location: Location, tokenFile: String? = nil, patience: APIPatience) {
    self.init(APILogin(location: location, tokenFile: tokenFile), .first, patience)
  }

  private init(_ login: APILogin, _ families: EndpointFamilies, _ patience: APIPatience = APIPatience()) {
    watches = APIWatches(login: login, families: families, patience: patience)
    shared = SharedSource(watches)
  }

  /// The API of the cluster that the program's Pod runs in: its address from `KUBERNETES_SERVICE_HOST`, its certificates and the
  /// program's token from the files of the service account.
  ///
  /// - Throws: `DiscoveryError.Reason.notFound` when the program does not run in a Pod, or the Pod has no service account.
  public static func inCluster(families: EndpointFamilies = .first) throws(DiscoveryError) -> APISource {
    let pod = ServiceAccount(folder: "/var/run/secrets/kubernetes.io/serviceaccount", environment: environmentVariable)
    return APISource(try pod.login(), families)
  }

  /// `API http://127.0.0.1:8001`.
  public var name: String { watches.name }

  /// The endpoints at this moment: two lists.
  public func lookup(_ target: Target) async throws(DiscoveryError) -> EndpointSet { try await watches.lookup(target) }

  /// The endpoints now and after each change.
  public func subscribe(to target: Target) -> EndpointUpdates { shared.subscribe(to: target) }
}

private func environmentVariable(_ name: String) -> String? { unsafe getenv(name).map { unsafe String(cString: $0) } }

/// The source behind the shared subscriptions.
struct APIWatches: DiscoverySource {
  let login: APILogin
  let families: EndpointFamilies
  let patience: APIPatience

  var name: String { "API \(login.location.url)" }

  func lookup(_ target: Target) async throws(DiscoveryError) -> EndpointSet {
    let api = APIConnection(login: login, target: target, patience: patience)
    var seen = SeenService(target, families)
    for kind in SeenService.kinds { seen.listed(kind, try await list(kind, api)) }
    return try seen.endpoints()
  }

  private func list(_ kind: ObjectKind, _ api: APIConnection) async throws(DiscoveryError) -> ObjectList {
    do throws(WatchFailure) {
      return try await api.list(kind)
    } catch {
      guard !Task.isCancelled else {
        throw DiscoveryError(.cancelled, "the lookup of \(api.target) was cancelled")
      }
      throw error.problem
    }
  }

  func subscribe(to target: Target) -> EndpointUpdates {
    let api = APIConnection(login: login, target: target, patience: patience)
    return EndpointUpdates { [families] publisher in
      await withTaskGroup(of: Void.self) { group in
        let subscription = APISubscription(target, families, publisher)
        for kind in SeenService.kinds {
          group.addTask { await KindWatch(kind, api) { subscription.take($0, of: kind) }.run() }
        }
      }
    }
  }
}

/// What the watches of one subscription have seen, and its reader.
private final class APISubscription: Sendable {
  private let seen: Mutex<SeenService>
  private let publisher: EndpointPublisher

  init(_ target: Target, _ families: EndpointFamilies, _ publisher: EndpointPublisher) {
    seen = Mutex(SeenService(target, families))
    self.publisher = publisher
  }

  /// Under the lock, so that the reader gets states in their order.
  func take(_ news: KindWatch.News, of kind: ObjectKind) {
    seen.withLock { seen in
      switch news {
      case .listed(let list): seen.listed(kind, list)
      case .heard(let event): seen.heard(kind, event)
      case .failed(let problem): seen.failed(kind, problem)
      }
      if let update = seen.update() { publisher.publish(update) }
    }
  }
}
