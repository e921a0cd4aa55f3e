import ClusterModel
import NetworkAddresses

/// The endpoints that somebody wrote by hand for a Service without a selector, as Kubernetes' mirroring controller takes
/// them over into slices.
enum MirroredEndpoints {
  /// How many addresses of each subset are mirrored.
  static let subsetLimit = 1000

  /// Whether the Endpoints are to be mirrored: nobody said no, and they are not a lock of a leader election.
  static func isWanted(_ endpoints: Endpoints) -> Bool {
    endpoints.metadata.labels[WellKnownLabel.skipMirror] != "true"
      && endpoints.metadata.annotations["control-plane.alpha.kubernetes.io/leader"] == nil
  }

  static func groups(of endpoints: Endpoints) -> EndpointGroups {
    var groups = EndpointGroups()
    for subset in endpoints.subsets {
      var room = subsetLimit
      for (addresses, isReady) in [(subset.addresses, true), (subset.notReadyAddresses, false)] {
        for address in addresses.prefix(room) {
          let key = EndpointGroups.Key(AddressType(address.ip.family), subset.ports)
          groups.add(endpoint(address, isReady), to: key)
        }
        room -= min(room, addresses.count)
      }
    }
    return groups
  }

  private static func endpoint(_ address: EndpointAddress, _ isReady: Bool) -> Endpoint {
    Endpoint(
      addresses: [address.ip], conditions: EndpointConditions(ready: isReady),
      hostname: address.hostname.isEmpty ? nil : address.hostname, nodeName: address.nodeName,
      targetRef: address.targetRef)
  }
}
