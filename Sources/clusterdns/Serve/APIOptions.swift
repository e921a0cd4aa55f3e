import ArgumentParser
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
