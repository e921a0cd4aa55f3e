// swift-tools-version: 6.2

// Picks of endpoints without anything around them, timed and counted: Benchmarks/picks builds and runs it. Sources/ links to the modules of ours
// that it takes, so that nothing has to be fetched and nothing else is built.

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
  name: "Picks",
  targets: [
    module("NetworkAddresses"),
    module("Reclamation"),
    module("ClusterModel", ["NetworkAddresses"]),
    .target(
      name: "ClusterDiscovery", dependencies: ["ClusterModel", "NetworkAddresses", "Reclamation"],
      exclude: ["ClusterDiscovery.docc"], swiftSettings: settings),
    .executableTarget(
      name: "picks", dependencies: ["ClusterDiscovery", "NetworkAddresses"], swiftSettings: settings),
  ]
)
