import ArgumentParser

/// `clusterdns completion SHELL`: the script that makes a shell complete subcommands, options and file names.
struct CompletionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "completion",
    abstract: "Print the completion script of a shell.",
    discussion: """
      bash:  source <(clusterdns completion bash)
      zsh:   clusterdns completion zsh > "${fpath[1]}/_clusterdns"
      fish:  clusterdns completion fish | source
      """)

  /// The shells that there are scripts for.
  enum Shell: String, ExpressibleByArgument, CaseIterable { case bash, zsh, fish }

  @Argument(help: "bash, zsh or fish.")
  var shell: Shell

  func run() {
    let script: CompletionShell =
      switch shell {
      case .bash: .bash
      case .zsh: .zsh
      case .fish: .fish
      }
    print(ClusterDNS.completionScript(for: script))
  }
}
