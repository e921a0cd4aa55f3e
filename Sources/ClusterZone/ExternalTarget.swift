public import ClusterModel
public import DNSWire
import NetworkAddresses

extension Service {
  /// The name that an ExternalName Service is an alias of; `nil` when it is an address, or no name.
  public var externalTarget: DomainName? {
    let name = spec.externalName
    guard spec.type == .externalName, !name.isEmpty, IPAddress(name) == nil else { return nil }
    return try? DomainName(name)
  }
}
