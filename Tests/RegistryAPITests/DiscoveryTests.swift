import ClusterModel
import Registry
import Testing

@testable import RegistryAPI

@Suite("Registry API: discovery as recorded")
struct RecordedDiscoveryTests {
  private let handler = APIHandler(registry: Registry(), address: "10.255.255.1:6443")

  private func reply(_ target: String, accept: String) throws -> APIReply {
    handler.reply(to: try #require(APIRequest(method: "GET", target: target, accept: accept)))
  }

  @Test("plain and aggregated discovery are those of a kube-apiserver, for what is served")
  func recorded() throws {
    let recordings = try Recorded.file("discovery").elements("")
    #expect(recordings.count == 7)
    for recording in recordings {
      let reply = try reply(recording.text("path") ?? "", accept: recording.text("accept") ?? "")
      #expect(reply.contentType == recording.text("contentType"))
      let own = try parse(reply.body).withoutReviews
      #expect(own.sortedJSON == recording["response"]?.sortedJSON, "\(recording.text("note") ?? "")")
    }
  }

  @Test("the older version of aggregated discovery says the same")
  func older() throws {
    let accept = "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList,application/json"
    let (old, new) = (
      try reply("/api", accept: accept), try reply("/api", accept: accept.replacing("v2beta1", with: "v2"))
    )
    #expect(old.contentType == "application/json;g=apidiscovery.k8s.io;v=v2beta1;as=APIGroupDiscoveryList")
    #expect(
      String(decoding: old.body, as: UTF8.self).replacing("v2beta1", with: "v2")
        == String(decoding: new.body, as: UTF8.self))
    #expect(try reply("/apis", accept: "application/vnd.kubernetes.protobuf").code == 406)
    let plain = "application/json;g=apidiscovery.k8s.io;v=v9;as=APIGroupDiscoveryList,application/json"
    #expect(try parse(reply("/apis", accept: plain).body).text("kind") == "APIGroupList")
  }
}

extension DocumentNode {
  /// The groups of which something was recorded.
  fileprivate var withoutReviews: DocumentNode {
    guard case .mapping(let members) = content else { return self }
    let kept = members.map { member in
      guard member.key == "groups" || member.key == "items" else { return member }
      let groups = member.value.elements("").filter {
        ($0.text("name") ?? $0.text("metadata.name"))?.hasPrefix("auth") != true
      }
      return Member(member.key, at: .start, DocumentNode(.sequence(groups), at: .start))
    }
    return DocumentNode(.mapping(kept), at: .start)
  }
}
