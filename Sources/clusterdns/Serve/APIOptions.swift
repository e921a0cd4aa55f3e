import ArgumentParser
import HealthProbes
import Logging
import NetworkAddresses
import RegistryAPI

/// The registry's HTTP API: where it listens, and who may do what.
struct APIOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The address of the registry's HTTP API, Kubernetes-compatible; `none` for none.",
      discussion: """
        Programs on this machine need no login. An address that others reach needs TLS, and tokens or client certificates.
        """, valueName: "address"))
  var api = "127.0.0.1:8001"

  @Option(
    help: ArgumentHelp("The API's certificate, and those that lead from it to a CA, in PEM.", valueName: "file"),
    completion: .file())
  var apiTlsCert: String?

  @Option(help: ArgumentHelp("The key of that certificate, in PEM.", valueName: "file"), completion: .file())
  var apiTlsKey: String?

  @Option(
    help: ArgumentHelp(
      "The CAs of client certificates, in PEM; CN is the user, each O a role.", valueName: "file"),
    completion: .file())
  var apiClientCa: String?

  @Option(
    help: ArgumentHelp(
      "A file of lines TOKEN,USER,ROLE; a role is `read`, `register:NAMESPACE` or `admin`.", valueName: "file"),
    completion: .file())
  var apiTokens: String?

  @Option(
    help: ArgumentHelp(
      "Where readiness probes of registered Pods may go: CIDRs, separated by commas.",
      discussion: """
        Without it anywhere but to link-local addresses, and to loopback only where the API is on loopback too. Loopback and link-local
        addresses must be named by a CIDR within them, such as 127.0.0.0/8.
        """, valueName: "cidr"))
  var probeCidr: String?

  /// Where probes may go: those who register say the addresses, and programs of this machine may reach its loopback anyway.
  func probeRanges(listeningAt address: SocketAddress?) throws -> ProbeRanges {
    guard let probeCidr else { return ProbeRanges(allowsLoopback: address?.address.isLoopback ?? true) }
    let prefixes = try probeCidr.split(separator: ",", omittingEmptySubsequences: false).map { text in
      guard let prefix = IPPrefix(text) else {
        throw Failure.configuration("--probe-cidr: \(text) is no CIDR; write one such as 10.0.0.0/8")
      }
      return prefix
    }
    return ProbeRanges(prefixes)
  }

  /// An address with who may use it; `nil` for no API.
  func listener(_ log: Logger) throws -> (address: SocketAddress, access: APIAccess)? {
    if api == "none" { return nil }
    guard let address = SocketAddress(api, defaultPort: 8001) else {
      throw Failure.configuration("--api \(api): an address such as 127.0.0.1:8001, or none, is wanted")
    }
    var files = APIAccess.Files()
    files.certificate = apiTlsCert
    files.key = apiTlsKey
    files.clientCA = apiClientCa
    files.tokens = apiTokens
    do throws(AccessError) {
      return (address, try APIAccess(files, on: address) { log.warning("api: \($0)") })
    } catch {
      throw Failure.configuration(error.description)
    }
  }

  /// How programs on this machine write the address.
  var scheme: String { apiTlsCert == nil ? "http" : "https" }
}
