/// The parts in which examples are scored that nothing is learnt from: so small that training takes more
/// memory than they do.
enum ScoringParts {
  /// Tokens that a part may have once its rows are padded.
  private static let tokens = 4096

  /// Neighbours that are run together; an example that is too long by itself is a part.
  ///
  /// - Parameters:
  ///   - lengths: tokens of each example's longest row.
  ///   - rows: of each example.
  ///   - most: examples of a part.
  static func of(_ lengths: [Int], rows: Int = 1, most: Int = 32) -> [Range<Int>] {
    var parts: [Range<Int>] = []
    var start = 0
    var longest = 0
    for (index, length) in lengths.enumerated() {
      let wide = max(longest, length)
      let count = index - start + 1
      if count > 1, count > most || count * rows * wide > tokens {
        parts.append(start..<index)
        (start, longest) = (index, length)
      } else {
        longest = wide
      }
    }
    if start < lengths.count { parts.append(start..<lengths.count) }
    return parts
  }
}
