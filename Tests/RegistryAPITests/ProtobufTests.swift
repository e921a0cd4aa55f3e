import ClusterModel
import Foundation
import NetworkAddresses
import Registry
import Testing

@testable import RegistryAPI

/// Bodies that kubectl 1.32 sends as Protocol Buffers.
@Suite("Registry API: protobuf bodies")
struct ProtobufTests {
  private static let type = "application/vnd.kubernetes.protobuf"
  private let handler: APIHandler

  init() throws { handler = APIHandler(registry: Registry(), address: "127.0.0.1:8001") }

  private func post(_ path: String, _ base64: String) throws -> (code: Int, body: DocumentNode) {
    let body = try #require(Data(base64Encoded: base64))
    let request = try #require(
      APIRequest(method: "POST", target: path, contentType: Self.type, body: Array(body)))
    let reply = handler.reply(to: request)
    return (reply.code, try parse(reply.body))
  }

  private func makeNamespace() throws {
    let body = "azhzAAoPCgJ2MRIJTmFtZXNwYWNlEhsKEwoDdGFwEgAaACIAKgAyADgAQgASABoCCgAaACIA"
    let reply = try post("/api/v1/namespaces?fieldManager=kubectl-create&fieldValidation=Strict", body)
    #expect(reply.code == 201)
    #expect(reply.body.text("metadata.name") == "tap")
    #expect(reply.body.text("status.phase") == "Active")
  }

  @Test("kubectl create namespace tap")
  func namespace() throws { try makeNamespace() }

  @Test(
    "kubectl create service …",
    arguments: [
      (
        "azhzAAoNCgJ2MRIHU2VydmljZRJvCiIKA29uZRIAGgN0YXAiACoAMgA4AEIAWgoKA2FwcBIDb25lEkUKHgoJNTY3OC04MDgwEgNUQ1AYriwi"
          + "BwgAEJA/GgAoABIKCgNhcHASA29uZRoAIglDbHVzdGVySVA6AEIAUgBaAGAAaAAaAgoAGgAiAA==",
        "one", "ClusterIP",
        #"{"name":"5678-8080","protocol":"TCP","port":5678,"targetPort":8080}"#
      ),
      (
        "azhzAAoNCgJ2MRIHU2VydmljZRJoCiIKA3R3bxIAGgN0YXAiACoAMgA4AEIAWgoKA2FwcBIDdHdvEj4KGAoFODAtODASA1RDUBhQIgYIABBQ"
          + "GgAoABIKCgNhcHASA3R3bxoAIghOb2RlUG9ydDoAQgBSAFoAYABoABoCCgAaACIA",
        "two", "NodePort", #"{"name":"80-80","protocol":"TCP","port":80,"targetPort":80,"nodePort":"#
      ),
      (
        "azhzAAoNCgJ2MRIHU2VydmljZRJnCiYKBXRocmVlEgAaA3RhcCIAKgAyADgAQgBaDAoDYXBwEgV0aHJlZRI5EgwKA2FwcBIFdGhyZWUaACIM"
          + "RXh0ZXJuYWxOYW1lOgBCAFIPd3d3LmV4YW1wbGUuY29tWgBgAGgAGgIKABoAIgA=",
        "three", "ExternalName", ""
      ),
      (
        "azhzAAoNCgJ2MRIHU2VydmljZRJ0CiQKBGZvdXISABoDdGFwIgAqADIAOABCAFoLCgNhcHASBGZvdXISSAodCgg0NDMtODQ0MxIDVENQGLsD"
          + "IgcIABD7QRoAKAASCwoDYXBwEgRmb3VyGgAiDExvYWRCYWxhbmNlcjoAQgBSAFoAYABoABoCCgAaACIA",
        "four", "LoadBalancer", #"{"name":"443-8443","protocol":"TCP","port":443,"targetPort":8443,"nodePort":"#
      ),
    ])
  func service(_ body: String, _ name: String, _ type: String, _ port: String) throws {
    try makeNamespace()
    let reply = try post("/api/v1/namespaces/tap/services?fieldValidation=Strict", body)
    #expect(reply.code == 201)
    #expect(reply.body.text("metadata.name") == name)
    #expect(reply.body.text("metadata.labels.app") == name)
    #expect(reply.body.text("spec.selector.app") == name)
    #expect(reply.body.text("spec.type") == type)
    #expect(reply.body.text("spec.externalName") == (type == "ExternalName" ? "www.example.com" : nil))
    #expect(reply.body.elements("spec.ports").map(\.json).joined().hasPrefix(port))
  }

  @Test("kubectl auth can-i create services")
  func review() throws {
    let reply = try post(
      "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews",
      "azhzAAoyChdhdXRob3JpemF0aW9uLms4cy5pby92MRIXU2VsZlN1YmplY3RBY2Nlc3NSZXZpZXcSQwoQCgASABoAIgAqADIAOABCABIlCiMK"
        + "B2RlZmF1bHQSBmNyZWF0ZRoAIgAqCHNlcnZpY2VzMgA6ABoICAASABoAIAAaACIA")
    #expect(reply.code == 201)
    #expect(reply.body.text("spec.resourceAttributes.resource") == "services")
    #expect(reply.body.text("spec.resourceAttributes.namespace") == "default")
    #expect(reply.body.text("status.allowed") == "true")
  }

  @Test("what is none is refused", arguments: ["", "azhz", "azhzAP8=", "azhzAAoP", "azhzABL/////////", "e30="])
  func malformed(_ base64: String) throws {
    let reply = try post("/api/v1/namespaces", base64)
    #expect((400...422).contains(reply.code))
  }

  @Test("what kubectl asks of version 2 of OpenAPI before it sends a List")
  func oldDescription() throws {
    let request = try #require(APIRequest(method: "GET", target: "/openapi/v2?timeout=32s"))
    let reply = handler.reply(to: request)
    #expect(reply.contentType == "application/com.github.proto-openapi.spec.v2.v1.0+protobuf")
    func fields(_ octets: ArraySlice<UInt8>, _ number: UInt64) throws -> [ArraySlice<UInt8>] {
      var reader = ProtobufReader(octets)
      var found: [ArraySlice<UInt8>] = []
      while let (next, value) = try reader.next() {
        if next == number, case .octets(let octets) = value { found.append(octets) }
      }
      return found
    }
    let paths = try fields(reply.body[...], 8).flatMap { try fields($0, 2) }
    #expect(paths.count == ObjectKind.allCases.count)
    let namespaces = try #require(
      try paths.first { try fields($0, 1).first.map(Array.init) == Array("/api/v1/namespaces/{name}".utf8) })
    let patch = try #require(try fields(namespaces, 2).flatMap { try fields($0, 8) }.first)
    let query = try fields(patch, 8).flatMap { try fields($0, 1) }.flatMap { try fields($0, 2) }.flatMap {
      try fields($0, 3)
    }
    #expect(try query.flatMap { try fields($0, 4) }.map(Array.init) == [Array("fieldValidation".utf8)])
    let note = try fields(patch, 13).flatMap { try fields($0, 2) }.flatMap { try fields($0, 2) }
    #expect(note.map { String(decoding: $0, as: UTF8.self) } == ["group: \"\"\nkind: Namespace\nversion: v1\n"])
  }

  @Test("every field of a kind that is read as protobuf has a number, but for kind and version")
  func numbers() {
    for kind in [ObjectKind.namespace, .service, .endpoints, .endpointSlice, .lease] {
      var pending = [(kind.schema, "")]
      while let (schema, outer) = pending.popLast() {
        let numbered = Set((1...64).compactMap { FieldNumbers.field($0, of: schema, in: outer)?.name })
        let missing = Set(schema.fields.map(\.name)).subtracting(numbered).subtracting(["kind", "apiVersion"])
        #expect(missing.isEmpty, "\(schema.typeName): \(missing)")
        for field in schema.fields {
          switch field.type {
          case .object(let inner), .list(.object(let inner)): pending.append((inner(), schema.typeName))
          default: break
          }
        }
      }
    }
  }
}
