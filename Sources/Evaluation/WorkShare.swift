/// How much of an evaluation or of an examination is done, as a share of all that its works weigh.
final class WorkShare {
  /// What all works weigh together.
  private let whole: Double
  /// What those weigh that came to their end.
  private var ended = 0.0
  /// What of all was there before.
  private var found = 0.0

  /// - Parameter whole: for example completions that a model reads or writes, at most.
  init(_ whole: Double) { self.whole = whole }

  /// Follows one work, which says first how many of its chunks are there, and then after every chunk how
  /// many are done.
  ///
  /// - Parameters:
  ///   - chunks: of the work.
  ///   - each: what a chunk weighs.
  func following(
    _ policy: String, _ work: String, chunks: Int, each: Double,
    _ show: @escaping (EvaluationProgress) -> Void
  ) -> (Int) -> Void {
    var isFirst = true
    return { [self] done in
      if isFirst { found += Double(done) * each }
      isFirst = false
      let share = ended + Double(done) * each
      if done >= chunks { ended = share }
      show(
        EvaluationProgress(
          policy: policy, work: work, done: done, total: chunks, share: part(share),
          found: part(found)))
    }
  }

  private func part(_ weight: Double) -> Double { whole > 0 ? min(1, weight / whole) : 0 }
}
