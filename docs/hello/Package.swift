// swift-tools-version: 6.2

// A server and a client that find each other through `clusterdns serve`: docs/discovery.md walks through them, and
// `.ci/outside-package` builds them outside the repository and runs them.

import PackageDescription

let package = Package(
  name: "hello",
  dependencies: [
    .package(name: "clusterdns", path: Context.environment["CLUSTERDNS"] ?? "../.."),
    .package(url: "https://github.com/grpc/grpc-swift-2", from: "2.4.3"),
    .package(url: "https://github.com/grpc/grpc-swift-nio-transport", from: "2.9.2"),
  ],
  targets: [
    .target(name: "Greeting", dependencies: [.product(name: "GRPCCore", package: "grpc-swift-2")]),
    .executableTarget(
      name: "hello-server",
      dependencies: [
        "Greeting", .product(name: "GRPCCore", package: "grpc-swift-2"),
        .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
      ]),
    .executableTarget(
      name: "hello-client",
      dependencies: [
        "Greeting", .product(name: "ClusterDiscovery", package: "clusterdns"),
        .product(name: "ClusterDiscoveryAPI", package: "clusterdns"),
        .product(name: "ClusterDiscoveryGRPC", package: "clusterdns"),
        .product(name: "GRPCCore", package: "grpc-swift-2"),
        .product(name: "GRPCNIOTransportHTTP2Posix", package: "grpc-swift-nio-transport"),
      ]),
    // Every source.
    .executableTarget(
      name: "hello-sources",
      dependencies: [
        .product(name: "ClusterDiscovery", package: "clusterdns"),
        .product(name: "ClusterDiscoveryAPI", package: "clusterdns"),
        .product(name: "ClusterDiscoveryDNS", package: "clusterdns"),
        .product(name: "ClusterDiscoveryRegistry", package: "clusterdns"),
      ]),
    // The core alone: no NIO, no Foundation.
    .executableTarget(
      name: "hello-core", dependencies: [.product(name: "ClusterDiscovery", package: "clusterdns")]),
  ]
)
