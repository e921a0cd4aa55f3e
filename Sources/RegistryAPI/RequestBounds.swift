/// What one client may cost.
enum RequestBounds {
  /// The longest request target, in octets.
  static let target = 8 << 10
  /// The most octets of all header fields.
  static let headers = 64 << 10
  /// The most header fields.
  static let headerCount = 200
  /// The largest body, in octets.
  static let body = 3 << 20
  /// The most connections of a page server; when one more comes, the idlest one goes.
  static let connections = 512
  /// How long a connection may be silent, or a request's head incomplete, in seconds.
  static let idle: Int64 = 10
  /// How long a connection with TLS may be without requests, in seconds.
  static let secureIdle: Int64 = 60
  /// How long a handshake of TLS may take, in seconds.
  static let handshakeTime: Int64 = 5
  /// The most octets of all bodies that are being received.
  static let allBodies = 64 << 20
  /// How long a request's body may take to come, in seconds.
  static let bodyTime: Int64 = 5
  /// How long a reply may take to be read, in seconds.
  static let replyTime: Int64 = 30
  /// How long a client may go on sending a body that is refused, in seconds.
  static let lingerTime: Int64 = 1
  /// How long requests that are under way may take when the server ends, in seconds.
  static let stopTime: Int64 = 2
  /// The most octets of a refused body that are taken after the reply.
  static let lingerOctets = 16 << 20
}
