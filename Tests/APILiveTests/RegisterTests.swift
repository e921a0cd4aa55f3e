import Foundation
import LiveServer
import Testing

extension LiveTests {
  /// What `clusterdns register` writes, and what it refuses.
  @Suite("register", .serialized)
  struct RegisterTests {
    let folder: Scratch
    let api: LiveAPI

    init() throws {
      folder = try Scratch()
      api = try LiveAPI(in: folder)
    }

    private func line(_ arguments: String) throws -> String {
      "CLUSTERDNS_SERVER=http://127.0.0.1:\(api.port) exec \(try LiveServer.program()) \(arguments) 2>&1"
    }

    /// The Pod of an instance that is registered with those arguments, as JSON.
    private func pod(_ arguments: String) async throws -> String {
      let instance = try folder.start(
        line("register calls -n shop --instance calls-1 --address 10.1.0.1 --drain 0s \(arguments)"))
      defer { instance.stop() }
      #expect(await instance.wait { $0.contains("registered at") }.contains("registered at"), "\(instance.output)")
      let pod = try await folder.run(line("get pod calls-1 -n shop -o json")).output
      instance.signal(SIGINT)
      #expect(await instance.end().status == 0, "\(instance.output)")
      return pod.filter { !$0.isWhitespace }
    }

    @Test(
      "checks become readiness probes of the first TCP port",
      arguments: [
        ("tcp", #""tcpSocket":{"port":9090}"#), ("grpc", #""grpc":{"port":9090"#),
        ("grpc:shop.Orders", #""grpc":{"port":9090,"service":"shop.Orders"}"#),
        ("http://10.1.0.1:8081/ok", #""httpGet":{"path":"/ok","port":8081"#),
      ])
    func checks(check: String, probe: String) async throws {
      let pod = try await pod("--port dns=53/udp --port grpc=9090 --check \(check)")
      #expect(pod.contains(probe), "\(pod)")
    }

    @Test("a Pod that somebody deletes ends gracefully: it is terminating, its program is told to stop, then it goes")
    func deleted() async throws {
      let instance = try folder.start(
        line(
          "register calls -n shop --instance calls-1 --address 10.1.0.1 --port http=8080 --ttl 2s --drain 0s"
            + " -- sh -c 'trap \"echo told to stop; exit 7\" TERM; echo running; while :; do sleep 0.1; done'"))
      defer { instance.stop() }
      #expect(await instance.wait { $0.contains("running") }.contains("registered at"), "\(instance.output)")
      #expect(try await folder.run(line("delete pod calls-1 -n shop")).status == 0)
      let pod = try await folder.run(line("get pod calls-1 -n shop -o json")).output
      #expect(pod.contains("deletionTimestamp") || pod.contains("not found"), "\(pod)")
      let end = await instance.end()
      #expect(end.status == 7, "\(end)")
      #expect(end.output.contains("was deleted") && end.output.contains("told to stop"), "\(end)")
      #expect(try await folder.run(line("get pods -n shop")).output.contains("No resources found"))
    }

    @Test("a Pod at an address where no probe may go is not ready, and says why")
    func refusedProbes() async throws {
      let bounded = try LiveAPI(in: folder, ["--probe-cidr", "10.0.0.0/8,fd00::/8"])
      let program = "CLUSTERDNS_SERVER=http://127.0.0.1:\(bounded.port) exec \(try LiveServer.program())"
      let instance = try folder.start(
        "\(program) register calls -n shop --instance calls-1 --address 127.0.0.1 --port \(bounded.port) --check tcp 2>&1"
      )
      defer { instance.stop() }
      let deadline = ContinuousClock.now + .seconds(30)
      var pod = ""
      while !pod.contains("ProbeRefused"), ContinuousClock.now < deadline {
        pod = try await folder.run("\(program) get pod calls-1 -n shop -o json 2>&1").output
      }
      #expect(pod.contains("ProbeRefused") && pod.contains("127.0.0.1 is loopback"), "\(pod)")
      #expect(bounded.server.log.contains("127.0.0.1 is loopback"))
      let mistake = try await folder.run("\(try LiveServer.program()) serve --probe-cidr 10.0.0.0 2>&1")
      #expect(mistake.status == 2 && mistake.output.contains("--probe-cidr: 10.0.0.0 is no CIDR"), "\(mistake)")
    }

    @Test(
      "checks that cannot be made are refused",
      arguments: [
        "--port grpc=9090 --check grpc://10.1.0.1:9090", "--port grpc=9090 --check grpc:",
        "--port dns=53/udp --check grpc",
        "--port dns=53/udp --check tcp", "--port http=80 --check ftp://10.1.0.1/",
      ])
    func mistakes(arguments: String) async throws {
      let outcome = try await folder.run(line("register calls \(arguments)"))
      #expect(outcome.status == 2 && outcome.output.contains("--check"), "\(outcome)")
    }
  }
}
