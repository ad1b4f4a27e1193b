/// Finds what a mistyped word probably stands for.
public enum NearestName {
  /// The candidate that the word begins (the first of several, of a word of three letters and more), or the one with
  /// the fewest edits, at most a third of the longer word; the first of equals. Cost: candidates × word × candidate.
  public static func of(_ word: String, among candidates: [String]) -> String? {
    guard !word.isEmpty, word.utf8.count <= 40 else { return nil }
    let begun = candidates.filter { $0.hasPrefix(word) }
    if begun.count == 1 || word.utf8.count > 2, let first = begun.first { return first }
    var best: (distance: Int, name: String)?
    for candidate in candidates {
      let distance = edits(Array(word.lowercased().utf8), Array(candidate.utf8))
      guard distance <= max(1, max(word.utf8.count, candidate.utf8.count) / 3) else { continue }
      if distance < best?.distance ?? .max { best = (distance, candidate) }
    }
    return best?.name
  }

  /// The candidates as a message offers them: the first score, how many more there are, and the nearest.
  public static func offer(_ candidates: [String], for word: String) -> String {
    let most = 20
    let rest = candidates.count > most ? " and \(candidates.count - most) more" : ""
    let near = of(word, among: candidates).map { "; did you mean \($0)?" } ?? ""
    return candidates.prefix(most).joined(separator: ", ") + rest + near
  }

  /// Insertions, deletions, replacements and swaps of neighbours that turn one word into the other.
  private static func edits(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var twoBefore: [Int] = []
    var before = Array(0...right.count)
    for row in left.indices {
      var current = [row + 1]
      for column in right.indices {
        let replaced = before[column] + (left[row] == right[column] ? 0 : 1)
        var best = min(replaced, before[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
          best = min(best, twoBefore[column - 1] + 1)
        }
        current.append(best)
      }
      (twoBefore, before) = (before, current)
    }
    return before[right.count]
  }
}
