// swift-tools-version: 6.2

// From a change in the registry to the answer on the wire: Benchmarks/propagation builds and runs it. Sources/ links to the modules of ours
// that it takes, Transports without TCP, so that nothing else is built.

import PackageDescription

let settings: [SwiftSetting] = [
  .treatAllWarnings(as: .error),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
]

/// A module of ours.
func module(_ name: String, _ dependencies: [Target.Dependency], exclude: [String] = []) -> Target {
  .target(name: name, dependencies: dependencies, exclude: exclude, swiftSettings: settings)
}

let package = Package(
  name: "Propagation",
  targets: [
    .target(name: "CLinux"),
    module("NetworkAddresses", []),
    module("Reclamation", []),
    module("DNSWire", ["NetworkAddresses"]),
    module("FinishedAnswers", ["CLinux", "DNSWire", "NetworkAddresses", "Reclamation"]),
    module("ClusterModel", ["NetworkAddresses"]),
    module("ClusterZone", ["ClusterModel", "DNSWire", "FinishedAnswers", "NetworkAddresses", "Reclamation"]),
    module("QueryEngine", ["DNSWire", "FinishedAnswers", "NetworkAddresses", "Reclamation"]),
    module("Registry", ["ClusterModel", "NetworkAddresses"]),
    module(
      "Transports", ["CLinux", "DNSWire", "FinishedAnswers", "NetworkAddresses", "QueryEngine", "Reclamation"],
      exclude: ["TCPListener.swift", "TCPConnection.swift", "ConnectionTable.swift"]),
    .executableTarget(
      name: "propagation",
      dependencies: [
        "CLinux", "ClusterModel", "ClusterZone", "DNSWire", "FinishedAnswers", "NetworkAddresses",
        "QueryEngine",
        "Reclamation", "Registry",
        "Transports",
      ],
      swiftSettings: settings),
  ]
)
