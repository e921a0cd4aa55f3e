import Corefile
import NetworkAddresses
import QueryEngine

/// `health [ADDRESS] { lameduck DURATION }`: the page that says that the process is alive.
enum Health: DirectiveReader {
  static let name = "health"

  static func read(_ lines: [Directive], into setup: BlockSetup) throws(CorefileError) {
    let line = try lines.single()
    try line.expectArguments(0...1)
    let address = try line.arguments.first?.listenAddress() ?? .everywhere(port: 8080)
    for option in line.options {
      guard option.name.text == "lameduck" else { throw option.unknownOption(in: ["lameduck"]) }
      setup.lameduck = try option.onlyArgument("a duration").duration()
    }
    let lameduck = setup.environment.lameduck
    setup.pages.append(HTTPPage(address: address, path: "/health") { reply(isLameduck: lameduck.isOn) })
  }

  static func reply(isLameduck: Bool) -> HTTPReply {
    isLameduck ? HTTPReply(status: 503, body: "Shutting down") : HTTPReply(status: 200, body: "OK")
  }
}
