import ArgumentParser
import Glibc
import NetworkAddresses

/// Where configuration and objects come from: the options that `serve`, `check` and `explain` share.
struct SourceOptions: ParsableArguments {
  @Option(
    name: [.customLong("conf")],
    help: ArgumentHelp(
      "The configuration: a Corefile, in CoreDNS's syntax.",
      discussion: "Without it ./Corefile, and without that one a built-in default.", valueName: "file"),
    completion: .file())
  var conf: String?

  @Option(
    name: [.customLong("dns-port"), .customLong("dns.port")],
    help: ArgumentHelp("The port of server blocks that name none.", valueName: "port"))
  var dnsPort: UInt16 = 53

  @Option(
    help: ArgumentHelp(
      "A YAML or JSON file of Kubernetes objects, or a folder of such files; may be given several times.",
      discussion: "Changed files are read again while the server runs.", valueName: "path"),
    completion: .file())
  var manifests: [String] = []

  @Option(
    help: ArgumentHelp(
      "The addresses of Services: a CIDR, or one of each family separated by a comma.", valueName: "cidr"))
  var serviceCidr = "10.96.0.0/12"

  @Option(help: ArgumentHelp("The ports of Services of type NodePort.", valueName: "first-last"))
  var nodePortRange = "30000-32767"

  @Option(
    help: ArgumentHelp(
      "The addresses of Services of type LoadBalancer: CIDRs, separated by commas.",
      discussion: "Without it they stay pending.", valueName: "cidr"))
  var loadBalancerCidr = ""

  @Option(
    help: ArgumentHelp(
      "The greatest share of a Service's leases that may lapse together: 0 to 1.",
      discussion: "When more lapse, its last known endpoints are kept.", valueName: "share"))
  var massExpiryShare = 0.5

  @Option(help: ArgumentHelp("The zone that the built-in configuration serves.", valueName: "zone"))
  var clusterDomain = "cluster.local"

  /// The CIDRs of ``serviceCidr``, the primary one first.
  func servicePrefixes() throws -> [IPPrefix] {
    let prefixes = try serviceCidr.split(separator: ",").map { text in
      guard let prefix = IPPrefix(text) else {
        throw Failure.configuration(
          "--service-cidr: \(text) is no CIDR; write one such as 10.96.0.0/12 or fd00:10:96::/108")
      }
      return prefix
    }
    guard (1...2).contains(prefixes.count), Set(prefixes.map(\.base.family)).count == prefixes.count else {
      throw Failure.configuration("--service-cidr: one CIDR, or one of each family, is wanted; got \(serviceCidr)")
    }
    return prefixes
  }

  /// The CIDRs of ``loadBalancerCidr``.
  func loadBalancerPrefixes() throws -> [IPPrefix] {
    try loadBalancerCidr.split(separator: ",").map { text in
      guard let prefix = IPPrefix(text) else {
        throw Failure.configuration("--load-balancer-cidr: \(text) is no CIDR; write one such as 192.0.2.0/24")
      }
      return prefix
    }
  }

  /// ``massExpiryShare``, when it is a share.
  func leaseShare() throws -> Double {
    guard (0...1).contains(massExpiryShare) else {
      throw Failure.configuration("--mass-expiry-share: a share from 0 to 1 is wanted; got \(massExpiryShare)")
    }
    return massExpiryShare
  }

  /// The bounds of ``nodePortRange``.
  func nodePorts() throws -> ClosedRange<UInt16> {
    let bounds = nodePortRange.split(separator: "-").compactMap { UInt16(decimal: $0) }
    guard bounds.count == 2, bounds[0] > 0, bounds[0] <= bounds[1] else {
      throw Failure.configuration("--node-port-range: two ports, such as 30000-32767, are wanted; got \(nodePortRange)")
    }
    return bounds[0]...bounds[1]
  }
}
