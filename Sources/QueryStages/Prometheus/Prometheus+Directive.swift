import Corefile
import NetworkAddresses
import QueryEngine

extension Prometheus: DirectiveReader {
  /// `prometheus [ADDRESS] { runtime_metrics }`
  ///
  /// `runtime_metrics` asks CoreDNS for the metrics of Go's runtime, of which there is none here: the option is taken and changes nothing.
  static func read(_ lines: [Directive], into setup: BlockSetup) throws(CorefileError) {
    let line = try lines.single()
    try line.expectArguments(0...1)
    let address = try line.arguments.first?.listenAddress() ?? SocketAddress(.v4(.loopback), port: 9153)
    for option in line.options {
      switch option.name.text {
      case "runtime_metrics": try option.expectNoArguments()
      case "tls": throw option.error("metrics over TLS are not built into this version")
      default: throw option.unknownOption(in: ["runtime_metrics", "tls"])
      }
    }
    let metrics = setup.environment.metrics
    let stage = Prometheus(zones: setup.zones, metrics: metrics)
    setup.stages.append(stage)
    setup.countsQueries = true
    // Who may answer is known when all directives are read.
    setup.finishers.append { stage.begin(server: $0.server, stages: $0.stages.map(\.name)) }
    setup.pages.append(
      HTTPPage(address: address, path: "/metrics") {
        HTTPReply(status: 200, contentType: MetricsRegistry.contentType, body: metrics.exposition())
      })
  }
}
