/// How ``LengthControl`` chooses its C: five-fold cross-validation on the weighted log loss.
///
/// Row i of anchor and model together lies in fold i mod 5, as scikit-learn's grouped folds deal
/// equal groups where the sort they rest on is stable. The C with the greatest sum over folds of the
/// mean score is taken.
///
/// Differs: the anchor's single preferences are not public and are imputed from their two sums; and
/// where NumPy's sort is not stable upstream's folds were others. Neighbouring C may then win: the
/// scores of the upper half of the grid mostly agree to a few 1e-5.
enum LengthValidation {
  static let folds = 5

  static func inversePenalty(
    _ rows: [LengthComparison], features: [[Double]], anchor: LengthAnchor?
  ) -> Double? {
    var all: [Row] = []
    if let anchor {
      guard let preferences = anchor.imputed() else { return nil }
      all = zip(anchor.rows, preferences).map {
        Row([$0.length, $0.difficulty, 0], $1, LengthAnchor.weight)
      }
    }
    all += zip(rows, features).map { Row($1, $0.preference, 1) }
    guard all.count >= 2 * folds else { return nil }
    var scores = [Double](repeating: 0, count: LengthControl.grid.count)
    for fold in 0..<folds {
      var training = LogisticRows(dimension: 3)
      var held = LogisticRows(dimension: 3)
      for (index, row) in all.enumerated() {
        if index % folds == fold {
          held.append(row.features, target: row.preference, weight: row.weight)
        } else {
          training.append(row.features, target: row.preference, weight: row.weight)
        }
      }
      var start: [Double]?
      for (place, inversePenalty) in LengthControl.grid.enumerated() {
        guard
          let fit = LogisticFit(training, penalty: .absolute(1 / inversePenalty), start: start)
        else { return nil }
        start = fit.coefficients
        scores[place] -= held.loss(fit.coefficients) / Double(held.count)
      }
    }
    guard let best = scores.max(), let place = scores.firstIndex(of: best) else { return nil }
    return LengthControl.grid[place]
  }

  private struct Row {
    let features: [Double]
    let preference: Double
    let weight: Double

    init(_ features: [Double], _ preference: Double, _ weight: Double) {
      self.features = features
      self.preference = preference
      self.weight = weight
    }
  }
}
