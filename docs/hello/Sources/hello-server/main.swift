import GRPCCore
import GRPCNIOTransportHTTP2Posix
import Greeting

struct Greeter: RegistrableRPCService {
  let name: String

  func registerMethods<Transport: ServerTransport>(with router: inout RPCRouter<Transport>) {
    router.registerHandler(forMethod: greet, deserializer: Text(), serializer: Text()) { request, _ in
      StreamingServerResponse { writer in
        for try await who in request.messages { try await writer.write("Hello \(who), I am \(name)") }
        return [:]
      }
    }
  }
}

let (name, port) = (CommandLine.arguments[1], Int(CommandLine.arguments[2])!)
let transport = HTTP2ServerTransport.Posix(
  address: .ipv4(host: "127.0.0.1", port: port), transportSecurity: .plaintext)
try await GRPCServer(transport: transport, services: [Greeter(name: name)]).serve()
