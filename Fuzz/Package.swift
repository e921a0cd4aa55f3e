// swift-tools-version: 6.2

// Fuzz targets, for libFuzzer with the address sanitizer. Sources/ links to the modules of ours that they try, so that these
// are built with coverage counters too. A new target is a folder in Targets/ whose main.swift calls `fuzz`, a line in
// `targets` below, and, if there are good examples of input, a folder in seeds/; ./run finds it by itself.

import PackageDescription

let counted: [SwiftSetting] = [
  .unsafeFlags(["-sanitize=fuzzer,address"]),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .enableUpcomingFeature("ExistentialAny"),
]

/// A module of ours.
func module(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: counted)
}

/// A fuzz target: the program `fuzz-NAME`.
func fuzz(_ name: String, _ dependencies: [Target.Dependency]) -> Target {
  .executableTarget(
    name: "fuzz-\(name)", dependencies: ["FuzzDriver"] + dependencies, path: "Targets/\(name)", swiftSettings: counted,
    linkerSettings: [.unsafeFlags(["-sanitize=fuzzer,address", "-use-ld=lld"])])
}

let package = Package(
  name: "Fuzz",
  dependencies: [.package(url: "https://github.com/jpsim/Yams", from: "6.2.2")],
  targets: [
    .target(name: "CFuzzer"),
    .target(name: "FuzzDriver", dependencies: ["CFuzzer"], swiftSettings: counted),
    module("NetworkAddresses"),
    module("DNSWire", ["NetworkAddresses"]),
    module("Corefile", ["NetworkAddresses"]),
    .systemLibrary(name: "CLDNS", pkgConfig: "ldns"),
    module("DNSZone", ["CLDNS", "Corefile", "DNSWire"]),
    module("ClusterModel", ["NetworkAddresses"]),
    module("Manifests", ["ClusterModel", .product(name: "Yams", package: "Yams")]),
    fuzz("apply", ["ClusterModel"]),
    fuzz("manifest", ["ClusterModel", "Manifests"]),
    fuzz("message", ["DNSWire"]),
    fuzz("name", ["DNSWire", "NetworkAddresses"]),
    fuzz("query", ["DNSWire"]),
    fuzz("corefile", ["Corefile"]),
    fuzz("zone", ["Corefile", "DNSWire", "DNSZone"]),
  ]
)
