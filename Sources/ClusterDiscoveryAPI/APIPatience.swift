/// How long the API may be silent.
package struct APIPatience: Sendable {
  /// Until it has answered a request: to a list whole, to a watch with its beginning.
  package var answer: Duration
  /// Until the next line of a watch; servers send a bookmark a minute.
  package var silence: Duration

  /// 15 s for an answer, 3 minutes of silence.
  package init(answer: Duration = .seconds(15), silence: Duration = .seconds(180)) {
    self.answer = answer
    self.silence = silence
  }
}
