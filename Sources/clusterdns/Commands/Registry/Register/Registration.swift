import ClusterModel
import Glibc
import RegistryClient

/// One Pod and its Lease in a registry, kept alive.
struct Registration: Sendable {
  let client: RegistryClient
  let what: RegisteredPod
  private var isAway = false
  /// Whether everything was made: what is missing then was taken away.
  private var isRegistered = false
  /// Whether somebody has deleted the Pod.
  private(set) var isDeleted = false

  init(client: RegistryClient, what: RegisteredPod) {
    self.client = client
    self.what = what
  }

  /// Makes what is missing: namespace, Service, Lease, Pod.
  mutating func begin() async throws(RegistryClientError) {
    if try await make("/api/v1/namespaces", what.namespaceObject()) {
      say("namespace/\(what.namespace) created")
    }
    let services = ObjectKind.service.path(namespace: what.namespace)
    if try await make(services, what.serviceObject()) {
      say("\(what.serviceKey.shortDescription) created")
    }
    let labels = try await selectedLabels()
    _ = try await make(
      ObjectKind.lease.path(namespace: what.namespace), what.leaseObject(now: Self.now))
    let pods = ObjectKind.pod.path(namespace: what.namespace)
    if try await !make(pods, what.podObject(labels: labels)), try await isPodGoing() {
      // What is left of an instance of this name that has ended.
      _ = try await client.send(.init("DELETE", what.key.path + "?gracePeriodSeconds=0"))
      _ = try await make(pods, what.podObject(labels: labels))
    }
    try await writeStatus(isReady: true)
    isRegistered = true
    say("\(what.key.shortDescription) registered at \(what.address)")
  }

  /// Renews the Lease until the task is cancelled, or until somebody deletes the Pod. A registry that is away is waited for; one that has forgotten us is told again.
  func keepAlive() async -> Registration {
    var current = self
    while !Task.isCancelled {
      try? await Task.sleep(for: .milliseconds(what.ttl * 1000 / 3))
      guard !Task.isCancelled else { break }
      await current.renew()
      if current.isDeleted { break }
    }
    return current
  }

  /// Makes the endpoint unready, so that clients leave it.
  func drain() async {
    do throws(RegistryClientError) {
      try await writeStatus(isReady: false, reason: "Draining")
    } catch {
      complain("\(error)")
    }
  }

  /// Takes Pod and Lease away.
  func end() async {
    for path in [what.key.path + "?gracePeriodSeconds=0", what.leaseKey.path] {
      do throws(RegistryClientError) {
        _ = try await client.send(.init("DELETE", path))
      } catch {
        if case .refused(code: 404, _, _) = error { continue }
        complain("\(error)")
      }
    }
  }
}

// MARK: - Steps

extension Registration {
  private mutating func renew() async {
    do throws(RegistryClientError) {
      if isRegistered {
        try await patch(what.leaseKey.path, RegisteredPod.renewal(now: Self.now))
        isDeleted = try await isPodGoing()
      } else {
        try await begin()
      }
      if isAway { say("the registry is back") }
      isAway = false
    } catch {
      await recover(from: error)
    }
  }

  /// Whether the Pod is gone, or was asked to go, while its Lease is there: that is somebody's wish.
  private func isPodGoing() async throws(RegistryClientError) -> Bool {
    do throws(RegistryClientError) {
      let pod = try await client.send(.init("GET", what.key.path)).document()
      return pod["metadata"]?["deletionTimestamp"] != nil
    } catch {
      if case .refused(code: 404, _, _) = error { return true }
      throw error
    }
  }

  private mutating func recover(from error: RegistryClientError) async {
    if case .refused(code: 404, _, _) = error, isRegistered {
      isRegistered = false
      say("the registry has no \(what.leaseKey.shortDescription) any more: registering again")
      do throws(RegistryClientError) { try await begin() } catch { complain("\(error)") }
      return
    }
    if !isAway { complain("\(error)") }
    isAway = true
  }

  /// Makes an object, unless there is one with its name.
  private func make(_ path: String, _ body: [UInt8]) async throws(RegistryClientError) -> Bool {
    do throws(RegistryClientError) {
      _ = try await client.send(
        .init("POST", path + "?fieldManager=clusterdns-register", body: body))
      return true
    } catch {
      if case .refused(code: 409, "AlreadyExists", _) = error { return false }
      throw error
    }
  }

  /// What the Service selects.
  private func selectedLabels() async throws(RegistryClientError) -> [(String, String)] {
    let service = try await client.send(.init("GET", what.serviceKey.path)).document()
    guard case .mapping(let members)? = service["spec"]?["selector"]?.content, !members.isEmpty
    else {
      throw .unusable(
        "\(what.serviceKey.shortDescription) selects nothing, so nothing can be registered with it: give it a selector, or take another name"
      )
    }
    return members.map { ($0.key, $0.value.string ?? "") }
  }

  private func writeStatus(isReady: Bool, reason: String = "") async throws(RegistryClientError) {
    try await patch(
      what.key.path + "/status", what.status(isReady: isReady, reason: reason),
      as: "application/strategic-merge-patch+json")
  }

  private func patch(
    _ path: String, _ body: [UInt8], as type: String = "application/merge-patch+json"
  ) async throws(RegistryClientError) {
    _ = try await client.send(
      .init(
        "PATCH", path + "?fieldManager=clusterdns-register",
        contentType: type, body: body))
  }

  private func say(_ text: String) { ConsoleLog.write(text + "\n") }

  /// Now, as the API writes times with microseconds.
  private static var now: String {
    var time = timespec()
    unsafe _ = clock_gettime(CLOCK_REALTIME, &time)
    return Timestamp.text(microseconds: Int64(time.tv_sec) * 1_000_000 + Int64(time.tv_nsec) / 1000)
  }
}
