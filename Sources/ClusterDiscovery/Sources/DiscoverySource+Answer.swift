extension DiscoverySource {
  /// What a lookup comes to.
  func answer(_ target: Target) async -> EndpointUpdate {
    do throws(DiscoveryError) {
      return .success(try await lookup(target))
    } catch {
      return .failure(error)
    }
  }
}
