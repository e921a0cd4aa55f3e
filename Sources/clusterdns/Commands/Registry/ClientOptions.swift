import ArgumentParser
import ClusterModel
import Glibc
import RegistryClient

/// Where the commands that talk to a registry find it.
struct ClientOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The registry's API; without it CLUSTERDNS_SERVER of the environment, else http://127.0.0.1:8001.",
      valueName: "url"))
  var server: String?

  @Option(help: ArgumentHelp("A file with the token to log in with.", valueName: "file"), completion: .file())
  var tokenFile: String?

  @Option(
    help: ArgumentHelp("The certificates (PEM) that the server's must come from.", valueName: "file"),
    completion: .file(extensions: ["pem", "crt"]))
  var serverCA: String?

  @Option(
    help: ArgumentHelp("A client certificate (PEM); goes with --client-key.", valueName: "file"), completion: .file())
  var clientCert: String?

  @Option(help: ArgumentHelp("The key (PEM) of --client-cert.", valueName: "file"), completion: .file())
  var clientKey: String?

  func validate() throws {
    if (clientCert == nil) != (clientKey == nil) {
      throw ValidationError("--client-cert and --client-key go together: give both")
    }
    if let server, !server.hasPrefix("http://"), !server.hasPrefix("https://") {
      throw ValidationError("--server \(server): write http://ADDRESS:PORT or https://ADDRESS:PORT")
    }
  }

  /// The client that the options describe.
  func client() throws -> RegistryClient {
    let location = try location()
    do throws(RegistryClientError) {
      return try RegistryClient(location)
    } catch {
      throw Failure.configuration(error)
    }
  }

  /// Where the registry is that the options describe, and who asks.
  func location() throws -> RegistryLocation {
    let environment = unsafe getenv("CLUSTERDNS_SERVER").map { unsafe String(cString: $0) }
    var location = RegistryLocation(url: server ?? environment ?? "http://127.0.0.1:8001")
    location.token = try tokenFile.map(Self.token)
    location.authorities = serverCA
    if let clientCert, let clientKey { location.certificate = (clientCert, clientKey) }
    return location
  }

  /// The first word of a file.
  private static func token(_ path: String) throws -> String {
    guard let file = unsafe fopen(path, "r") else {
      throw Failure.configuration("--token-file \(path): \(systemMessage())")
    }
    defer { unsafe _ = fclose(file) }
    var line = [CChar](repeating: 0, count: 4096)
    guard unsafe fgets(&line, CInt(line.count), file) != nil else {
      throw Failure.configuration("--token-file \(path): it is empty")
    }
    let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    guard let token = text.split(whereSeparator: \.isWhitespace).first else {
      throw Failure.configuration("--token-file \(path): its first line is empty")
    }
    return String(token)
  }
}

/// Which namespace a command means.
struct NamespaceOptions: ParsableArguments {
  @Option(name: .shortAndLong, help: ArgumentHelp("The namespace.", valueName: "name"))
  var namespace = "default"

  @Flag(name: [.customShort("A"), .long], help: "All namespaces.")
  var allNamespaces = false

  /// The namespace for objects of a kind; `nil` for all, and for kinds that live in none.
  func namespace(of kind: ObjectKind) -> String? { allNamespaces || !kind.isNamespaced ? nil : namespace }
}

/// A kind as the command line names it.
struct KindArgument: ExpressibleByArgument {
  let kind: ObjectKind

  init?(argument: String) {
    guard let kind = ObjectKind(spelled: argument) else { return nil }
    self.kind = kind
  }

  static let allValueStrings = ObjectKind.allCases.flatMap { [$0.resource] + $0.shortNames }
}

/// How objects are printed.
enum OutputForm: String, ExpressibleByArgument, CaseIterable {
  case wide, yaml, json, name

  /// What the server is asked for.
  var accept: String {
    switch self {
    case .wide: Self.table
    case .yaml: "application/yaml"
    case .json, .name: "application/json"
    }
  }

  /// A table (meta.k8s.io), as kubectl asks for it.
  static let table = "application/json;as=Table;v=v1;g=meta.k8s.io,application/json"
}

/// Runs something that asks a registry; what fails ends the command with one line.
func asking(_ body: () async throws(RegistryClientError) -> Void) async throws {
  do throws(RegistryClientError) {
    try await body()
  } catch {
    throw Failure.failure(error)
  }
}
