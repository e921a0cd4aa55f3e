// swift-tools-version: 6.2

// The fast path without anything around it, to be counted in: Benchmarks/fastpath-counts builds and runs it. Sources/ links to the modules
// of ours that it takes, so that nothing has to be fetched and nothing else is built.

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
  name: "FastPath",
  targets: [
    .target(name: "CLinux"),
    module("NetworkAddresses"),
    module("Reclamation"),
    module("DNSWire", ["NetworkAddresses"]),
    module("FinishedAnswers", ["CLinux", "DNSWire", "NetworkAddresses", "Reclamation"]),
    module("ClusterModel", ["NetworkAddresses"]),
    module("ClusterZone", ["ClusterModel", "DNSWire", "FinishedAnswers", "NetworkAddresses", "Reclamation"]),
    module("QueryEngine", ["DNSWire", "FinishedAnswers", "NetworkAddresses", "Reclamation"]),
    .executableTarget(
      name: "fastpath-counts",
      dependencies: [
        "ClusterModel", "ClusterZone", "DNSWire", "FinishedAnswers", "NetworkAddresses", "QueryEngine", "Reclamation",
      ],
      swiftSettings: settings),
  ]
)
