package import ClusterDiscovery
package import RegistryClient

/// What a Pod is given to use its cluster's API with.
package struct ServiceAccount {
  /// The folder with `token` and `ca.crt`.
  let folder: String
  /// The value of an environment variable.
  let environment: (String) -> String?

  package init(folder: String, environment: @escaping (String) -> String?) {
    (self.folder, self.environment) = (folder, environment)
  }

  /// Where the API is: `https://10.96.0.1:443`.
  package func location() throws(DiscoveryError) -> RegistryLocation {
    guard let host = environment("KUBERNETES_SERVICE_HOST"), !host.isEmpty else {
      throw DiscoveryError(.notFound, "KUBERNETES_SERVICE_HOST is not set: this program does not run in a Pod")
    }
    let port = environment("KUBERNETES_SERVICE_PORT_HTTPS") ?? environment("KUBERNETES_SERVICE_PORT") ?? "443"
    var location = RegistryLocation(url: "https://\(host.contains(":") ? "[\(host)]" : host):\(port)")
    location.authorities = "\(folder)/ca.crt"
    return location
  }

  func login() throws(DiscoveryError) -> APILogin {
    let login = APILogin(location: try location(), tokenFile: "\(folder)/token")
    for file in ["\(folder)/ca.crt", "\(folder)/token"] { _ = try FileContents.read(file, upTo: 1 << 20) }
    return login
  }
}
