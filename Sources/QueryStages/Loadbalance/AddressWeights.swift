import DNSWire
import NetworkAddresses
import Synchronization

/// The weights of a file: how often each address of a name is to be in front. Addresses that the file does not name weigh 1.
final class AddressWeights: Sendable {
  typealias Table = [DomainName: [IPAddress: Int]]

  private let table = Mutex<Table>([:])

  func set(_ new: Table) { table.withLock { $0 = new } }

  /// The place of the record that comes to the front.
  ///
  /// - Parameter random: a number from 0 up to, not including, the bound.
  func draw(_ records: [ResourceRecord], random: (Int) -> Int) -> Int {
    let table = table.withLock { $0 }
    let weights = records.map { record in record.data.address.flatMap { table[record.name]?[$0] } ?? 1 }
    var drawn = random(weights.reduce(0, +))
    for (place, weight) in weights.enumerated() {
      if drawn < weight { return place }
      drawn -= weight
    }
    return 0
  }

  /// Reads a file: lines with a name, each followed by lines with an address and its weight of 1–255; `#` begins a comment line.
  static func parse(_ text: String) throws(WeightFileError) -> Table {
    var table: Table = [:]
    var name: DomainName?
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = line.split(whereSeparator: \.isWhitespace)
      guard let first = words.first, !first.hasPrefix("#") else { continue }
      switch words.count {
      case 1: name = try owner(first, line: index + 1)
      case 2:
        let (address, weight) = try entry(first, words[1], line: index + 1)
        guard let name else {
          throw WeightFileError(line: index + 1, message: "no name stands before the first address")
        }
        table[name, default: [:]][address] = weight
      default: throw WeightFileError(line: index + 1, message: "a line has a name, or an address and a weight")
      }
    }
    return table
  }

  private static func owner(_ word: Substring, line: Int) throws(WeightFileError) -> DomainName {
    if IPAddress(word) != nil { throw WeightFileError(line: line, message: "the address '\(word)' has no weight") }
    guard let name = try? DomainName(String(word)) else {
      throw WeightFileError(line: line, message: "'\(word)' is no name")
    }
    return name
  }

  private static func entry(
    _ address: Substring, _ weight: Substring, line: Int
  ) throws(WeightFileError) -> (IPAddress, Int) {
    guard let address = IPAddress(address) else {
      throw WeightFileError(line: line, message: "'\(address)' is no address")
    }
    guard let weight = UInt8(weight), weight > 0 else {
      throw WeightFileError(line: line, message: "'\(weight)' is no weight of 1 to 255")
    }
    return (address, Int(weight))
  }
}

/// What is wrong in a file of weights.
struct WeightFileError: Error, Sendable, Hashable {
  /// From 1.
  var line: Int
  var message: String
}
