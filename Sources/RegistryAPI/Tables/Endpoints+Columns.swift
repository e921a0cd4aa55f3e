import ClusterModel
import NetworkAddresses

extension Endpoints {
  static let columns: [TableColumn<Endpoints>] = [
    .name,
    .init("Endpoints", "The first addresses with their ports.") { $0.subsets.isEmpty ? absent : $0.firstAddresses },
    .age,
  ]

  /// The ready addresses with each port, or alone where there is none.
  private var firstAddresses: String {
    var shown = FirstThree()
    for subset in subsets {
      if subset.ports.isEmpty {
        for address in subset.addresses { shown.add(address.ip.description) }
      }
      for port in subset.ports {
        for address in subset.addresses { shown.add(address.ip.text(port: port.port ?? 0)) }
      }
    }
    return shown.text(empty: "")
  }
}

extension EndpointSlice {
  static let columns: [TableColumn<EndpointSlice>] = [
    .name,
    .init("AddressType", "What all addresses of the slice are: IPv4, IPv6 or FQDN.") { $0.addressType.rawValue },
    .init("Ports", "The first ports, by number or else by name.") { slice in
      var shown = FirstThree()
      for port in slice.ports { shown.add(port.number) }
      return shown.text(empty: unset)
    },
    .init("Endpoints", "The first addresses, ready or not.") { slice in
      var shown = FirstThree()
      for endpoint in slice.endpoints {
        for address in endpoint.addresses { shown.add(address.description) }
        for name in endpoint.domainNames { shown.add(name) }
      }
      return shown.text(empty: unset)
    },
    .age,
  ]

  /// What stands for none in tables of slices.
  private static let unset = "<unset>"
}

extension EndpointPort {
  /// The number, or else the name; `*` for a port that has neither, which stands for all.
  fileprivate var number: String { port.map { String($0) } ?? (name.isEmpty ? "*" : name) }
}

extension IPAddress {
  /// `10.0.0.1:80`, `[fd00::1]:80`.
  fileprivate func text(port: Int32) -> String {
    family == .ipv6 ? "[\(self)]:\(port)" : "\(self):\(port)"
  }
}
