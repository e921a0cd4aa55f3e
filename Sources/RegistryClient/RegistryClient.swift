// RegistryClient: what programs ask of a registry's API over HTTP, with the errors that it answers.

import AsyncHTTPClient
public import ClusterModel
import Glibc
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Where a registry's API is, and who asks.
public struct RegistryLocation: Sendable, Hashable {
  /// Scheme, host and port: `http://127.0.0.1:8001`; a `/` at its end does not count.
  public var url: String
  /// What a client without a certificate shows to be let in; `nil` for nothing.
  public var token: String?
  /// A file of certificates (PEM) that the server's certificate must come from; `nil` for those of the system.
  public var authorities: String?
  /// The files (PEM) of the client's own certificate and its key; `nil` for none.
  public var certificate: (chain: String, key: String)? {
    get { certificateFiles.map { ($0[0], $0[1]) } }
    set { certificateFiles = newValue.map { [$0.chain, $0.key] } }
  }
  private var certificateFiles: [String]?

  /// The API at an address, without a login.
  public init(url: String = "http://127.0.0.1:8001") { self.url = url.hasSuffix("/") ? String(url.dropLast()) : url }
}

/// Why a request has no good answer.
public enum RegistryClientError: Error, Sendable, Hashable, CustomStringConvertible {
  /// Nobody answers at the address, or not in time.
  case unreachable(url: String, reason: String)
  /// The registry refuses: the status code, and the Status's reason and message.
  case refused(code: Int, reason: String, message: String)
  /// What came is not what was asked for.
  case malformed(String)
  /// A file or an address that was given cannot be used.
  case unusable(String)

  /// One sentence, with the mend where there is one.
  public var description: String {
    switch self {
    case .unreachable(let url, let reason):
      "no registry answers at \(url) (\(reason)): start one with `clusterdns serve`, or name its address with --server"
    case .refused(_, let reason, let message): reason.isEmpty ? message : "Error from server (\(reason)): \(message)"
    case .malformed(let what): "the server's answer cannot be read: \(what)"
    case .unusable(let what): what
    }
  }
}

/// Asks one registry. Requests are independent of each other; connections are kept and shared.
public struct RegistryClient: Sendable {
  /// Where the registry is.
  public let location: RegistryLocation
  private let tls: TLSConfiguration?
  /// The most octets of an answer that is kept whole: a list of 100,000 Services has some 100 MB.
  private static let answerLimit = 1 << 30
  private static let patience = TimeAmount.seconds(60)
  /// The connections of the process: a server that is not there is an error at once, not after many tries. Each
  /// watch has one for itself: over HTTP/2 servers let a hundred share one, and the next would wait without end.
  private static let http: HTTPClient = {
    var configuration = HTTPClient.Configuration()
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 4096
    configuration.httpVersion = .http1Only
    configuration.timeout.connect = .seconds(5)
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }()

  /// - Throws: ``RegistryClientError/unusable(_:)`` for certificates that cannot be read.
  public init(_ location: RegistryLocation) throws(RegistryClientError) {
    self.location = location
    tls = try Self.tls(location)
  }

  private static func tls(_ location: RegistryLocation) throws(RegistryClientError) -> TLSConfiguration? {
    guard location.authorities != nil || location.certificate != nil else { return nil }
    var configuration = TLSConfiguration.makeClientConfiguration()
    if let file = location.authorities { configuration.trustRoots = .file(file) }
    guard let files = location.certificate else { return configuration }
    do {
      configuration.certificateChain = try NIOSSLCertificate.fromPEMFile(files.chain).map { .certificate($0) }
      configuration.privateKey = .privateKey(try NIOSSLPrivateKey(file: files.key, format: .pem))
    } catch {
      throw .unusable("the certificate \(files.chain) with the key \(files.key) cannot be used: \(error)")
    }
    return configuration
  }
}

// MARK: - Requests

extension RegistryClient {
  /// What is asked.
  public struct Request: Sendable, Hashable {
    /// GET, POST, PUT, PATCH or DELETE.
    public var method: String
    /// The path with its query, percent-encoded: `/api/v1/namespaces/shop/services?limit=500`.
    public var target: String
    /// What the answer should be in; JSON when nothing is said.
    public var accept: String
    /// The media type of the body.
    public var contentType: String
    /// The body; empty for none.
    public var body: [UInt8]

    /// A request; what is left out is not said.
    public init(
      _ method: String, _ target: String, accept: String = "application/json", contentType: String = "application/json",
      body: [UInt8] = []
    ) {
      self.method = method
      self.target = target
      self.accept = accept
      self.contentType = contentType
      self.body = body
    }
  }

  /// A good answer.
  public struct Answer: Sendable, Hashable {
    /// 200–299.
    public let code: Int
    /// The content as it came.
    public let body: [UInt8]
    /// What the server wants to be told beside the answer (headers `Warning`).
    public let warnings: [String]

    /// The body as a document.
    ///
    /// - Throws: ``RegistryClientError/malformed(_:)`` for what is no JSON.
    public func document() throws(RegistryClientError) -> DocumentNode { try RegistryClient.document(body) }
  }

  /// Asks, and waits for the whole answer.
  ///
  /// - Throws: ``RegistryClientError``: also for every answer that is no success.
  public func send(_ request: Request) async throws(RegistryClientError) -> Answer {
    do {
      let response = try await Self.http.execute(http(request), timeout: Self.patience)
      let body = [UInt8](buffer: try await response.body.collect(upTo: Self.answerLimit))
      let code = Int(response.status.code)
      guard (200..<300).contains(code) else { throw Self.refusal(code, body) }
      let warnings = response.headers["Warning"].map(Self.warning)
      return Answer(code: code, body: body, warnings: warnings)
    } catch let error as RegistryClientError {
      throw error
    } catch {
      throw .unreachable(url: location.url, reason: Self.words(error))
    }
  }

  /// Asks for something that goes on, and hands out its lines until one is not wanted or the server ends them. What a server says
  /// behind its last line break is no line.
  ///
  /// - Parameters:
  ///   - request: what is asked for.
  ///   - opened: is called when the server begins to answer.
  ///   - receive: gets each line as a document; `false` ends the request.
  /// - Throws: ``RegistryClientError``.
  public func follow(
    _ request: Request, opened: () -> Void = {}, _ receive: (DocumentNode) async throws(RegistryClientError) -> Bool
  ) async throws(RegistryClientError) {
    do {
      // The deadline is that of the answer's head.
      let response = try await Self.http.execute(http(request), timeout: Self.patience)
      guard response.status.code == 200 else {
        let body = [UInt8](buffer: try await response.body.collect(upTo: Self.answerLimit))
        throw Self.refusal(Int(response.status.code), body)
      }
      opened()
      var lines = LineBuffer()
      for try await part in response.body {
        lines.append(part.readableBytesView)
        while let line = lines.next() {
          guard try await receive(try Self.document(line)) else { return }
        }
        guard lines.waiting <= Self.answerLimit else { throw RegistryClientError.malformed("a line without an end") }
      }
    } catch let error as RegistryClientError {
      throw error
    } catch {
      throw .unreachable(url: location.url, reason: Self.words(error))
    }
  }

  private func http(_ request: Request) -> HTTPClientRequest {
    var http = HTTPClientRequest(url: location.url + request.target)
    http.method = HTTPMethod(rawValue: request.method)
    http.headers.add(name: "Accept", value: request.accept)
    http.headers.add(name: "User-Agent", value: "clusterdns")
    if let token = location.token { http.headers.add(name: "Authorization", value: "Bearer \(token)") }
    if !request.body.isEmpty {
      http.headers.add(name: "Content-Type", value: request.contentType)
      http.body = .bytes(request.body)
    }
    http.tlsConfiguration = tls
    return http
  }
}

// MARK: - Answers

extension RegistryClient {
  fileprivate static func document(_ text: [UInt8]) throws(RegistryClientError) -> DocumentNode {
    do throws(DocumentError) {
      var reader = try JSONReader(text)
      if let node = try reader.next() { return node }
    } catch {
      throw .malformed("\(error)")
    }
    throw .malformed("it is empty")
  }

  /// What a Status says; the code alone when there is none.
  private static func refusal(_ code: Int, _ body: [UInt8]) -> RegistryClientError {
    let status = try? document(body)
    let reason = status?["reason"]?.string ?? ""
    return .refused(code: code, reason: reason, message: status?["message"]?.string ?? "the server answers \(code)")
  }

  /// The text of a header `Warning`: `299 - "text"` (RFC 7234 §5.5).
  private static func warning(_ value: String) -> String {
    guard let start = value.firstIndex(of: "\""), let end = value.lastIndex(of: "\""), start < end else { return value }
    return String(value[value.index(after: start)..<end]).replacing("\\\"", with: "\"")
  }

  /// What went wrong with the connection, in a few words.
  private static func words(_ error: any Error) -> String {
    switch error {
    case let error as HTTPClientError where error == .connectTimeout || error == .deadlineExceeded: "no answer in time"
    case let error as HTTPClientError: error.shortDescription
    case let error as NIOConnectionError: error.connectionErrors.first.map { words($0.error) } ?? "no connection"
    case let error as IOError: unsafe strerror(error.errnoCode).map { unsafe String(cString: $0) } ?? "\(error)"
    default: "\(error)"
    }
  }
}
