import Glibc
public import NetworkAddresses
import Synchronization

/// Who may reach the API, and how: TLS, tokens, client certificates.
public struct APIAccess: Sendable {
  /// The files that the program was given; `nil` for one that was not.
  public struct Files: Sendable {
    /// The server's certificate, and those that lead from it to a CA, in PEM.
    public var certificate: String?
    /// The certificate's key, in PEM.
    public var key: String?
    /// The CAs whose certificates name users, in PEM.
    public var clientCA: String?
    /// Tokens, users and roles.
    public var tokens: String?

    /// No files: no TLS and no login.
    public init() {}
  }

  let tls: TLSFiles?
  private let tokens: AccessFiles<TokenFile>?
  /// Whether a client must say who it is.
  let needsLogin: Bool
  /// The requests of one user or, without a login, one address; `nil` for as many as come.
  let rate: RateLimit?

  /// Programs on this machine do everything, without TLS and without a login.
  public static let local = APIAccess(tls: nil, tokens: nil, needsLogin: false, rate: nil)

  private init(tls: TLSFiles?, tokens: AccessFiles<TokenFile>?, needsLogin: Bool, rate: RateLimit?) {
    self.tls = tls
    self.tokens = tokens
    self.needsLogin = needsLogin
    self.rate = rate
  }

  /// Reads the files. They are read again when they change; what is wrong with them then is reported, and changes nothing.
  ///
  /// - Parameter files: which files.
  /// - Parameter address: where the API is to be.
  /// - Parameter report: gets what an operator should know.
  /// - Throws: ``AccessError`` for files that cannot be used, and for an address that others reach but which asks for no login.
  public init(
    _ files: Files, on address: SocketAddress, report: @escaping @Sendable (String) -> Void
  ) throws(AccessError) {
    try Self.check(files, on: address)
    do {
      tls = try files.certificate.map { certificate in
        try TLSFiles(
          certificate: certificate, key: files.key ?? certificate, clientCA: files.clientCA, report: report)
      }
      tokens = try files.tokens.map { path in
        try AccessFiles([path], report: report) {
          if FileStamp(path).isWorldReadable {
            report("--api-tokens \(path): every user of this machine can read the tokens; run: chmod 600 \(path)")
          }
          return try TokenFile(parsing: try AccessFile.text(path, option: "--api-tokens"), path: path)
        }
      }
    } catch {
      throw error as? AccessError ?? AccessError("\(error)")
    }
    needsLogin = files.tokens != nil || files.clientCA != nil
    rate = needsLogin ? RateLimit(perSecond: 5_000, burst: 10_000) : nil
  }

  private static func check(_ files: Files, on address: SocketAddress) throws(AccessError) {
    if files.certificate == nil, files.key != nil {
      throw AccessError("--api-tls-key: there is no certificate for the key; give --api-tls-cert too")
    }
    if files.clientCA != nil, files.certificate == nil {
      throw AccessError("--api-client-ca: client certificates need TLS; give --api-tls-cert and --api-tls-key too")
    }
    if address.address.isLoopback { return }
    let open = "--api \(address): others than programs on this machine could reach the registry"
    if files.certificate == nil {
      throw AccessError(
        "\(open) without TLS; give --api-tls-cert and --api-tls-key, or write --api 127.0.0.1:\(address.port)")
    }
    if files.tokens == nil, files.clientCA == nil {
      throw AccessError(
        "\(open) without a login; give --api-tokens or --api-client-ca, or write --api 127.0.0.1:\(address.port)")
    }
  }

  /// Who asks; `nil` for who does not say, or says it wrongly.
  ///
  /// - Parameters:
  ///   - authorization: the header Authorization (RFC 6750 §2.1); empty for none.
  ///   - certificate: whom the client's certificate names; `nil` for none.
  func access(authorization: String, certificate: CertificateSubject?) -> Access? {
    if !needsLogin { return .local }
    if authorization.isEmpty { return certificate?.access }
    let parts = authorization.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else { return nil }
    return tokens?.value.access(Array(parts[1].utf8))
  }
}
