/// Ids of a text, of which those from ``start`` on are scored.
struct ScoredSequence: Equatable, Sendable {
  var ids: [Int]
  /// At least 1.
  var start: Int

  /// What the model is run on: the last token predicts nothing that is asked for.
  var input: ArraySlice<Int> { ids.dropLast() }
  var scored: Int { ids.count - start }

  /// Without its beginning, so that the input has at most `positions` tokens; nil where nothing would be
  /// left in front of what is scored.
  func cut(to positions: Int) -> ScoredSequence? {
    let surplus = ids.count - 1 - positions
    guard surplus > 0 else { return self }
    guard start > surplus else { return nil }
    return ScoredSequence(ids: Array(ids.dropFirst(surplus)), start: start - surplus)
  }
}
