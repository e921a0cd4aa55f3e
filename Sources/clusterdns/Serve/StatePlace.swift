import Corefile
import Glibc
import Registry
import RegistryStores

/// Where the embedded registry keeps its state.
enum StatePlace: Sendable {
  case memory
  case folder(StateFolder)

  /// What `--data` says: `memory`, or a folder.
  init(option: String) throws {
    switch option {
    case "memory": self = .memory
    case "": throw Failure.configuration("--data: `memory` or a folder is wanted")
    case _ where option.hasPrefix("etcd://"):
      throw Failure.configuration(
        "--data \(option): state in etcd comes with a later version; write a folder, or memory")
    case _ where option.contains("://"):
      throw Failure.configuration("--data \(option): `memory` or a folder is wanted")
    default: self = .folder(StateFolder(option))
    }
  }

  /// Where state is when `--data` is not given: in memory where manifests are all there is or nobody reads the registry, else
  /// in the standard folder.
  init(manifests: [String], _ corefile: Corefile) throws {
    let isRead = corefile.blocks.contains { !$0.directives(named: "kubernetes").isEmpty }
    self = manifests.isEmpty && isRead ? .folder(try Self.standardFolder()) : .memory
  }

  /// /var/lib/clusterdns for root, and else a folder below XDG_STATE_HOME or ~/.local/state.
  static func standardFolder() throws -> StateFolder {
    if geteuid() == 0 { return StateFolder("/var/lib/clusterdns") }
    let variables = ProcessEnvironment.variables
    if let state = variables["XDG_STATE_HOME"], state.hasPrefix("/") { return StateFolder(state + "/clusterdns") }
    guard let home = variables["HOME"], home.hasPrefix("/") else {
      throw Failure.configuration(
        "there is no HOME to keep the registry's state in; give --data FOLDER, or --data memory")
    }
    return StateFolder(home + "/.local/state/clusterdns")
  }

  /// The registry that is kept there.
  func registry(_ settings: RegistrySettings) throws -> Registry {
    guard case .folder(let folder) = self else { return Registry(settings) }
    do throws(RegistryStoreError) {
      let (store, state) = try SQLiteStore.open(folder)
      return Registry(settings, state, keptBy: store)
    } catch {
      throw Failure.failure("\(error.message) (--data memory keeps nothing)")
    }
  }
}

extension StatePlace: CustomStringConvertible {
  /// `memory`, or the folder's path.
  var description: String {
    switch self {
    case .memory: "memory"
    case .folder(let folder): folder.path
    }
  }
}
