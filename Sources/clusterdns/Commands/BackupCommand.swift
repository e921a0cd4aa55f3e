import ArgumentParser
import Registry
import RegistryStores

/// `clusterdns backup`: writes the registry's state, as it is at one moment, into one file.
struct BackupCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "backup",
    abstract: "Write the registry's state into a file, also while the server runs.",
    discussion: """
      The file holds the state of one moment, is read again to see that it is whole, and is never written over.

        clusterdns backup /var/backups/registry-$(date +%F).db
      """)

  @Argument(help: "The file to write; it must not be there yet.", completion: .file())
  var file: String

  @OptionGroup var state: StateFolderOption

  func run() throws {
    let folder = try state.folder()
    do throws(RegistryStoreError) {
      let summary = try folder.backUp(to: file)
      print("\(file): \(summary), whole")
    } catch {
      throw Failure.failure(error.message)
    }
  }
}

/// `clusterdns restore`: makes a backup the registry's state.
struct RestoreCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "restore",
    abstract: "Make a backup the registry's state. The server must not be running.",
    discussion: """
      The backup is checked before anything is done. A state that is there stays, unless --force sets it aside: then it is kept beside the
      new one, as registry.db.old-1. Versions go on behind both, so that no client takes an old object for a new one.

        clusterdns restore /var/backups/registry-2026-11-24.db --force
      """)

  @Argument(help: "The backup.", completion: .file())
  var file: String

  @OptionGroup var state: StateFolderOption

  @Flag(help: "Set the state that is there aside.")
  var force = false

  func run() throws {
    let folder = try state.folder()
    do throws(RegistryStoreError) {
      let (summary, kept) = try folder.restore(from: file, replacing: force)
      print("\(folder.path): \(summary), restored")
      if let kept { print("\(kept): the state that was there") }
    } catch {
      throw Failure.failure(error.message)
    }
  }
}

/// The folder that a command is about.
struct StateFolderOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The folder that `serve` keeps its state in.",
      discussion: "Without it /var/lib/clusterdns as root, and else ~/.local/state/clusterdns.", valueName: "folder"),
    completion: .directory)
  var data: String?

  func folder() throws -> StateFolder {
    guard let data else { return try StatePlace.standardFolder() }
    guard case .folder(let folder) = try StatePlace(option: data) else {
      throw Failure.configuration("--data \(data): a folder is wanted")
    }
    return folder
  }
}
