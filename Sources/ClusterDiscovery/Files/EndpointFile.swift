import ClusterModel

/// What a file of endpoints says: targets, each with its list.
///
///     {
///       "web.shop:http": ["10.0.0.1:8080", {"address": "10.0.0.2:8080", "zone": "a", "weight": 2}],
///       "api.shop": []
///     }
struct EndpointFile {
  let path: String
  private let targets: [DocumentNode.Member]
  /// The most octets that are read.
  private static let limit = 64 << 20

  /// - Throws: `malformed` with file, line and column; `denied` and `unavailable` when it cannot be read.
  init(_ path: String) throws(DiscoveryError) {
    self.path = path
    do throws(DiscoveryError) {
      let node = try DocumentNode.file(path, upTo: Self.limit)
      targets = try DocumentNode.located(path) { () throws(DocumentError) in try node.members() }
    } catch {
      // That the file is not there says nothing of the target.
      throw error.reason == .notFound ? DiscoveryError(.unavailable, error.message) : error
    }
  }

  /// The endpoints of a target. Everything in the file is read, so that an error in it is said whatever is asked for.
  func endpoints(of target: Target) throws(DiscoveryError) -> [Endpoint] {
    let found = try DocumentNode.located(path) { () throws(DocumentError) in
      var found: [Target: [Endpoint]] = [:]
      for member in targets {
        let name = try Self.target(member, clusterDomain: target.clusterDomain)
        guard found[name] == nil else { throw DocumentError("\(name) was given before", at: member.keyPosition) }
        found[name] = try Self.endpoints(member.value)
      }
      return found
    }
    guard let endpoints = found[target] else { throw DiscoveryError(.notFound, "\(target) is not in \(path)") }
    return endpoints
  }

  private static func target(_ member: DocumentNode.Member, clusterDomain: String) throws(DocumentError) -> Target {
    do throws(TargetError) {
      return try Target(member.key, clusterDomain: clusterDomain)
    } catch {
      throw DocumentError("\(error)", at: member.keyPosition)
    }
  }

  private static func endpoints(_ node: DocumentNode) throws(DocumentError) -> [Endpoint] {
    var endpoints: [Endpoint] = []
    for element in try node.elements() { endpoints.append(try Endpoint(element)) }
    return endpoints
  }
}
