// What goes wrong with a service and with what knows its endpoints, one fault after the other, a line for each; status 1 when
// one is not survived. `hello-faults` needs nothing; `hello-faults http://127.0.0.1:8001` tries what goes wrong between a
// client and that registry.

import Glibc

let faults =
  if CommandLine.arguments.count > 1 { registryFaults(CommandLine.arguments[1]) } else { endpointFaults + clockFaults }
for fault in faults {
  let limit = Task {
    // Not the clock that jumps.
    try await Task.sleep(for: .seconds(120), clock: .suspending)
    fail(fault, "not over after two minutes")
  }
  do { print("\(fault.name): \(try await fault.survive())") } catch { fail(fault, error) }
  limit.cancel()
}

func fail(_ fault: Fault, _ reason: Any) -> Never {
  print("\(fault.name): NOT SURVIVED: \(reason)")
  exit(1)
}
