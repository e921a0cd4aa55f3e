import ClusterModel
import NetworkAddresses

/// What is registered, and the objects that say so (docs/registration.md).
struct RegisteredPod: Sendable {
  let service: String
  let namespace: String
  /// The Pod's name, and its Lease's.
  let name: String
  let address: IPAddress
  let ports: [PortArgument]
  /// How long the Lease goes without being renewed, in seconds.
  let ttl: Int
  /// What the registry asks the instance; `nil` for nothing.
  let check: CheckArgument?

  var key: ObjectKey { ObjectKey(.pod, namespace: namespace, name: name) }
  var leaseKey: ObjectKey { ObjectKey(.lease, namespace: namespace, name: name) }
  var serviceKey: ObjectKey { ObjectKey(.service, namespace: namespace, name: service) }

  /// Five letters and digits as Kubernetes draws them: none that make words.
  static func randomSuffix() -> String {
    let letters = Array("bcdfghjklmnpqrstvwxz2456789")
    return String((0..<5).map { _ in letters[Int.random(in: 0..<letters.count)] })
  }

  func namespaceObject() -> [UInt8] {
    Self.json { writer in
      writer.head("v1", "Namespace")
      writer.key("metadata")
      writer.object { $0.text("name", namespace) }
    }
  }

  /// A Service that selects this Pod and others of its name.
  func serviceObject() -> [UInt8] {
    Self.json { writer in
      writer.head("v1", "Service")
      writer.key("metadata")
      writer.object { $0.text("name", service) }
      writer.key("spec")
      writer.object { writer in
        writer.key("selector")
        writer.object { $0.text("app", service) }
        writer.key("ports")
        writer.array { writer in for port in ports { writer.servicePort(port) } }
      }
    }
  }

  /// - Parameter labels: those that the Service selects.
  func podObject(labels: [(String, String)]) -> [UInt8] {
    Self.json { writer in
      writer.head("v1", "Pod")
      writer.key("metadata")
      writer.object { writer in
        writer.text("name", name)
        writer.key("labels")
        writer.object { writer in for (key, value) in labels { writer.text(key, value) } }
        writer.key("annotations")
        writer.object { $0.text(WellKnownAnnotation.lease, name) }
      }
      writer.key("spec")
      writer.object { writer in
        writer.key("containers")
        writer.array { writer in
          writer.object { writer in
            writer.text("name", "main")
            writer.key("ports")
            writer.array { writer in for port in ports { writer.containerPort(port) } }
            if let check {
              writer.key("readinessProbe")
              writer.probe(check, ports)
            }
          }
        }
      }
    }
  }

  /// The Pod's status, as a strategic merge patch: other conditions stay.
  func status(isReady: Bool, reason: String) -> [UInt8] {
    Self.json { writer in
      writer.key("status")
      writer.object { writer in
        writer.text("phase", "Running")
        writer.text("podIP", "\(address)")
        writer.key("podIPs")
        writer.array { $0.object { $0.text("ip", "\(address)") } }
        writer.key("containerStatuses")
        writer.array { $0.container(isReady: isReady) }
        writer.key("conditions")
        writer.array { writer in
          writer.object { writer in
            writer.text("type", "Ready")
            writer.text("status", isReady ? "True" : "False")
            if !reason.isEmpty { writer.text("reason", reason) }
          }
        }
      }
    }
  }

  /// - Parameter now: RFC 3339 with microseconds.
  func leaseObject(now: String) -> [UInt8] {
    Self.json { writer in
      writer.head("coordination.k8s.io/v1", "Lease")
      writer.key("metadata")
      writer.object { $0.text("name", name) }
      writer.key("spec")
      writer.object { writer in
        writer.text("holderIdentity", name)
        writer.key("leaseDurationSeconds")
        writer.number(ttl)
        writer.text("renewTime", now)
      }
    }
  }

  /// A renewal, as a merge patch.
  static func renewal(now: String) -> [UInt8] {
    json { writer in
      writer.key("spec")
      writer.object { $0.text("renewTime", now) }
    }
  }

  private static func json(_ body: (inout JSONWriter) -> Void) -> [UInt8] {
    var writer = JSONWriter()
    writer.object(body)
    return writer.bytes
  }
}

extension JSONWriter {
  fileprivate mutating func head(_ version: String, _ kind: String) {
    text("apiVersion", version)
    text("kind", kind)
  }

  fileprivate mutating func text(_ name: String, _ value: String) {
    key(name)
    string(value)
  }

  fileprivate mutating func servicePort(_ port: PortArgument) {
    object { writer in
      if !port.name.isEmpty { writer.text("name", port.name) }
      writer.key("port")
      writer.number(port.number)
      writer.key("targetPort")
      if port.name.isEmpty { writer.number(port.number) } else { writer.string(port.name) }
      writer.text("protocol", port.transport.rawValue)
    }
  }

  /// What is said of the one container, so that lists show it as ready.
  fileprivate mutating func container(isReady: Bool) {
    object { writer in
      writer.text("name", "main")
      writer.key("ready")
      writer.boolean(isReady)
      writer.key("restartCount")
      writer.number(0)
      writer.text("image", "")
      writer.text("imageID", "")
    }
  }

  /// A probe that finds a failure, and a recovery, within some seconds.
  fileprivate mutating func probe(_ check: CheckArgument, _ ports: [PortArgument]) {
    object { writer in
      switch check {
      case .http(let scheme, let port, let path):
        writer.key("httpGet")
        writer.object { writer in
          writer.text("scheme", scheme)
          writer.key("port")
          writer.number(port)
          writer.text("path", path.isEmpty ? "/" : path)
        }
      case .tcp:
        writer.key("tcpSocket")
        writer.object { $0.firstTCPPort(of: ports) }
      case .grpc(let service):
        writer.key("grpc")
        writer.object { writer in
          writer.firstTCPPort(of: ports)
          if !service.isEmpty { writer.text("service", service) }
        }
      }
      writer.key("periodSeconds")
      writer.number(2)
      writer.key("failureThreshold")
      writer.number(2)
    }
  }

  /// The command refuses checks of TCP without such a port.
  private mutating func firstTCPPort(of ports: [PortArgument]) {
    key("port")
    number(ports.first { $0.transport == .tcp }?.number ?? 0)
  }

  fileprivate mutating func containerPort(_ port: PortArgument) {
    object { writer in
      if !port.name.isEmpty { writer.text("name", port.name) }
      writer.key("containerPort")
      writer.number(port.number)
      writer.text("protocol", port.transport.rawValue)
    }
  }
}
