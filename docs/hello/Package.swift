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
    .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
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
    // What goes wrong, and that a client survives it.
    .target(name: "ClockJump"),
    .executableTarget(
      name: "hello-faults",
      dependencies: [
        "ClockJump", .product(name: "ClusterDiscovery", package: "clusterdns"),
        .product(name: "ClusterDiscoveryAPI", package: "clusterdns"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "NIOCore", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
      ]),
  ]
)
