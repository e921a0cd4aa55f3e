/// The known name that a mistyped one most likely means: at most two letters added, left out, replaced or swapped with
/// their neighbour, and fewer than half of them. The first one wins when several are as near.
///
/// Takes O(n·m) for each name; names of more than 64 characters have no near one.
public func nearestName(to text: String, in names: some Sequence<String>) -> String? {
  let text = Array(text.lowercased().unicodeScalars.prefix(65))
  guard (1...64).contains(text.count) else { return nil }
  var best: (name: String, distance: Int)?
  for name in names {
    let distance = editDistance(text, Array(name.lowercased().unicodeScalars.prefix(65)))
    if distance <= 2, distance * 2 < max(text.count, 3), distance < best?.distance ?? 3 { best = (name, distance) }
  }
  return best?.name
}

/// The hint that names the nearest known name: `did you mean 'cache'?`
package func nearestNameHint(_ text: String, in names: some Sequence<String>) -> String? {
  nearestName(to: text, in: names).map { "did you mean \(quoted($0))?" }
}

/// The optimal string alignment distance: insertions, deletions, substitutions and swaps of neighbours.
private func editDistance(_ a: [Unicode.Scalar], _ b: [Unicode.Scalar]) -> Int {
  guard !a.isEmpty, !b.isEmpty else { return max(a.count, b.count) }
  var beforeLast: [Int] = []
  var last = Array(0...b.count)
  for i in 1...a.count {
    var row = [i]
    for j in 1...b.count {
      let cost = a[i - 1] == b[j - 1] ? 0 : 1
      var distance = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + cost)
      if i > 1, j > 1, a[i - 1] == b[j - 2], a[i - 2] == b[j - 1] { distance = min(distance, beforeLast[j - 2] + 1) }
      row.append(distance)
    }
    (beforeLast, last) = (last, row)
  }
  return last[b.count]
}
