import ClusterDiscovery
import RegistryClient
import Testing

@testable import ClusterDiscoveryAPI

@Suite("When to list and when to watch") struct WatchCourseTests {
  private let away = DiscoveryError(.unavailable, "away")
  private var generator = SystemRandomNumberGenerator()

  @Test("a list is followed by a watch, and a watch that ends by one from where it stood")
  func resumes() {
    var (course, random) = (WatchCourse(), generator)
    #expect(course.next == .list)
    course.listed("5")
    #expect(course.next == .watch("5"))
    course.heard("9")
    #expect(course.ended(after: .seconds(300), using: &random) == .zero)
    #expect(course.next == .watch("9"))
  }

  @Test("one cut goes on at once and is not said; the second one in a row is, and everything is listed anew")
  func cut() {
    var (course, random) = (WatchCourse(), generator)
    course.listed("5")
    let first = course.failed(.cut(away), using: &random)
    #expect(first.wait == .zero && first.problem == nil)
    #expect(course.next == .watch("5"))
    let second = course.failed(.cut(away), using: &random)
    #expect(second.wait > .zero && second.problem == away)
    #expect(course.next == .list)
  }

  @Test("a server that cannot be reached after a cut may be another one when it is back")
  func relists() {
    var (course, random) = (WatchCourse(), generator)
    course.listed("5")
    _ = course.failed(.cut(away), using: &random)
    #expect(course.failed(.failed(away), using: &random).problem == away)
    #expect(course.next == .list)
  }

  @Test("a watch that cannot be begun is said when the list fails, too; what cannot be understood is said at once")
  func begun() {
    var (course, random) = (WatchCourse(), generator)
    course.listed("5")
    let first = course.failed(.failed(away), using: &random)
    #expect(first.wait == .zero && first.problem == nil && course.next == .list)
    #expect(course.failed(.failed(away), using: &random).problem == away)
    course = WatchCourse()
    course.listed("5")
    let garbage = DiscoveryError(.malformed, "garbage")
    #expect(course.failed(.failed(garbage), using: &random).problem == garbage)
    course = WatchCourse()
    #expect(course.failed(.failed(away), using: &random).problem == away)
  }

  @Test("a forgotten version is no error, and is asked for again without haste when it happens again")
  func expired() {
    var (course, random) = (WatchCourse(), generator)
    course.listed("5")
    let first = course.failed(.expired, using: &random)
    #expect(first.wait == .zero && first.problem == nil && course.next == .list)
    course.listed("6")
    #expect(course.failed(.expired, using: &random).wait > .zero)
  }

  @Test("a server that ends or cuts watches as soon as they begin is not asked in haste, whatever it says before")
  func hasty() {
    var (course, random) = (WatchCourse(), generator)
    course.listed("5")
    for version in 6...14 {
      course.heard("\(version)")
      _ = course.ended(after: .milliseconds(3), using: &random)
    }
    #expect(course.ended(after: .milliseconds(3), using: &random) >= .seconds(15))
    #expect(course.next == .watch("14"))
    let cut = course.failed(.cut(away), after: .milliseconds(3), using: &random)
    #expect(cut.wait >= .seconds(15) && cut.problem == away)
  }

  @Test("a watch that lasted shows that the server is well: its cut is the first failure")
  func proof() {
    var (course, random) = (WatchCourse(), generator)
    for _ in 1...8 { _ = course.failed(.failed(away), using: &random) }
    course.listed("5")
    let cut = course.failed(.cut(away), after: .seconds(60), using: &random)
    #expect(cut.wait == .zero && cut.problem == nil && course.next == .watch("5"))
  }
}

@Suite("The service account of a Pod") struct ServiceAccountTests {
  @Test(
    "the API's address comes from the environment",
    arguments: [
      (["KUBERNETES_SERVICE_HOST": "10.96.0.1", "KUBERNETES_SERVICE_PORT": "6443"], "https://10.96.0.1:6443"),
      (["KUBERNETES_SERVICE_HOST": "10.96.0.1"], "https://10.96.0.1:443"),
      (
        [
          "KUBERNETES_SERVICE_HOST": "fd00::1", "KUBERNETES_SERVICE_PORT_HTTPS": "443", "KUBERNETES_SERVICE_PORT": "80",
        ],
        "https://[fd00::1]:443"
      ),
    ])
  func address(variables: [String: String], url: String) throws {
    let location = try ServiceAccount(folder: "/pod", environment: { variables[$0] }).location()
    #expect(location.url == url && location.authorities == "/pod/ca.crt")
  }

  @Test("outside of a Pod it is said")
  func outside() {
    let error = #expect(throws: DiscoveryError.self) {
      try ServiceAccount(folder: "/pod", environment: { _ in nil }).login()
    }
    #expect(error?.message.contains("does not run in a Pod") == true)
  }

  @Test("a token's file that is away is an error that names it")
  func noToken() async throws {
    let login = APILogin(location: RegistryLocation(url: "http://127.0.0.1:1"), tokenFile: "/nowhere/token")
    let source = APIWatches(login: login, families: .first, patience: APIPatience())
    let error = await #expect(throws: DiscoveryError.self) { try await source.lookup(Target("web.shop")) }
    #expect(error?.reason == .denied && error?.message.contains("/nowhere/token") == true)
  }
}
