public import DNSWire

extension Message {
  /// The same answer for another query of the same question: under its ID, with the question and the owner names as that
  /// one wrote them (letters of either case).
  public func addressed(to query: Message) -> Message {
    var message = self
    message.id = query.id
    message.questions = query.questions
    guard let asked = query.questions.first?.name else { return message }
    for index in message.answers.indices {
      let owner = message.answers[index].name
      if owner == asked, !owner.isIdentical(to: asked) { message.answers[index].name = asked }
    }
    return message
  }
}
