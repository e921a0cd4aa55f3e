import HummingbirdCore
import Logging
import NIOCore
import NIOSSL
import NIOTLS
import Synchronization

/// Whom the clients' certificates name, by connection.
final class ClientCertificates: Sendable {
  private let subjects = Mutex<[ObjectIdentifier: CertificateSubject]>([:])

  /// Whom the client of a connection named; for a stream of HTTP/2 that of its connection.
  func subject(_ channel: any Channel) -> CertificateSubject? {
    subjects.withLock { subjects in
      if subjects.isEmpty { return nil }
      return subjects[ObjectIdentifier(channel)] ?? channel.parent.flatMap { subjects[ObjectIdentifier($0)] }
    }
  }

  fileprivate func keep(_ certificate: NIOSSLCertificate, of channel: any Channel) {
    guard let octets = try? certificate.toDERBytes(), let subject = CertificateSubject(der: octets) else { return }
    subjects.withLock { $0[ObjectIdentifier(channel)] = subject }
    channel.closeFuture.whenComplete { [self] _ in
      _ = subjects.withLock { $0.removeValue(forKey: ObjectIdentifier(channel)) }
    }
  }
}

/// Connections with TLS: a handshake ends in time or the connection does, and the client's certificate is remembered.
struct SecureChannel<Base: ServerChildChannel>: ServerChildChannel {
  private let base: Base
  private let certificates: ClientCertificates
  private let limit: ConnectionLimit

  init(_ base: Base, _ certificates: ClientCertificates, _ limit: ConnectionLimit) {
    self.base = base
    self.certificates = certificates
    self.limit = limit
  }

  func setup(channel: any Channel, logger: Logger) -> EventLoopFuture<Base.Value> {
    let (certificates, limit) = (certificates, limit)
    return base.setup(channel: channel, logger: logger).flatMapThrowing { value in
      let operations = channel.pipeline.syncOperations
      let tls = try operations.handler(type: NIOSSLServerHandler.self)
      try operations.addHandler(SecureConnection(certificates, limit), position: .after(tls))
      return value
    }
  }

  func handle(value: Base.Value, logger: Logger) async { await base.handle(value: value, logger: logger) }
}

/// One connection's life: its handshake ends in time, and it ends when its client has said nothing for long.
private final class SecureConnection: ChannelInboundHandler {
  typealias InboundIn = NIOAny

  private let certificates: ClientCertificates
  private let limit: ConnectionLimit
  private var handshakeDeadline: Scheduled<Void>?
  private var idleCheck: RepeatedTask?
  private var lastRead = NIODeadline.now()

  init(_ certificates: ClientCertificates, _ limit: ConnectionLimit) {
    self.certificates = certificates
    self.limit = limit
  }

  func handlerAdded(context: ChannelHandlerContext) {
    let channel = context.channel
    handshakeDeadline = context.eventLoop.scheduleTask(in: .seconds(RequestBounds.handshakeTime)) {
      channel.close(promise: nil)
    }
    let own = NIOLoopBound(self, eventLoop: context.eventLoop)
    let time = TimeAmount.seconds(RequestBounds.secureIdle)
    idleCheck = context.eventLoop.scheduleRepeatedTask(initialDelay: time, delay: time) { [limit] _ in
      // An HTTP/2 client that does not answer our goodbye.
      if own.value.lastRead + time <= .now(), !limit.isHeld(channel) { channel.close(promise: nil) }
    }
  }

  func handlerRemoved(context: ChannelHandlerContext) {
    handshakeDeadline?.cancel()
    idleCheck?.cancel()
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    lastRead = .now()
    context.fireChannelRead(data)
  }

  func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
    if case .handshakeCompleted = event as? TLSUserEvent {
      handshakeDeadline?.cancel()
      if let certificate = try? context.pipeline.syncOperations.nioSSL_peerCertificate() {
        certificates.keep(certificate, of: context.channel)
      }
    }
    context.fireUserInboundEventTriggered(event)
  }
}
