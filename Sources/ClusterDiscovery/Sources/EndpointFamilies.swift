public import NetworkAddresses

/// Which addresses of a service with two families a client is given.
public enum EndpointFamilies: Sendable, Hashable {
  /// Those of the service's first family; those of the other one when there are none of the first. Each instance comes once.
  case first
  /// Those of one family only.
  case only(AddressFamily)
  /// Those of both: an instance comes once with each of its addresses.
  case both
}
