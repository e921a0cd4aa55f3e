import ArgumentParser
import ClusterModel
import Glibc
import NetworkAddresses
import RegistryClient
import UnixSignals

/// `clusterdns register`: makes this machine, or a program that it runs, an endpoint of a Service, for as long as it lives.
struct RegisterCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "register",
    abstract: "Be an endpoint of a Service, for as long as this command runs.",
    discussion: """
        clusterdns register web --namespace shop --port http=8080
        clusterdns register web -n shop --port http=8080 --check http://127.0.0.1:8080/healthz -- ./server --listen :8080

      Makes a Pod and keeps its Lease alive; a namespace and a Service that are not there are made first, and said. When it is told to stop
      (INT, TERM), or when the program behind -- ends, the endpoint is first made unready, for the time of --drain, and then taken away. When somebody
      deletes the Pod (kubectl delete pod), the program is told to stop within the Pod's time to end, and this command ends too. When this machine
      dies, the endpoint becomes unready when its Lease has run out, and goes a Lease later.

      With a program, the exit status is the program's.
      """)

  @Argument(
    help: "The Service: one that is there, whose selector the Pod gets as labels, or a new one.")
  var service: String

  @Option(name: .shortAndLong, help: ArgumentHelp("The namespace.", valueName: "name"))
  var namespace = "default"

  @Option(
    help: ArgumentHelp(
      "A port that is served: http=8080, dns=53/udp, or 8080 alone; once for each.",
      valueName: "name=port"))
  var port: [PortArgument]

  @Option(
    help: ArgumentHelp(
      "The address where clients reach it; without it this machine's own.", valueName: "ip"))
  var address: String?

  @Option(
    help: ArgumentHelp(
      "The Pod's name; without it the Service's with five random letters behind it.",
      valueName: "name"))
  var instance: String?

  @Option(
    help: ArgumentHelp(
      "How long the endpoint counts as alive without a word from here: 2s–1h.", valueName: "time"))
  var ttl = Span(seconds: 10)

  @Option(
    help: ArgumentHelp(
      "What the registry asks for the endpoint to be ready: http://ADDRESS:PORT/PATH (any answer from 200 to 399); `tcp` for a connection to the first TCP port; `grpc`, or `grpc:SERVICE`, for gRPC's health service there to say SERVING.",
      valueName: "url|tcp|grpc"))
  var check: CheckArgument?

  @Option(
    help: ArgumentHelp(
      "How long it stays unready before it goes, so that clients can leave: 0s–1h.",
      valueName: "time"))
  var drain = Span(seconds: 2)

  @OptionGroup var registry: ClientOptions

  @Argument(parsing: .postTerminator, help: "A program to run, with its arguments, behind --.")
  var command: [String] = []

  func validate() throws {
    if port.isEmpty { throw ValidationError("say what is served: --port http=8080") }
    if let address, IPAddress(address) == nil {
      throw ValidationError("--address \(address): an IP address is wanted")
    }
    if let check, check.wantsTCPPort, !port.contains(where: { $0.transport == .tcp }) {
      throw ValidationError(
        "--check: none of the ports speaks TCP; write --check http://ADDRESS:PORT/PATH, or leave it out")
    }
    guard (2...3600).contains(ttl.seconds) else {
      throw ValidationError("--ttl \(ttl): 2s to 1h is wanted")
    }
    guard (0...3600).contains(drain.seconds) else {
      throw ValidationError("--drain \(drain): 0s to 1h is wanted")
    }
  }

  func run() async throws {
    let client = try registry.client()
    guard
      let address = address.flatMap({ IPAddress($0) }) ?? LocalAddress.toward(client.location.url)
    else {
      throw Failure.configuration(
        "this machine has no address but loopback: say with --address where clients reach it")
    }
    var registration = Registration(
      client: client,
      what: RegisteredPod(
        service: service, namespace: namespace,
        name: instance ?? "\(service)-\(RegisteredPod.randomSuffix())",
        address: address, ports: port, ttl: ttl.seconds, check: check))
    try await asking { () async throws(RegistryClientError) in try await registration.begin() }
    let child = try command.isEmpty ? nil : ChildProcess(command)
    let end = await stayRegistered(&registration, child)
    if case .programEnded(let status) = end {
      await registration.end()
      ConsoleLog.write(
        "\(command[0]) has ended; \(registration.what.key.shortDescription) deregistered\n")
      Glibc.exit(status)
    }
    if case .deleted = end { ConsoleLog.write("\(registration.what.key.shortDescription) was deleted\n") }
    await leave(&registration, child)
  }

  /// How it came to an end.
  private enum End: Sendable {
    case signal
    /// Somebody has deleted the Pod.
    case deleted
    case programEnded(CInt)
  }

  /// Keeps the registration alive until a signal comes or the program ends.
  private func stayRegistered(_ registration: inout Registration, _ child: ChildProcess?) async
    -> End
  {
    let keeper = registration
    let (end, last) = await withTaskGroup(of: Outcome.self) { group in
      group.addTask { .kept(await keeper.keepAlive()) }
      group.addTask {
        for await _ in await UnixSignalsSequence(trapping: .sigterm, .sigint) { break }
        return .ended(.signal)
      }
      if let child { group.addTask { .ended(.programEnded(await child.end())) } }
      var end = End.signal
      var last = keeper
      while let outcome = await group.next() {
        switch outcome {
        case .ended(let how):
          if !group.isCancelled { end = how }
          group.cancelAll()
        case .kept(let registration):
          last = registration
          if registration.isDeleted, !group.isCancelled {
            end = .deleted
            group.cancelAll()
          }
        }
      }
      return (end, last)
    }
    registration = last
    return end
  }

  private enum Outcome: Sendable {
    case kept(Registration)
    case ended(End)
  }

  /// Unready first, so that clients leave; then the program is told to stop, and the endpoint goes.
  private func leave(_ registration: inout Registration, _ child: ChildProcess?) async {
    if !registration.isDeleted { await registration.drain() }
    try? await Task.sleep(for: .seconds(drain.seconds))
    child?.terminate()
    let status = await child?.end() ?? 0
    await registration.end()
    ConsoleLog.write("\(registration.what.key.shortDescription) deregistered\n")
    if child != nil { Glibc.exit(status) }
  }
}

// MARK: - Arguments

/// A port as the command line names it: `http=8080`, `dns=53/udp`, `8080`.
struct PortArgument: ExpressibleByArgument {
  /// Empty for a port without a name.
  let name: String
  let number: UInt16
  let transport: TransportProtocol

  init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    let rest = (parts.last ?? "").split(
      separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let number = rest.first.flatMap({ UInt16($0) }), number > 0 else { return nil }
    guard let transport = rest.count == 1 ? .tcp : TransportProtocol(rawValue: rest[1].uppercased())
    else { return nil }
    name = parts.count == 2 ? String(parts[0]) : ""
    self.number = number
    self.transport = transport
    if parts.count == 2, name.isEmpty { return nil }
  }
}

/// The protocols of ports.
enum TransportProtocol: String, Sendable {
  case tcp = "TCP"
  case udp = "UDP"
  case sctp = "SCTP"
}

/// A time in whole seconds, minutes or hours: `10s`, `2m`, `1h`.
struct Span: ExpressibleByArgument, CustomStringConvertible {
  let seconds: Int

  init(seconds: Int) { self.seconds = seconds }

  init?(argument: String) {
    let units: [Character: Int] = ["s": 1, "m": 60, "h": 3600]
    guard let unit = argument.last.flatMap({ units[$0] }), let count = Int(argument.dropLast()),
      (0...86_400).contains(count)
    else { return nil }
    seconds = count * unit
  }

  var description: String { "\(seconds)s" }
}

/// What the registry asks an instance: a readiness probe.
enum CheckArgument: ExpressibleByArgument, Sendable, Equatable {
  case http(scheme: String, port: UInt16, path: String)
  case tcp
  /// An empty service is the server as a whole.
  case grpc(service: String)

  init?(argument: String) {
    switch argument {
    case "tcp": self = .tcp
    case "grpc": self = .grpc(service: "")
    case _ where argument.hasPrefix("grpc:"):
      let service = argument.dropFirst("grpc:".count)
      // `grpc://…` would be asked about a service that no server has.
      guard !service.isEmpty, !service.hasPrefix("/") else { return nil }
      self = .grpc(service: String(service))
    default: self.init(url: argument)
    }
  }

  /// Whether it goes to the first TCP port that is served.
  var wantsTCPPort: Bool {
    switch self {
    case .http: false
    case .tcp, .grpc: true
    }
  }

  private init?(url argument: String) {
    let parts = argument.split(separator: "://", maxSplits: 1)
    guard parts.count == 2, parts[0] == "http" || parts[0] == "https" else { return nil }
    let host = parts[1].prefix { $0 != "/" }
    let usual: UInt16 = parts[0] == "http" ? 80 : 443
    guard !host.isEmpty, let port = Self.port(of: host, usual: usual) else { return nil }
    self = .http(scheme: parts[0].uppercased(), port: port, path: String(parts[1].dropFirst(host.count)))
  }

  /// The port of `name`, `name:8080`, `[::1]:8080`.
  private static func port(of host: Substring, usual: UInt16) -> UInt16? {
    let name = host.hasPrefix("[") ? host.drop { $0 != "]" }.dropFirst() : host.drop { $0 != ":" }
    return name.isEmpty ? usual : UInt16(name.dropFirst())
  }
}
