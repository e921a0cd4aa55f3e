import Corefile
import NetworkAddresses
import QueryEngine

/// `ready [ADDRESS] { monitor until-ready|continuously }`: the page that says whether all stages can answer.
enum Ready: DirectiveReader {
  static let name = "ready"

  static func read(_ lines: [Directive], into setup: BlockSetup) throws(CorefileError) {
    let line = try lines.single()
    try line.expectArguments(0...1)
    let address = try line.arguments.first?.listenAddress() ?? .everywhere(port: 8181)
    var asksAlways = false
    for option in line.options {
      guard option.name.text == "monitor" else { throw option.unknownOption(in: ["monitor"]) }
      let kinds = ["until-ready", "continuously"]
      asksAlways =
        try option.onlyArgument("when to ask").choice(of: kinds, what: "kind of monitoring") == "continuously"
    }
    let checks = ReadinessList(asksAlways: asksAlways)
    // The stages that are asked stand behind this directive.
    setup.finishers.append { checks.set($0.readiness) }
    let (lameduck, log) = (setup.environment.lameduck, setup.environment.logger("plugin/ready"))
    setup.pages.append(
      HTTPPage(address: address, path: "/ready") {
        let reply = reply(isLameduck: lameduck.isOn, waiting: checks.notReady())
        if reply.status != 200 { log.info("Plugins not ready: \"\(reply.body)\"") }
        return reply
      })
  }

  /// `waiting` names the stages that are not ready.
  static func reply(isLameduck: Bool, waiting: [String]) -> HTTPReply {
    if isLameduck { return HTTPReply(status: 503, body: "Shutting down") }
    return waiting.isEmpty
      ? HTTPReply(status: 200, body: "OK") : HTTPReply(status: 503, body: waiting.joined(separator: ","))
  }
}
