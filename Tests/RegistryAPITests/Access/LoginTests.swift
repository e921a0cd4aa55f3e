import NetworkAddresses
import Testing

@testable import RegistryAPI

@Suite("Access: tokens, certificates, rates")
struct LoginTests {
  private static let token = "0123456789abcdef"

  @Test("a token file: comments, spaces, roles")
  func file() throws {
    let text = """
      # who may do what
      0123456789abcdef,alice,admin

        fedcba9876543210 , web hook , register:shop\r
      aaaaaaaaaaaaaaaaaaaa,bob,read
      """
    let file = try TokenFile(parsing: text, path: "tokens")
    #expect(file.access(Array(Self.token.utf8)) == Access(user: "alice", roles: [.admin]))
    #expect(
      file.access(Array("fedcba9876543210".utf8)) == Access(user: "web hook", roles: [.register(namespace: "shop")]))
    #expect(file.access(Array("aaaaaaaaaaaaaaaaaaaa".utf8)) == Access(user: "bob", roles: [.read]))
    for wrong in ["", "0123456789abcde", "0123456789abcdeg", "0123456789abcdef0"] {
      #expect(file.access(Array(wrong.utf8)) == nil)
    }
  }

  @Test(
    "what is wrong in a token file, with its place and the mend",
    arguments: [
      ("", "t:1:1: no token"),
      ("# nothing\n", "t:1:1: no token"),
      ("0123456789abcdef,alice", "t:1:23: three fields are wanted"),
      ("0123456789abcdef,alice,admin,more", "t:1:34: three fields are wanted"),
      ("\nshort,alice,admin", "t:2:1: a token has at least 16 printable characters"),
      ("0123456789abcdef,,admin", "t:1:18: the user has no name"),
      ("0123456789abcdef,alice,root", "t:1:24: \"root\" is no role; write read, register:NAMESPACE or admin"),
      ("0123456789abcdef,a,read\n0123456789abcdef,b,read", "t:2:1: the token stands in an earlier line too"),
    ])
  func wrong(_ text: String, _ message: String) {
    do throws(AccessError) {
      _ = try TokenFile(parsing: text, path: "t")
      Issue.record("it was read")
    } catch {
      #expect(error.description.hasPrefix(message), "\(error)")
    }
  }

  @Test(
    "what an address that others reach needs",
    arguments: [
      (
        "0.0.0.0:8001", false, false,
        "without TLS; give --api-tls-cert and --api-tls-key, or write --api 127.0.0.1:8001"
      ),
      ("192.0.2.1:8001", true, false, "without a login; give --api-tokens or --api-client-ca"),
      ("[::]:443", false, true, "without TLS"),
      ("127.0.0.1:1", nil, false, "client certificates need TLS"),
    ] as [(String, Bool?, Bool, String)])
  func refusedAtStart(_ address: String, _ hasCertificate: Bool?, _ hasTokens: Bool, _ message: String) throws {
    var files = APIAccess.Files()
    if hasCertificate == true { files.certificate = "/nowhere/cert.pem" }
    if hasCertificate == nil { files.clientCA = "/nowhere/ca.pem" }
    if hasTokens { files.tokens = "/nowhere/tokens" }
    let socket = try #require(SocketAddress(address, defaultPort: 8001))
    do throws(AccessError) {
      _ = try APIAccess(files, on: socket) { _ in }
      Issue.record("it was taken")
    } catch {
      #expect(error.description.contains(message), "\(error)")
    }
  }

  @Test("a file that is not there is named, with the option")
  func missing() {
    var files = APIAccess.Files()
    files.tokens = "/nowhere/tokens"
    do throws(AccessError) {
      _ = try APIAccess(files, on: SocketAddress(ip("127.0.0.1"), port: 1)) { _ in }
      Issue.record("it was taken")
    } catch {
      #expect(error.description == "--api-tokens /nowhere/tokens: No such file or directory")
    }
  }

  @Test("octets that are no certificate name nobody", arguments: 0..<200)
  func noCertificate(_ seed: Int) {
    var generator = SystemRandomNumberGenerator()
    var octets = (0..<seed).map { _ in UInt8.random(in: 0...255, using: &generator) }
    if octets.count > 8 { octets.replaceSubrange(0..<8, with: [0x30, 0x82, 0xFF, 0xFF, 0x30, 0x84, 0xFF, 0xFF]) }
    #expect(CertificateSubject(der: octets) == nil)
  }

  @Test("so many requests at once, then so many a second, and one client does not take another's")
  func rate() {
    let limit = RateLimit(perSecond: 2, burst: 3, clients: 2)
    #expect((0..<4).map { _ in limit.allows("a", at: 10) } == [true, true, true, false])
    #expect(limit.allows("b", at: 10))
    // No room for a third client until one has been quiet.
    #expect(!limit.allows("c", at: 10.4))
    #expect(limit.allows("a", at: 10.5))
    #expect(!limit.allows("a", at: 10.5))
    #expect(limit.allows("c", at: 20))
  }
}
