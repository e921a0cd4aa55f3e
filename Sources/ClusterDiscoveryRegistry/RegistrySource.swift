// ClusterDiscoveryRegistry: the registry of the same process as a source of endpoints.

public import ClusterDiscovery
import ClusterDiscoveryObjects
import ClusterModel
public import Registry

/// The endpoints that a registry in this process knows of: a push source, which never is away.
///
/// What a transaction does to a Service and its slices is seen at once or not at all.
public struct RegistrySource: DiscoverySource {
  private let registry: Registry
  private let families: EndpointFamilies

  /// The endpoints of a registry's Services.
  ///
  /// - Parameters:
  ///   - registry: the registry.
  ///   - families: which addresses of a dual-stack Service count.
  public init(_ registry: Registry, families: EndpointFamilies = .first) {
    self.registry = registry
    self.families = families
  }

  /// `registry of this process`.
  public var name: String { "registry of this process" }

  /// The endpoints at this moment. O(slices of the namespace).
  public func lookup(_ target: Target) async throws(DiscoveryError) -> EndpointSet {
    var seen = ServiceObjects(target, families: families)
    guard let batch = try await firstBatch(target) else {
      throw DiscoveryError(.cancelled, "the lookup of \(target) was cancelled")
    }
    return try seen.take(batch)
  }

  /// All that there is of a Service; `nil` when the task was cancelled.
  private func firstBatch(_ target: Target) async throws(DiscoveryError) -> RegistryBatch? {
    do throws(RegistryError) {
      var batches = try watch(target).makeAsyncIterator()
      return try await batches.next(isolation: nil)
    } catch {
      throw DiscoveryError(.unavailable, error.message)
    }
  }

  /// The endpoints now and after each change of the Service or its slices.
  public func subscribe(to target: Target) -> EndpointUpdates {
    EndpointUpdates { publisher in
      // A reader that the registry's history has left behind begins anew with what there is.
      while !Task.isCancelled { try? await follow(target, publisher) }
    }
  }

  private func follow(_ target: Target, _ publisher: EndpointPublisher) async throws(RegistryError) {
    var seen = ServiceObjects(target, families: families)
    for try await batch in try watch(target) {
      publisher.publish(EndpointUpdate { () throws(DiscoveryError) in try seen.take(batch) })
    }
  }

  private func watch(_ target: Target) throws(RegistryError) -> RegistryWatch {
    try registry.watch(RegistryFilter(service: target.service, namespace: target.namespace))
  }
}

extension ServiceObjects {
  /// Takes over what has changed, and says what the endpoints are now.
  fileprivate mutating func take(_ batch: RegistryBatch) throws(DiscoveryError) -> EndpointSet {
    for event in batch.events {
      if event.change == .deleted { remove(event.key) } else { put(event.object) }
    }
    return try endpointSet(revision: "\(batch.version)")
  }
}
