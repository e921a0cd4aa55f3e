/// The parts of a target's text, before they are checked.
struct TargetText {
  var service = ""
  var namespace: String?
  var port: TargetPort?
  var transport = TargetTransport.tcp

  init(_ text: String, clusterDomain: String) throws(TargetError) {
    let halves = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    var labels = Self.labels(of: halves.first ?? "")
    if halves.count == 2 { port = TargetPort(halves[1]) }
    try takePort(from: &labels, of: text)
    try dropSuffix(of: &labels, clusterDomain, text)
    guard (1...2).contains(labels.count) else {
      throw TargetError(
        text, "write SERVICE, SERVICE.NAMESPACE or SERVICE.NAMESPACE.svc.\(clusterDomain), and :PORT if one is meant")
    }
    service = String(labels[0])
    namespace = labels.count == 2 ? String(labels[1]) : nil
  }

  /// The labels of a name; a final dot is none.
  private static func labels(of name: Substring) -> [Substring] {
    (name.hasSuffix(".") ? name.dropLast() : name).split(separator: ".", omittingEmptySubsequences: false)
  }

  /// Takes `_http._tcp` off the front.
  private mutating func takePort(from labels: inout [Substring], of text: String) throws(TargetError) {
    guard let first = labels.first, first.hasPrefix("_") else { return }
    guard labels.count > 2, labels[1].hasPrefix("_"),
      let transport = TargetTransport(rawValue: labels[1].dropFirst().lowercased())
    else { throw TargetError(text, "after \"\(first)\" comes _tcp, _udp or _sctp, then the service's name") }
    guard port == nil else { throw TargetError(text, "it names a port twice: \"\(first)\" and after the colon") }
    port = .name(first.dropFirst().lowercased())
    self.transport = transport
    labels.removeFirst(2)
  }

  /// Takes `svc` and the cluster's domain off the end.
  private func dropSuffix(of labels: inout [Substring], _ domain: String, _ text: String) throws(TargetError) {
    guard labels.count > 2 else { return }
    guard labels[2].lowercased() == "svc" else {
      throw TargetError(text, "\"svc\" comes after the namespace, not \"\(labels[2])\"")
    }
    let rest = labels.dropFirst(3).joined(separator: ".").lowercased()
    guard rest.isEmpty || rest == domain.lowercased() else {
      throw TargetError(text, "the cluster's domain is \(domain), not \(rest)")
    }
    labels.removeLast(labels.count - 2)
  }
}
