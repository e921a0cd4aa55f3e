import ClusterModel
import Registry
import Testing

@testable import RegistryAPI

@Suite("Registry API: OpenAPI v3")
struct OpenAPITests {
  private let handler = APIHandler(registry: Registry(), address: "127.0.0.1:8001")

  private func get(_ target: String) throws -> DocumentNode {
    let request = try #require(APIRequest(method: "GET", target: target, accept: "application/json"))
    let reply = handler.reply(to: request)
    #expect(reply.code == 200)
    return try parse(reply.body)
  }

  @Test("the documents are where the first one says, with a hash that stays")
  func root() throws {
    let paths = try #require(try get("/openapi/v3")["paths"]).members
    #expect(paths.map(\.key) == ["api/v1", "apis/coordination.k8s.io/v1", "apis/discovery.k8s.io/v1"])
    for path in paths {
      let url = try #require(path.value.text("serverRelativeURL"))
      #expect(url.hasPrefix("/openapi/v3/\(path.key)?hash="))
      #expect(try get(url).text("openapi") == "3.0.0")
    }
    #expect(ContentHash.text(of: []) == "CBF29CE484222325")
    #expect(ContentHash.text(of: Array("a".utf8)) == "AF63DC4C8601EC8C")
    #expect(ContentHash.text(of: Array("ab".utf8)) != ContentHash.text(of: Array("ba".utf8)))
    let missing = try #require(APIRequest(method: "GET", target: "/openapi/v3/apis/apps/v1"))
    #expect(handler.reply(to: missing).code == 404)
  }

  @Test("types have the shapes of a kube-apiserver's")
  func shapes() throws {
    let recorded = try #require(try Recorded.file("openapi")["components"])
    for group in recorded.members {
      let own = try #require(try get("/openapi/v3/\(group.key)").at("components.schemas"))
      for component in group.value.members {
        let schema = try #require(own[component.key], "\(component.key)")
        check(schema, as: component)
      }
    }
  }

  private func check(_ own: DocumentNode, as recorded: DocumentNode.Member) {
    for key in ["type", "format", "oneOf", "x-kubernetes-map-type", "x-kubernetes-group-version-kind"] {
      #expect(own[key]?.sortedJSON == recorded.value[key]?.sortedJSON, "\(recorded.key): \(key)")
    }
    #expect(
      own.elements("required").compactMap(\.string).sorted()
        == recorded.value.elements("required").compactMap(\.string).sorted(), "\(recorded.key)")
    let fields = recorded.value["properties"]?.members ?? []
    for field in fields {
      let property = own["properties"]?[field.key]
      #expect(property?.shape == field.value.shape, "\(recorded.key).\(field.key)")
    }
    let extra = Set(own["properties"]?.members.map(\.key) ?? []).subtracting(fields.map(\.key))
    #expect(extra.isEmpty, "\(recorded.key)")
  }

  @Test("the operations on one object are a kube-apiserver's")
  func operations() throws {
    for recorded in try Recorded.file("openapi").elements("operations") {
      let document = try get("/openapi/v3/\(recorded.text("group") ?? "")")
      let path = try #require(document["paths"]?[recorded.text("path") ?? ""])
      let own = try #require(path[recorded.text("method") ?? ""])
      #expect(own.text("operationId") == recorded.text("operationId"))
      #expect(own.text("x-kubernetes-action") == recorded.text("action"))
      #expect(own["x-kubernetes-group-version-kind"]?.sortedJSON == recorded["kind"]?.sortedJSON)
      #expect(
        own.elements("parameters").compactMap { $0.text("name") }
          == recorded.elements("parameters").compactMap(\.string).filter { !$0.hasPrefix("ignoreStore") })
      #expect(
        (own.at("requestBody.content")?.members.map(\.key).sorted() ?? [])
          == recorded.elements("body").compactMap(\.string))
    }
  }

  @Test("everything that is referred to is there, and each field says what it is for")
  func complete() throws {
    for document in OpenAPI.documents {
      let schemas = try #require(try parse(document.json).at("components.schemas"))
      let names = Set(schemas.members.map(\.key))
      for reference in try parse(document.json).references {
        #expect(names.contains(String(reference.dropFirst("#/components/schemas/".count))), "\(reference)")
      }
      for schema in schemas.members {
        #expect(schema.value.text("description")?.isEmpty == false, "\(schema.key)")
        for field in schema.value["properties"]?.members ?? [] {
          #expect(field.value.text("description")?.isEmpty == false, "\(schema.key).\(field.key)")
        }
      }
    }
  }
}

extension DocumentNode {
  /// All components that are referred to.
  fileprivate var references: [String] {
    switch content {
    case .scalar: []
    case .sequence(let elements): elements.flatMap(\.references)
    case .mapping(let members):
      members.flatMap { $0.key == "$ref" ? [$0.value.string ?? ""] : $0.value.references }
    }
  }

  /// A property with all but its description, of its elements what they are.
  fileprivate var shape: String {
    let kept = members.filter { !["description", "items"].contains($0.key) }
    let items = self["items"].map { ($0["$ref"] ?? $0["type"])?.json ?? "" } ?? ""
    return DocumentNode(.mapping(kept), at: .start).sortedJSON + items
  }
}
