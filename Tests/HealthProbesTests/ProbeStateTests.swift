import ClusterModel
import HealthProbes
import Testing

@Suite("Probes: how many in a row it takes")
struct ProbeStateTests {
  @Test(
    "thresholds, as a row of outcomes (+ and -) and what the container counts as after each",
    arguments: [
      (1, 3, false, "+", "+"), (1, 3, true, "--+--", "+++++"), (1, 3, true, "---", "++-"),
      (2, 1, false, "+-++", "---+"), (2, 1, true, "-+-++", "----+"), (3, 3, true, "---+++", "++---+"),
    ] as [(Int32, Int32, Bool, String, String)])
  func thresholds(success: Int32, failure: Int32, isWell: Bool, outcomes: String, expected: String) {
    var probe = Probe(tcpSocket: TCPSocketAction(port: .number(80)))
    probe.successThreshold = success
    probe.failureThreshold = failure
    var state = ProbeState(isWell: isWell)
    var found = ""
    for outcome in outcomes {
      let before = state.isWell
      let isNews = state.take(isSuccess: outcome == "+", probe)
      #expect(isNews == (state.isWell != before))
      found += state.isWell ? "+" : "-"
    }
    #expect(found == expected)
  }
}
