// clusterdns: the commands, and the one place where the parts are wired together.

import ArgumentParser
import Glibc

/// The program and its subcommands.
@main
struct ClusterDNS: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "clusterdns",
    abstract: "The name service of a cluster: DNS, and the registry that its answers come from.",
    discussion: """
      Serve what a folder of Kubernetes manifests describes, and forward all other names:

        clusterdns serve --manifests zones/cluster.yaml --dns-port 1053
        dig @127.0.0.1 -p 1053 web.shop.svc.cluster.local

      Run with CoreDNS's Corefile and flags:

        clusterdns -conf /etc/coredns/Corefile --manifests FOLDER

      See why a name answers as it does:

        clusterdns explain web.shop.svc.cluster.local --manifests zones/cluster.yaml

      See which instances a client finds, and which of them a balancer picks:

        clusterdns resolve web.shop:http

      Exit status: 0 after a clean stop, 1 after a failure, 2 on bad usage or a bad configuration.
      """,
    version: ProgramVersion.text,
    subcommands: [
      ServeCommand.self, CheckCommand.self, GetCommand.self, ApplyCommand.self, DeleteCommand.self, WatchCommand.self,
      RegisterCommand.self, ResolveCommand.self, ExplainCommand.self, BackupCommand.self, RestoreCommand.self,
      CompletionCommand.self,
    ],
    defaultSubcommand: ServeCommand.self)

  /// Runs the command that the arguments name, and ends with the exit status that fits.
  static func main() async {
    do {
      var command = try parseAsRoot(ProgramArguments.normalised(Array(CommandLine.arguments.dropFirst())))
      if var command = command as? any AsyncParsableCommand {
        try await command.run()
      } else {
        try command.run()
      }
    } catch let failure as Failure {
      complain(failure.message)
      Glibc.exit(failure.status)
    } catch {
      leave(after: error)
    }
  }

  /// Ends after help texts (status 0) and mistakes in the arguments (status 2).
  private static func leave(after error: any Error) -> Never {
    let code = exitCode(for: error)
    if code == .success {
      print(fullMessage(for: error))
      Glibc.exit(0)
    }
    complain(fullMessage(for: error))
    Glibc.exit(code == .validationFailure ? 2 : code.rawValue)
  }
}

/// The version that `--version` and the metric `coredns_build_info` show.
enum ProgramVersion {
  static let number = "0.1.0"
  static let text = "clusterdns-\(number)"
}

/// Why the program ends.
struct Failure: Error {
  /// 1 for a failure, 2 for a bad configuration.
  var status: CInt
  /// One line: what is wrong, where, and the mend.
  var message: String

  /// A configuration that cannot be served.
  static func configuration(_ message: some CustomStringConvertible) -> Failure {
    Failure(status: 2, message: "\(message)")
  }

  /// Something that went wrong.
  static func failure(_ message: some CustomStringConvertible) -> Failure {
    Failure(status: 1, message: "\(message)")
  }
}

/// Writes a line to the standard error stream.
func complain(_ message: String) {
  var octets = Array("clusterdns: \(message)\n".utf8)
  if message.hasPrefix("Error: ") || message.hasPrefix("clusterdns") { octets = Array("\(message)\n".utf8) }
  _ = unsafe octets.withUnsafeBytes { unsafe write(STDERR_FILENO, $0.baseAddress, $0.count) }
}

/// The arguments as the parser wants them.
enum ProgramArguments {
  /// CoreDNS's flags may have one dash or two, and `=` before their value; the parser knows the form with two dashes.
  static func normalised(_ arguments: [String]) -> [String] {
    let coreDNS = ["-conf", "-dns.port", "-pidfile", "-quiet", "-version", "-plugins"]
    return arguments.map { argument in
      coreDNS.contains { argument == $0 || argument.hasPrefix($0 + "=") } ? "-" + argument : argument
    }
  }
}
