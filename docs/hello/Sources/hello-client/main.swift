import ClusterDiscoveryAPI
import ClusterDiscoveryGRPC
import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Greeting

let (registry, count) = (CommandLine.arguments[1], Int(CommandLine.arguments[2])!)
let transport = try HTTP2ClientTransport.Posix(
  target: .clusterdns("clusterdns:///hello:grpc"), transportSecurity: .plaintext,
  resolverRegistry: .clusterdns(APISource(url: registry)))
try await withGRPCClient(transport: transport) { client in
  var options = CallOptions.defaults
  options.waitForReady = true
  for _ in 0..<count {
    print(
      try await client.unary(
        request: ClientRequest(message: "Ada"), descriptor: greet, serializer: Text(), deserializer: Text(),
        options: options
      ) { try $0.message })
    try await Task.sleep(for: .milliseconds(100))
  }
}
