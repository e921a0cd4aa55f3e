/// A file of endpoints, which is read again when it changes.
///
///     {
///       "web.shop:http": ["10.0.0.1:8080", {"address": "10.0.0.2:8080", "zone": "a", "weight": 2}],
///       "api.shop": []
///     }
///
/// Beside its address an endpoint may have `hostname`, `zone`, `node`, `weight`, `ready`, `serving`, `terminating` and `metadata`. A program that
/// writes the file puts another one in its place (rename(2)), so that no half of it is ever read.
public struct FileSource: DiscoverySource {
  private let path: String
  private let interval: Duration

  /// The endpoints of a file.
  ///
  /// - Parameters:
  ///   - path: the file, JSON.
  ///   - interval: how often it is looked at whether the file has changed.
  public init(_ path: String, checkedEvery interval: Duration = .seconds(1)) {
    self.path = path
    self.interval = interval
  }

  /// `file endpoints.json`.
  public var name: String { "file \(path)" }

  /// What the file says now.
  public func lookup(_ target: Target) throws(DiscoveryError) -> EndpointSet {
    let endpoints = try EndpointFile(path).endpoints(of: target)
    return EndpointSet(target, endpoints, revision: path)
  }

  /// What the file says, whenever it changes. A file that is away or has errors is said, and looked at again.
  public func subscribe(to target: Target) -> EndpointUpdates {
    EndpointUpdates { [self] publisher in
      var seen: FileStamp??
      while !Task.isCancelled {
        let stamp = FileStamp(path)
        if seen != .some(stamp) {
          publisher.publish(EndpointUpdate { () throws(DiscoveryError) in try lookup(target) })
          seen = .some(stamp)
        }
        try? await Task.sleep(for: interval)
      }
    }
  }
}
