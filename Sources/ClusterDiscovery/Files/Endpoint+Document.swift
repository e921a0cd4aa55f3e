import ClusterModel
import NetworkAddresses

// Endpoints in files: `"10.0.0.1:8080"`, or with more to say
// `{"address": "10.0.0.1:8080", "zone": "a", "weight": 2, "ready": false, "serving": true, "terminating": true}`.

extension Endpoint {
  private static let fields = [
    "address", "hostname", "zone", "node", "weight", "ready", "serving", "terminating", "metadata",
  ]

  /// Reads an endpoint of a file.
  init(_ node: DocumentNode) throws(DocumentError) {
    guard case .mapping(let members) = node.content else {
      self.init(try Self.address(node))
      return
    }
    for member in members where !Self.fields.contains(member.key) {
      throw DocumentError(
        "an endpoint has no field \"\(member.key)\"; it has \(Self.fields.joined(separator: ", "))",
        at: member.keyPosition)
    }
    guard let address = node["address"] else { throw DocumentError("an endpoint needs an address", at: node.position) }
    self.init(
      try Self.address(address), hostname: try node["hostname"]?.text(), zone: try node["zone"]?.text(),
      node: try node["node"]?.text(), weight: try node["weight"].map(Self.weight) ?? 1,
      condition: try Self.condition(node), metadata: try node["metadata"].map(Self.metadata) ?? [:])
  }

  private static func address(_ node: DocumentNode) throws(DocumentError) -> SocketAddress {
    guard let text = node.string, let address = SocketAddress(text), address.port > 0 else {
      throw DocumentError("an address is written \"10.0.0.1:8080\" or \"[fd00::1]:8080\"", at: node.position)
    }
    return address
  }

  private static func weight(_ node: DocumentNode) throws(DocumentError) -> UInt16 {
    guard let number = node.integer, let weight = UInt16(exactly: number), weight > 0 else {
      throw DocumentError("a weight is a whole number from 1 to 65535", at: node.position)
    }
    return weight
  }

  /// Unless something else is said an endpoint is ready, serves when it is ready, and is not terminating.
  private static func condition(_ node: DocumentNode) throws(DocumentError) -> EndpointCondition {
    let isReady = try node["ready"]?.flag() ?? true
    return EndpointCondition(
      isReady: isReady, isServing: try node["serving"]?.flag() ?? isReady,
      isTerminating: try node["terminating"]?.flag() ?? false)
  }

  private static func metadata(_ node: DocumentNode) throws(DocumentError) -> [String: String] {
    guard case .mapping(let members) = node.content else {
      throw DocumentError("metadata is an object of texts", at: node.position)
    }
    var metadata: [String: String] = [:]
    for member in members { metadata[member.key] = try member.value.text() }
    return metadata
  }

  /// Writes the endpoint as it is read.
  func write(to writer: inout JSONWriter) {
    writer.object { writer in
      writer.member("address", address.description)
      writer.member("hostname", hostname)
      writer.member("zone", zone)
      writer.member("node", node)
      if weight != 1 { writer.member("weight", UInt64(weight)) }
      for (name, value, usual) in [
        ("ready", condition.isReady, true), ("serving", condition.isServing, condition.isReady),
        ("terminating", condition.isTerminating, false),
      ] where value != usual {
        writer.key(name)
        writer.boolean(value)
      }
      guard !metadata.isEmpty else { return }
      writer.key("metadata")
      writer.object { writer in
        for (name, value) in metadata.sorted(by: { $0.key < $1.key }) { writer.member(name, value) }
      }
    }
  }
}

extension DocumentNode {
  /// The elements of a list.
  func elements() throws(DocumentError) -> [DocumentNode] {
    guard case .sequence(let elements) = content else {
      throw DocumentError("a list [...] is wanted here", at: position)
    }
    return elements
  }

  /// The members of an object.
  func members() throws(DocumentError) -> [Member] {
    guard case .mapping(let members) = content else {
      throw DocumentError("an object {...} is wanted here", at: position)
    }
    return members
  }

  fileprivate func text() throws(DocumentError) -> String {
    guard let string else { throw DocumentError("a text in double quotes is wanted here", at: position) }
    return string
  }

  fileprivate func flag() throws(DocumentError) -> Bool {
    guard let boolean else { throw DocumentError("true or false is wanted here", at: position) }
    return boolean
  }

  /// Reads a file that holds one value.
  static func file(_ path: String, upTo limit: Int) throws(DiscoveryError) -> DocumentNode {
    let content = try FileContents.read(path, upTo: limit)
    return try located(path) { () throws(DocumentError) in
      var reader = try JSONReader(content)
      guard let node = try reader.next() else { throw DocumentError("the file is empty", at: .start) }
      if let more = try reader.next() {
        throw DocumentError("a file holds one value; here is a second", at: more.position)
      }
      return node
    }
  }

  /// Says in which file an error is: `FILE:LINE:COLUMN: what`.
  static func located<Value>(
    _ path: String, _ read: () throws(DocumentError) -> Value
  ) throws(DiscoveryError) -> Value {
    do throws(DocumentError) {
      return try read()
    } catch {
      throw DiscoveryError(.malformed, "\(path):\(error)")
    }
  }
}

extension JSONWriter {
  /// A member with a text, if there is one.
  mutating func member(_ name: String, _ value: String?) {
    guard let value else { return }
    key(name)
    string(value)
  }

  /// A member with a number.
  mutating func member(_ name: String, _ value: some BinaryInteger) {
    key(name)
    number(value)
  }
}
