public import NetworkAddresses

/// A list of addresses that needs no allocation of its own for none or one: 24 octets at most.
public struct AddressList: Sendable, Hashable {
  private var storage: Storage

  private enum Storage: Sendable, Hashable {
    case none
    case one(IPAddress)
    /// Two or more.
    case many([IPAddress])
  }

  /// The addresses in their order.
  public init(_ addresses: some Collection<IPAddress>) {
    switch addresses.count {
    case 0: storage = .none
    case 1: storage = addresses.first.map { .one($0) } ?? .none
    default: storage = .many(Array(addresses))
    }
  }

  /// An empty one.
  public init() { storage = .none }

  /// Adds an address at the end.
  public mutating func append(_ address: IPAddress) {
    switch storage {
    case .none: storage = .one(address)
    case .one(let first): storage = .many([first, address])
    case .many(var list):
      storage = .none
      list.append(address)
      storage = .many(list)
    }
  }
}

extension AddressList: RandomAccessCollection {
  /// 0.
  public var startIndex: Int { 0 }

  /// The number of addresses.
  public var endIndex: Int {
    switch storage {
    case .none: 0
    case .one: 1
    case .many(let list): list.count
    }
  }

  /// The address at a place.
  public subscript(position: Int) -> IPAddress {
    switch storage {
    case .one(let address) where position == 0: return address
    case .many(let list): return list[position]
    default: preconditionFailure("an index outside the list")
    }
  }
}

extension AddressList: ExpressibleByArrayLiteral, CustomStringConvertible {
  /// From a literal.
  public init(arrayLiteral elements: IPAddress...) { self.init(elements) }

  /// The addresses in brackets.
  public var description: String { "[" + map(\.description).joined(separator: " ") + "]" }
}
