// picks: times picks of each policy at 10, 1,000 and 10,000 endpoints, and compiling 10,000; says how evenly picks are spread, and restarts instances under
// load. picks count [deliberate]: counts what picks allocate, with an allocator preloaded that counts; with `deliberate` one is made, so
// that it can be shown to be seen. One line of JSON a figure.

import Glibc

let arguments = CommandLine.arguments.dropFirst()
let sum: Int
if arguments.first == "count" {
  sum = try countAllocations(isDeliberate: arguments.last == "deliberate")
} else {
  sum = try measureTimes()
  try measureSpread()
  try await measureRestart()
}
if sum == 0 { exit(3) }
