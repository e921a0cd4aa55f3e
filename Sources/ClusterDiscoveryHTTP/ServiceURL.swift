import AsyncHTTPClient
import ClusterDiscovery

/// A URL whose host is a service.
struct ServiceURL {
  let target: Target
  /// Host and port, as they were written.
  private let authority: String
  /// Path and query.
  private let rest: String

  /// Reads a URL.
  init(_ url: String, defaultNamespace: String) throws(ServiceURLError) {
    let scheme = "http://"
    guard url.lowercased().hasPrefix(scheme) else {
      throw ServiceURLError(url: url, problem: "it must begin with http://; https cannot be had by a service's name")
    }
    let behind = url.dropFirst(scheme.count)
    let end = behind.firstIndex { "/?#".contains($0) } ?? behind.endIndex
    authority = String(behind[..<end])
    guard !authority.contains("@") else {
      throw ServiceURLError(url: url, problem: "names and passwords in URLs are not taken; use a header")
    }
    let path = String(behind[end...].prefix { $0 != "#" })
    rest = path.hasPrefix("/") ? path : "/" + path
    do throws(TargetError) {
      target = try Target(authority, defaultNamespace: defaultNamespace)
    } catch {
      throw ServiceURLError(url: url, problem: error.problem)
    }
  }

  /// The request to one endpoint.
  func request(_ request: HTTPClientRequest, to endpoint: Endpoint) -> HTTPClientRequest {
    var request = request
    request.url = "http://\(endpoint.address)\(rest)"
    if !request.headers.contains(name: "Host") { request.headers.add(name: "Host", value: authority) }
    return request
  }
}

/// Why a URL names no service.
public struct ServiceURLError: Error, Hashable, CustomStringConvertible {
  /// The URL.
  public let url: String
  /// What is wrong with it, and what would be right.
  public let problem: String

  /// One line for a person.
  public var description: String { "the URL \"\(url)\": \(problem)" }
}
