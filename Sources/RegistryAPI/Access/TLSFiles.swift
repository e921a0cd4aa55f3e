import HummingbirdHTTP2
import NIOCore
import NIOSSL

/// The server's certificate and key, and the CAs of clients.
struct TLSFiles: Sendable {
  private struct Identity: Sendable {
    let chain: [NIOSSLCertificate]
    let key: NIOSSLPrivateKey
  }

  private let identity: AccessFiles<Identity>
  private let clientCA: String?

  /// - Throws: ``AccessError`` that names the file.
  init(
    certificate: String, key: String, clientCA: String?, report: @escaping @Sendable (String) -> Void
  ) throws {
    identity = try AccessFiles([certificate, key], report: report) {
      try Self.identity(certificate, key)
    }
    self.clientCA = clientCA
    if let clientCA { _ = try Self.certificates(clientCA, "--api-client-ca") }
    _ = try NIOSSLContext(configuration: try configuration())
  }

  /// TLS 1.2 and later. Each handshake takes the certificate that the files have by then.
  func configuration() throws -> TLSConfiguration {
    let now = identity.value
    var configuration = TLSConfiguration.makeServerConfiguration(
      certificateChain: now.chain.map { .certificate($0) }, privateKey: .privateKey(now.key))
    configuration.minimumTLSVersion = .tlsv12
    if let clientCA {
      configuration.trustRoots = .certificates(try Self.certificates(clientCA, "--api-client-ca"))
      configuration.sendCANameList = true
      configuration.certificateVerification = .optionalVerification
    }
    let identity = identity
    configuration.sslContextCallback = { _, promise in
      let now = identity.value
      var change = NIOSSLContextConfigurationOverride()
      change.certificateChain = now.chain.map { .certificate($0) }
      change.privateKey = .privateKey(now.key)
      promise.succeed(change)
    }
    return configuration
  }

  private static func identity(_ certificate: String, _ key: String) throws -> Identity {
    let chain = try certificates(certificate, "--api-tls-cert")
    let privateKey: NIOSSLPrivateKey
    do {
      privateKey = try NIOSSLPrivateKey(
        bytes: Array(try AccessFile.text(key, option: "--api-tls-key").utf8), format: .pem)
    } catch let error as AccessError {
      throw error
    } catch {
      throw AccessError("--api-tls-key \(key): no private key in PEM without a password is in the file")
    }
    do {
      _ = try NIOSSLContext(
        configuration: .makeServerConfiguration(
          certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(privateKey)))
    } catch {
      throw AccessError("--api-tls-key \(key): the key is not that of the certificate in \(certificate)")
    }
    return Identity(chain: chain, key: privateKey)
  }

  private static func certificates(_ path: String, _ option: String) throws -> [NIOSSLCertificate] {
    let text = try AccessFile.text(path, option: option)
    guard let certificates = try? NIOSSLCertificate.fromPEMBytes(Array(text.utf8)), !certificates.isEmpty else {
      throw AccessError("\(option) \(path): no certificate in PEM is in the file")
    }
    return certificates
  }
}
