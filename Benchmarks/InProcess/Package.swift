// swift-tools-version: 6.2

// Parts of the query path, and picks of endpoints, timed in-process by ordo-one/benchmark: Benchmarks/in-process builds and runs it. Sources/ links to the modules
// of ours that it takes, so that nothing else is built.

import PackageDescription

let settings: [SwiftSetting] = [
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
]

/// A module of ours.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: settings)
}

let package = Package(
  name: "InProcess",
  dependencies: [.package(url: "https://github.com/ordo-one/benchmark", from: "1.38.1", traits: [])],
  targets: [
    .target(name: "CLinux"),
    module("NetworkAddresses"),
    module("Reclamation"),
    module("DNSWire", ["NetworkAddresses"]),
    module("FinishedAnswers", ["CLinux", "DNSWire", "NetworkAddresses", "Reclamation"]),
    module("ClusterModel", ["NetworkAddresses"]),
    module("ClusterZone", ["ClusterModel", "DNSWire", "FinishedAnswers", "NetworkAddresses", "Reclamation"]),
    .target(
      name: "ClusterDiscovery", dependencies: ["ClusterModel", "NetworkAddresses", "Reclamation"],
      exclude: ["ClusterDiscovery.docc"], swiftSettings: settings),
    module("QueryEngine", ["DNSWire", "FinishedAnswers", "NetworkAddresses", "Reclamation"]),
    .executableTarget(
      name: "Queries",
      dependencies: [
        "ClusterDiscovery", "ClusterModel", "ClusterZone", "DNSWire", "FinishedAnswers", "NetworkAddresses",
        "QueryEngine", "Reclamation",
        .product(name: "Benchmark", package: "benchmark"),
      ],
      path: "Benchmarks/Queries",
      swiftSettings: settings,
      plugins: [.plugin(name: "BenchmarkPlugin", package: "benchmark")]),
  ]
)
