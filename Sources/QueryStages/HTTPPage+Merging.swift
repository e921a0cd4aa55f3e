extension HTTPPage {
  /// The pages with each address and path once, as one listener can serve them: server blocks may share pages.
  ///
  /// Where several pages become one, it says 200 when all of them do, with the first one's text; otherwise the texts of those that do
  /// not, separated by commas.
  public static func merging(_ pages: [HTTPPage]) -> [HTTPPage] {
    var merged: [HTTPPage] = []
    for page in pages {
      if let index = merged.firstIndex(where: { $0.address == page.address && $0.path == page.path }) {
        merged[index] = merged[index].and(page)
      } else {
        merged.append(page)
      }
    }
    return merged
  }

  private func and(_ other: HTTPPage) -> HTTPPage {
    let (first, second) = (respond, other.respond)
    return HTTPPage(address: address, path: path) {
      let replies = [await first(), await second()]
      let bad = replies.filter { $0.status != 200 }
      guard var reply = bad.first else { return replies[0] }
      let texts = Set(bad.flatMap { $0.body.split(separator: ",").map(String.init) })
      reply.body = texts.sorted().joined(separator: ",")
      return reply
    }
  }
}
