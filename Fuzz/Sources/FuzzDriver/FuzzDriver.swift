// FuzzDriver: the way from libFuzzer to a Swift function.

import CFuzzer
import Glibc

/// What an input is tried with; set once, before the driver starts, on its only thread.
nonisolated(unsafe) private var attempt: ([UInt8]) -> Void = { _ in }

/// Hands inputs to a function until libFuzzer has enough, with the options of the command line. A trap, a sanitizer's
/// finding, or `require` ends the run, and the input is kept.
public func fuzz(_ body: @escaping ([UInt8]) -> Void) -> Never {
  attempt = body
  var count = CommandLine.argc
  var arguments = CommandLine.unsafeArgv as UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?
  exit(
    LLVMFuzzerRunDriver(&count, &arguments) { data, size in
      attempt([UInt8](UnsafeBufferPointer(start: data, count: size)))
      return 0
    })
}

/// Ends the run when a rule does not hold.
public func require(_ holds: Bool, _ rule: @autoclosure () -> String) {
  if !holds { fatalError("broken: \(rule())") }
}

/// Runs what makes values that live as long as the program and are only reached by tagged pointers, such as tables of
/// closures in enumerations: the leak sanitizer would take them for lost.
public func makeForGood(_ body: () -> Void) {
  __lsan_disable()
  body()
  __lsan_enable()
}
