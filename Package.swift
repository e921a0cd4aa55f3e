// swift-tools-version: 6.2

// clusterdns: the name service of a cluster. docs/architecture.md draws these targets and says what each is for;
// arrows point down only, in the order of this file.

import PackageDescription

/// What every target of ours is built with.
let strict: [SwiftSetting] = [
  .strictMemorySafety(),
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
]

/// What our tests are built with.
let strictTests: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
]

let package = Package(
  name: "clusterdns",
  products: [
    .library(name: "ClusterDiscovery", targets: ["ClusterDiscovery", "NetworkAddresses"]),
    .library(name: "ClusterDiscoveryRegistry", targets: ["ClusterDiscoveryRegistry", "ClusterModel", "Registry"]),
    .library(name: "ClusterDiscoveryAPI", targets: ["ClusterDiscoveryAPI"]),
    .library(name: "ClusterDiscoveryDNS", targets: ["ClusterDiscoveryDNS"]),
    .library(name: "ClusterDiscoveryGRPC", targets: ["ClusterDiscoveryGRPC"]),
    .library(name: "ClusterDiscoveryHTTP", targets: ["ClusterDiscoveryHTTP"]),
    .library(name: "ClusterDiscoveryService", targets: ["ClusterDiscoveryService"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/apple/swift-nio-extras", from: "1.35.2"),
    .package(url: "https://github.com/apple/swift-nio-http2", from: "1.46.0"),
    .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1", traits: []),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
    .package(url: "https://github.com/apple/swift-distributed-tracing", from: "1.7.3"),
    .package(url: "https://github.com/swiftlang/swift-docc-plugin", from: "1.5.0"),
    .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
  ],
  targets: [
    // C: libldns, and the Linux calls that Glibc's module does not show.
    .systemLibrary(name: "CLDNS", pkgConfig: "ldns", providers: [.apt(["libldns-dev"])]),
    .target(name: "CLinux"),
    // Bytes and values.
    .target(name: "NetworkAddresses", swiftSettings: strict),
    .testTarget(name: "NetworkAddressesTests", dependencies: ["NetworkAddresses"], swiftSettings: strictTests),
    // When memory is freed that is read without locks.
    .target(name: "Reclamation", swiftSettings: strict),
    .target(name: "DNSWire", dependencies: ["NetworkAddresses"], swiftSettings: strict),
    // libldns as the judge of messages, for tests.
    .target(name: "LDNSJudge", dependencies: ["CLDNS"], path: "Tests/LDNSJudge", swiftSettings: strictTests),
    .testTarget(
      name: "DNSWireTests", dependencies: ["DNSWire", "LDNSJudge", "NetworkAddresses"], swiftSettings: strictTests),
    .target(
      name: "FinishedAnswers", dependencies: ["CLinux", "DNSWire", "NetworkAddresses", "Reclamation"],
      swiftSettings: strict),
    .testTarget(
      name: "FinishedAnswersTests", dependencies: ["DNSWire", "FinishedAnswers", "NetworkAddresses", "Reclamation"],
      swiftSettings: strictTests),
    // The cluster's objects.
    .target(name: "ClusterModel", dependencies: ["NetworkAddresses"], swiftSettings: strict),
    .testTarget(
      name: "ClusterModelTests", dependencies: ["ClusterModel", "NetworkAddresses"], swiftSettings: strictTests),
    .target(
      name: "Manifests", dependencies: ["ClusterModel", .product(name: "Yams", package: "Yams")],
      swiftSettings: strict),
    .testTarget(
      name: "ManifestsTests", dependencies: ["CLinux", "ClusterModel", "Manifests", "NetworkAddresses"],
      swiftSettings: strictTests),
    // The configuration.
    .target(name: "Corefile", dependencies: ["NetworkAddresses"], swiftSettings: strict),
    .testTarget(
      name: "CorefileTests", dependencies: ["Corefile", "NetworkAddresses"], exclude: ["Fixtures"],
      swiftSettings: strictTests),
    // Static zones.
    .target(name: "DNSZone", dependencies: ["CLDNS", "Corefile", "DNSWire"], swiftSettings: strict),
    .testTarget(
      name: "DNSZoneTests", dependencies: ["DNSZone", "Corefile", "DNSWire", "NetworkAddresses"],
      swiftSettings: strictTests),
    // The cluster's zone.
    .target(
      name: "ClusterZone",
      dependencies: ["ClusterModel", "DNSWire", "FinishedAnswers", "NetworkAddresses", "Reclamation"],
      swiftSettings: strict),
    .testTarget(
      name: "ClusterZoneTests",
      dependencies: ["ClusterModel", "ClusterZone", "DNSWire", "FinishedAnswers", "NetworkAddresses", "Reclamation"],
      swiftSettings: strictTests),
    // One query through its stages.
    .target(
      name: "QueryEngine", dependencies: ["DNSWire", "FinishedAnswers", "NetworkAddresses", "Reclamation"],
      swiftSettings: strict),
    .testTarget(
      name: "QueryEngineTests",
      dependencies: ["DNSWire", "FinishedAnswers", "NetworkAddresses", "QueryEngine", "Reclamation"],
      swiftSettings: strictTests),
    // One directive a folder.
    .target(
      name: "QueryStages",
      dependencies: [
        "ClusterModel", "ClusterZone", "Corefile", "DNSWire", "DNSZone", "FinishedAnswers", "NetworkAddresses",
        "QueryEngine", "Reclamation", .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "QueryStagesTests",
      dependencies: [
        "ClusterModel", "ClusterZone", "Corefile", "DNSWire", "FinishedAnswers", "LDNSJudge", "NetworkAddresses",
        "QueryEngine", "QueryStages", "Reclamation", "Transports", .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: strictTests),
    .target(
      name: "Transports",
      dependencies: [
        "CLinux", "DNSWire", "FinishedAnswers", "NetworkAddresses", "QueryEngine", "Reclamation",
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: strict),
    // Servers that answer by a script, for tests.
    .target(
      name: "ScriptedServers", dependencies: ["DNSWire", "NetworkAddresses"], path: "Tests/ScriptedServers",
      swiftSettings: strictTests),
    .testTarget(
      name: "TransportsTests",
      dependencies: [
        "DNSWire", "FinishedAnswers", "NetworkAddresses", "QueryEngine", "Reclamation", "ScriptedServers", "Transports",
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: strictTests),
    // Built programs, started by tests.
    .target(name: "LiveServer", path: "Tests/LiveServer", swiftSettings: strictTests),
    // The registry.
    .target(name: "Registry", dependencies: ["ClusterModel", "NetworkAddresses"], swiftSettings: strict),
    .testTarget(
      name: "RegistryTests", dependencies: ["ClusterModel", "NetworkAddresses", "Registry"], swiftSettings: strictTests),
    .target(
      name: "HealthProbes",
      dependencies: [
        "ClusterModel", "NetworkAddresses", "Registry", .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHPACK", package: "swift-nio-http2"), .product(name: "NIOHTTP2", package: "swift-nio-http2"),
        .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "HealthProbesTests",
      dependencies: [
        "ClusterModel", "HealthProbes", "NetworkAddresses", "Registry", .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHPACK", package: "swift-nio-http2"), .product(name: "NIOHTTP2", package: "swift-nio-http2"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: strictTests),
    // SQLite comes from Debian's libsqlite3-dev.
    .target(
      name: "RegistryStores",
      dependencies: ["ClusterModel", "Registry", .product(name: "GRDB", package: "GRDB.swift")], swiftSettings: strict),
    // Writes until it is killed, for tests.
    .executableTarget(
      name: "StoreWriter", dependencies: ["ClusterModel", "Registry", "RegistryStores"], path: "Tests/StoreWriter",
      swiftSettings: strictTests),
    .testTarget(
      name: "RegistryStoresTests",
      dependencies: [
        "ClusterModel", "LiveServer", "NetworkAddresses", "Registry", "RegistryStores", "StoreWriter",
        .product(name: "GRDB", package: "GRDB.swift"),
      ],
      swiftSettings: strictTests),
    .target(
      name: "RegistryAPI",
      dependencies: [
        "ClusterModel", "Manifests", "NetworkAddresses", "Registry",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "HummingbirdHTTP2", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTPTypes", package: "swift-nio-extras"),
        .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "NIOSSL", package: "swift-nio-ssl"),
        .product(name: "NIOTLS", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "RegistryAPITests",
      dependencies: [
        "ClusterModel", "NetworkAddresses", "Registry", "RegistryAPI", .product(name: "Logging", package: "swift-log"),
      ],
      exclude: ["Fixtures"], swiftSettings: strictTests),
    // What programs ask of a registry over HTTP.
    .target(
      name: "RegistryClient",
      dependencies: [
        "ClusterModel", .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOHTTP1", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"), .product(name: "NIOSSL", package: "swift-nio-ssl"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "RegistryClientTests",
      dependencies: [
        "ClusterModel", "NetworkAddresses", "Registry", "RegistryAPI", "RegistryClient",
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strictTests),
    // Client-side discovery.
    .target(
      name: "ClusterDiscovery", dependencies: ["ClusterModel", "NetworkAddresses", "Reclamation"],
      swiftSettings: strict),
    .testTarget(
      name: "ClusterDiscoveryTests",
      dependencies: [
        "ClusterDiscovery", "NetworkAddresses", .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: strictTests),
    // Services and EndpointSlices as clients see them; the registry of the same process.
    .target(
      name: "ClusterDiscoveryObjects", dependencies: ["ClusterDiscovery", "ClusterModel", "NetworkAddresses"],
      swiftSettings: strict),
    .testTarget(
      name: "ClusterDiscoveryObjectsTests",
      dependencies: ["ClusterDiscovery", "ClusterDiscoveryObjects", "ClusterModel", "NetworkAddresses"],
      swiftSettings: strictTests),
    .target(
      name: "ClusterDiscoveryRegistry",
      dependencies: ["ClusterDiscovery", "ClusterDiscoveryObjects", "ClusterModel", "Registry"], swiftSettings: strict),
    .testTarget(
      name: "ClusterDiscoveryRegistryTests",
      dependencies: [
        "ClusterDiscovery", "ClusterDiscoveryRegistry", "ClusterModel", "NetworkAddresses", "Registry",
      ],
      swiftSettings: strictTests),
    // The API of a registry, or Kubernetes', over HTTP.
    .target(
      name: "ClusterDiscoveryAPI",
      dependencies: ["ClusterDiscovery", "ClusterDiscoveryObjects", "ClusterModel", "RegistryClient"],
      swiftSettings: strict),
    .testTarget(
      name: "ClusterDiscoveryAPITests",
      dependencies: [
        "ClusterDiscovery", "ClusterDiscoveryAPI", "ClusterModel", "NetworkAddresses", "Registry", "RegistryAPI",
        "RegistryClient", .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: strictTests),
    // DNS.
    .target(
      name: "ClusterDiscoveryDNS",
      dependencies: ["ClusterDiscovery", "DNSWire", "NetworkAddresses", "QueryEngine", "Transports"],
      swiftSettings: strict),
    .testTarget(
      name: "ClusterDiscoveryDNSTests",
      dependencies: [
        "ClusterDiscovery", "ClusterDiscoveryDNS", "DNSWire", "NetworkAddresses", "QueryEngine", "ScriptedServers",
        "Transports",
      ],
      swiftSettings: strictTests),
    // What else finds services by it.
    .target(
      name: "ClusterDiscoveryGRPC",
      dependencies: [
        "ClusterDiscovery", "NetworkAddresses", .product(name: "GRPCCore", package: "grpc-swift-2"),
        .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ClusterDiscoveryGRPCTests",
      dependencies: [
        "ClusterDiscovery", "ClusterDiscoveryGRPC", "NetworkAddresses",
        .product(name: "GRPCCore", package: "grpc-swift-2"),
        .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
      ],
      swiftSettings: strictTests),
    .target(
      name: "ClusterDiscoveryHTTP",
      dependencies: [
        "ClusterDiscovery", .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ClusterDiscoveryHTTPTests",
      dependencies: [
        "ClusterDiscovery", "ClusterDiscoveryHTTP", "NetworkAddresses", "RegistryAPI",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "HTTPTypes", package: "swift-http-types"), .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strictTests),
    .target(
      name: "ClusterDiscoveryService",
      dependencies: [
        "ClusterDiscovery", .product(name: "Logging", package: "swift-log"),
        .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Tracing", package: "swift-distributed-tracing"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ClusterDiscoveryServiceTests",
      dependencies: [
        "ClusterDiscovery", "ClusterDiscoveryService", "NetworkAddresses",
        .product(name: "InMemoryTracing", package: "swift-distributed-tracing"),
        .product(name: "Logging", package: "swift-log"), .product(name: "Metrics", package: "swift-metrics"),
        .product(name: "MetricsTestKit", package: "swift-metrics"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "Tracing", package: "swift-distributed-tracing"),
      ],
      swiftSettings: strictTests),
    // The commands.
    .executableTarget(
      name: "clusterdns",
      dependencies: [
        "CLinux", "ClusterDiscovery", "ClusterDiscoveryAPI", "ClusterDiscoveryDNS", "ClusterModel", "ClusterZone",
        "Corefile", "DNSWire",
        "FinishedAnswers", "HealthProbes", "Manifests",
        "NetworkAddresses", "QueryEngine", "QueryStages", "Reclamation", "Registry", "RegistryAPI", "RegistryClient",
        "RegistryStores", "Transports",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ],
      swiftSettings: strict),
    // Dialogues over real sockets, in Tests/Scenarios.
    .testTarget(
      name: "ScenarioTests", dependencies: ["DNSWire", "LDNSJudge", "LiveServer", "clusterdns"],
      path: "Tests/Scenarios/Runner", swiftSettings: strictTests),
    // The API of the built program, asked by the tools that people use.
    .testTarget(name: "APILiveTests", dependencies: ["LiveServer", "clusterdns"], swiftSettings: strictTests),
    // Attacks on the built program.
    .testTarget(
      name: "ThreatTests", dependencies: ["DNSWire", "LiveServer", "NetworkAddresses", "clusterdns"],
      swiftSettings: strictTests),
  ]
)
