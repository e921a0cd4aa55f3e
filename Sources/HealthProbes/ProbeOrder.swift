import ClusterModel
package import NetworkAddresses

/// Which probe: the container of a Pod.
package struct ProbeName: Sendable, Hashable {
  /// The Pod.
  let pod: ObjectKey
  /// The place of the container in the Pod.
  let container: Int
}

/// One probe that is to be made now.
package struct ProbeOrder: Sendable {
  let name: ProbeName
  /// The Pod's identity: what comes back for another one does not count.
  let uid: UID
  /// Where to connect to.
  package var address: IPAddress
  /// The port, or why there is none.
  package var action: ProbeAction
  /// How long it may take, in seconds.
  package var timeout: Int64
}

/// What a probe does.
package enum ProbeAction: Sendable, Hashable {
  /// Connects.
  case connect(port: UInt16)
  /// Sends a request, with TLS or without, and wants an answer of 200–399.
  case request(port: UInt16, octets: [UInt8], isTLS: Bool)
  /// Calls gRPC's health service, over HTTP/2 without TLS, and wants `SERVING`; an empty service is the server as a whole.
  case call(port: UInt16, service: String)
  /// Fails at once, for it cannot be made.
  case impossible(String)
}

/// What a probe found: `nil` when all is well, else what is wrong.
package typealias ProbeFailure = String

extension ProbeAction {
  /// What the probe of a container does; `nil` for probes that only a kubelet can make.
  init?(_ probe: Probe, of container: Container, at address: IPAddress) {
    if let http = probe.httpGet {
      guard Self.isOwn(http.host, address) else { return nil }
      guard let port = Self.port(http.port, of: container) else {
        self = .impossible("the container has no port \(http.port)")
        return
      }
      guard let octets = Self.octets(http, at: address, port) else {
        self = .impossible("the path or a header field of the probe has control characters")
        return
      }
      self = .request(port: port, octets: octets, isTLS: http.scheme == "HTTPS")
    } else if let tcp = probe.tcpSocket {
      guard Self.isOwn(tcp.host, address) else { return nil }
      guard let port = Self.port(tcp.port, of: container) else {
        self = .impossible("the container has no port \(tcp.port)")
        return
      }
      self = .connect(port: port)
    } else if let grpc = probe.grpc {
      guard let port = UInt16(exactly: grpc.port) else {
        self = .impossible("there is no port \(grpc.port)")
        return
      }
      self = .call(port: port, service: grpc.service ?? "")
    } else {
      return nil
    }
  }

  /// Whether a probe's host is the Pod itself: the registry goes nowhere else because a Pod says so.
  private static func isOwn(_ host: String, _ address: IPAddress) -> Bool {
    host.isEmpty || IPAddress(host) == address
  }

  private static func port(_ port: PortReference, of container: Container) -> UInt16? {
    switch port {
    case .number(let number): UInt16(exactly: number)
    case .name(let name):
      container.ports.first { $0.name == name }.flatMap { UInt16(exactly: $0.containerPort) }
    }
  }

  /// Where a request goes, as HTTP writes it: `10.1.0.1:8080`, `[fd00::1]:8080`.
  static func authority(_ address: IPAddress, _ port: UInt16) -> String {
    address.family == .ipv6 ? "[\(address)]:\(port)" : "\(address):\(port)"
  }

  /// The request as HTTP/1.1 has it; `nil` for one that would be another request than it says.
  private static func octets(_ http: HTTPGetAction, at address: IPAddress, _ port: UInt16) -> [UInt8]? {
    let path = http.path.hasPrefix("/") ? http.path : "/" + http.path
    var fields = [
      ("Host", authority(address, port)), ("User-Agent", "clusterdns-probe"), ("Accept", "*/*"),
      ("Connection", "close"),
    ]
    for header in http.httpHeaders {
      fields.removeAll { $0.0.lowercased() == header.name.lowercased() }
      fields.append((header.name, header.value))
    }
    let texts = fields.flatMap { [$0.0, $0.1] }
    guard path.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
      texts.allSatisfy({ $0.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F } })
    else { return nil }
    let head = fields.map { "\($0.0): \($0.1)\r\n" }.joined()
    return Array("GET \(path) HTTP/1.1\r\n\(head)\r\n".utf8)
  }
}
