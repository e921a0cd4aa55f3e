import ClusterDiscovery
import ClusterModel
import RegistryClient

/// Where the API is and how to be let in; its requests, with errors as sources have them.
struct APILogin: Sendable {
  var location: RegistryLocation
  /// A file with the token, read anew for each request: the cluster exchanges it every hour or so.
  var tokenFile: String?

  /// The objects of a kind.
  func list(_ request: RegistryClient.Request, of kind: ObjectKind) async -> Result<ObjectList, WatchFailure> {
    do throws(WatchFailure) {
      return .success(try ObjectList(try await document(request), of: kind))
    } catch {
      return .failure(error)
    }
  }

  /// Follows a watch until it ends.
  ///
  /// - Returns: why it broke off; `nil` when it ended as it should.
  func watch(
    _ request: RegistryClient.Request, of kind: ObjectKind, _ progress: WatchProgress,
    _ receive: @escaping @Sendable (WatchEvent) -> Void
  ) async -> WatchFailure? {
    var problem: WatchFailure?
    do throws(RegistryClientError) {
      try await client().follow(request, opened: progress.open) { line in
        do throws(WatchFailure) {
          let event = try WatchEvent(line, of: kind)
          progress.hear()
          receive(event)
          return true
        } catch {
          problem = error
          return false
        }
      }
    } catch {
      problem = failure(error, isOpen: progress.isOpen)
    }
    return problem
  }

  private func document(_ request: RegistryClient.Request) async throws(WatchFailure) -> DocumentNode {
    do throws(RegistryClientError) {
      return try await client().send(request).document()
    } catch {
      throw failure(error, isOpen: false)
    }
  }

  /// A client that shows what the token's file says now.
  private func client() throws(RegistryClientError) -> RegistryClient {
    var location = location
    if let tokenFile { location.token = try Self.token(tokenFile) }
    return try RegistryClient(location)
  }

  private static func token(_ path: String) throws(RegistryClientError) -> String {
    do throws(DiscoveryError) {
      let text = String(decoding: try FileContents.read(path, upTo: 1 << 16), as: UTF8.self)
      return String(text.split(whereSeparator: \.isWhitespace).first ?? "")
    } catch {
      throw .unusable(error.message)
    }
  }
}

// MARK: - Errors

extension APILogin {
  /// Nothing came for so long.
  func silence(_ limit: Duration) -> DiscoveryError {
    DiscoveryError(.unavailable, "the API at \(location.url) has said nothing for \(limit)")
  }

  /// - Parameter isOpen: whether the server had begun to answer the request.
  private func failure(_ error: RegistryClientError, isOpen: Bool) -> WatchFailure {
    switch error {
    case .unreachable(let url, let reason):
      let problem = DiscoveryError(.unavailable, "no API answers at \(url) (\(reason))")
      return isOpen ? .cut(problem) : .failed(problem)
    case .refused(410, _, _): return .expired
    case .refused(let code, _, let message): return .failed(refusal(code, message))
    case .malformed(let what): return .malformed(what)
    case .unusable(let what): return .failed(DiscoveryError(.denied, what))
    }
  }

  private func refusal(_ code: Int, _ message: String) -> DiscoveryError {
    switch code {
    case 401, 403:
      DiscoveryError(
        .denied,
        "the API at \(location.url) refuses (\(message)): it takes a token that may list and watch services "
          + "and endpointslices in the target's namespace")
    case 400, 404, 405, 406:
      DiscoveryError(.malformed, "\(location.url) is no Kubernetes API, or an old one (\(message))")
    default: DiscoveryError(.unavailable, "the API at \(location.url) cannot answer (\(message))")
    }
  }
}
