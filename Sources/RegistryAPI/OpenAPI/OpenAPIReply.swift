extension APIReply {
  /// The description of one group; one that is not served has none.
  static func description(of group: String) -> APIReply {
    guard let document = OpenAPI.documents.first(where: { $0.group == group }) else {
      return .failure(.unknownResource)
    }
    return APIReply(json: document.json)
  }
}
