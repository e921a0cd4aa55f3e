import AsyncHTTPClient
import ClusterDiscovery
import NIOCore

/// A service in a registry, with one instance: a Service and a Pod, over the registry's API.
struct RegisteredService: Sendable {
  let registry: String
  let target = try! Target("faults:tcp")

  /// Makes the service when it is not there, and has this one be its instance.
  func register(_ instance: Instance) async throws {
    try await apply(
      "services/faults", "Service",
      #""spec": {"selector": {"app": "faults"}, "ports": [{"name": "tcp", "port": 80, "targetPort": "tcp"}]}"#)
    let port = #"{"name": "tcp", "containerPort": \#(instance.address.port)}"#
    try await apply("pods/faults", "Pod", #""spec": {"containers": [{"name": "main", "ports": [\#(port)]}]}"#)
    try await apply(
      "pods/faults/status", "Pod",
      #""status": {"podIPs": [{"ip": "\#(instance.address.address)"}], "conditions": [{"type": "Ready", "status": "True"}]}"#
    )
  }

  /// Has a part of an object be as it is said (server-side apply).
  private func apply(_ path: String, _ kind: String, _ part: String) async throws {
    var request = HTTPClientRequest(url: "\(registry)/api/v1/namespaces/default/\(path)?fieldManager=hello-faults")
    request.method = .PATCH
    request.headers.add(name: "Content-Type", value: "application/apply-patch+yaml")
    let metadata = #"{"name": "faults", "labels": {"app": "faults"}}"#
    let object = #"{"kind": "\#(kind)", "apiVersion": "v1", "metadata": \#(metadata), \#(part)}"#
    request.body = .bytes(ByteBuffer(string: object))
    let response = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
    let answer = String(buffer: try await response.body.collect(upTo: 1 << 20))
    try require((200..<300).contains(response.status.code), "the registry does not take \(path): \(answer)")
  }
}
