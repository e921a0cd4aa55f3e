import Corefile
import DNSWire
import Logging
import NetworkAddresses
import QueryStages
import Transports

/// The configuration in force, and how another one takes its place: whole, or not at all.
actor RunningConfiguration {
  private let source: SourceOptions
  private let environment: StageEnvironment
  private let listeners: Listeners
  private let pages: PageServer
  private let log: Logger
  private var current: Configuration?
  private var services: [Task<Void, Never>] = []

  init(source: SourceOptions, environment: StageEnvironment, listeners: Listeners, log: Logger) {
    self.source = source
    self.environment = environment
    self.listeners = listeners
    self.log = log
    pages = PageServer()
  }

  /// How long the server still answers after it was told to stop.
  var lameduck: Duration { current?.lameduck ?? .zero }

  /// What is served where, a line each.
  var summary: [String] {
    get async {
      var lines = await listeners.addresses.map { "DNS     \($0) (UDP and TCP)" }
      for page in current?.pages ?? [] {
        lines.append("\(page.path.dropFirst())".padded(to: 8) + "http://\(page.address)\(page.path)")
      }
      return lines
    }
  }

  /// What the configuration in force answers to a question, and why.
  func explanation(of name: String, type: String) async -> String {
    do {
      let question = try Question(explaining: name, type: type.isEmpty ? nil : type)
      return await current?.explanation(of: question) ?? "the server is stopping"
    } catch {
      return (error as? Failure)?.message ?? "\(error)"
    }
  }

  /// Puts the first configuration in force.
  func start(_ corefile: Corefile) async throws {
    do {
      try await replace(with: corefile)
    } catch let error as CorefileError {
      throw Failure.configuration(error)
    } catch {
      throw error as? Failure ?? Failure.failure("\(error)")
    }
  }

  /// Reads the configuration again. When it cannot be served the old one stays, and the log says why.
  func reload() async {
    log.info("Reloading")
    do {
      try await replace(with: try Corefile.load(source))
      log.info("Reloading complete")
    } catch {
      log.error("Reloading failed, the old configuration stays in force: \((error as? Failure)?.message ?? "\(error)")")
    }
  }

  private func replace(with corefile: Corefile) async throws {
    let new = try Configuration(
      corefile, defaultPort: source.dnsPort, environment: environment, replacing: current)
    await new.prepare()
    do {
      try await pages.open(new.pages.map(\.address))
      try await listeners.replace(with: new.blocks)
    } catch {
      await new.discard()
      await pages.keep(current?.pages ?? [])
      throw error
    }
    await pages.keep(new.pages)
    let oldServices = services
    current = new
    services = new.services.map { service in Task { await service.run() } }
    for service in oldServices { service.cancel() }
  }

  /// Looks for changes of the configuration's files as the directive `reload` says, until it is cancelled.
  func followFiles() async {
    while !Task.isCancelled {
      let settings = current?.reload
      let interval = settings.map { $0.interval + $0.jitter * Double.random(in: 0...1) } ?? .seconds(30)
      try? await Task.sleep(for: interval)
      guard !Task.isCancelled, settings != nil, let current, current.corefile.hasChanged else { continue }
      await reload()
    }
  }

  /// Ends everything; queries under way are still answered.
  func stop() async {
    for service in services { service.cancel() }
    await listeners.stop()
    await pages.stop()
    current = nil
  }
}

extension Corefile {
  /// Whether any of the files is not what it was when it was read.
  fileprivate var hasChanged: Bool {
    sources.contains { source in
      guard let contents = try? FileLoader.disk.read(source.path) else { return false }
      return contents != source.contents
    }
  }
}

extension String {
  /// The string with spaces behind it up to a width.
  fileprivate func padded(to width: Int) -> String {
    count < width ? self + String(repeating: " ", count: width - count) : self
  }
}
