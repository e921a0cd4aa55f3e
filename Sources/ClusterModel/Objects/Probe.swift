/// How to find out whether a container is well: one handler, and how often and how patiently it is asked.
public struct Probe: Sendable, Hashable {
  /// A request over HTTP.
  public var httpGet: HTTPGetAction?
  /// A connection over TCP.
  public var tcpSocket: TCPSocketAction?
  /// A call of gRPC's health service.
  public var grpc: GRPCAction?
  /// A command in the container, as JSON; only a kubelet can run it.
  var exec: StringMap
  /// How long after the start the first probe comes, in seconds.
  public var initialDelaySeconds: Int32
  /// How long one probe may take, in seconds from 1; 0 before defaulting.
  public var timeoutSeconds: Int32
  /// The time from one probe to the next, in seconds from 1; 0 before defaulting.
  public var periodSeconds: Int32
  /// How many successes in a row make it well, from 1; 0 before defaulting.
  public var successThreshold: Int32
  /// How many failures in a row make it unwell, from 1; 0 before defaulting.
  public var failureThreshold: Int32
  /// How long the container may take to end after its liveness probe has failed, in seconds.
  public var terminationGracePeriodSeconds: Int64?

  /// A probe of one handler; what is left out is not said.
  public init(httpGet: HTTPGetAction? = nil, tcpSocket: TCPSocketAction? = nil, grpc: GRPCAction? = nil) {
    self.httpGet = httpGet
    self.tcpSocket = tcpSocket
    self.grpc = grpc
    exec = [:]
    initialDelaySeconds = 0
    timeoutSeconds = 0
    periodSeconds = 0
    successThreshold = 0
    failureThreshold = 0
  }
}

/// A request over HTTP that must be answered with 200–399.
public struct HTTPGetAction: Sendable, Hashable {
  /// The path with its query: `/healthz`.
  public var path: String
  /// The port, by number or by its name in the container.
  public var port: PortReference
  /// Where to connect to; empty for the Pod's address.
  public var host: String
  /// `HTTP` or `HTTPS`; empty for HTTP.
  public var scheme: String
  /// Further header fields.
  public var httpHeaders: [HTTPHeader]

  /// From its parts; what is left out has its default.
  public init(path: String = "", port: PortReference = .number(0), host: String = "", scheme: String = "") {
    self.path = path
    self.port = port
    self.host = host
    self.scheme = scheme
    httpHeaders = []
  }
}

/// One header field of a probe's request.
public struct HTTPHeader: Sendable, Hashable {
  /// The field's name.
  public var name: String
  /// The field's value.
  public var value: String

  /// From its parts.
  public init(name: String = "", value: String = "") {
    self.name = name
    self.value = value
  }
}

/// A connection over TCP that must come about.
public struct TCPSocketAction: Sendable, Hashable {
  /// The port, by number or by its name in the container.
  public var port: PortReference
  /// Where to connect to; empty for the Pod's address.
  public var host: String

  /// From its parts.
  public init(port: PortReference = .number(0), host: String = "") {
    self.port = port
    self.host = host
  }
}

/// A call of `grpc.health.v1.Health/Check` that must answer `SERVING`.
public struct GRPCAction: Sendable, Hashable {
  /// The port's number.
  public var port: Int32
  /// The service that is asked about; `nil` for the server as a whole.
  public var service: String?

  /// From its parts.
  public init(port: Int32 = 0, service: String? = nil) {
    self.port = port
    self.service = service
  }
}
