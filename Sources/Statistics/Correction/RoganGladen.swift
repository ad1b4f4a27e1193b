/// The true share of wins behind a judge that errs at known rates.
///
/// p = (q + sp − 1)/(se + sp − 1), q the judge's share, se its hit rate on true wins, sp on true
/// losses. The interval adds pseudo-counts to all three rates (two to the labels', the squared
/// quantile to q's), so that a rate of 1 from few labels is not certain, and shifts by what that
/// bends.
///
/// Source: Rogan and Gladen 1978, "Estimating prevalence from the results of a screening test"; Lang
/// and Reiczigel 2014, "Confidence limits for prevalence of disease adjusted for estimated
/// sensitivity and specificity".
/// Differs: Student's quantile with the labels' degrees of freedom.
public enum RoganGladen {
  /// - Parameters:
  ///   - judged: the judge's wins among all its verdicts.
  ///   - hits: the judge's wins among prompts that humans call wins.
  ///   - rejections: the judge's losses among prompts that humans call losses.
  /// - Returns: the value and interval clipped to 0 … 1; nil for impossible counts or a judge no
  ///   better than chance, from whom nothing can be recovered.
  public static func estimate(
    judged: (wins: Int, of: Int), hits: (wins: Int, of: Int), rejections: (losses: Int, of: Int),
    confidence: Double = 0.95
  ) -> Estimate? {
    let labels = hits.of + rejections.of
    guard let share = Share(judged.wins, judged.of), let sensitivity = Share(hits.wins, hits.of),
      let specificity = Share(rejections.losses, rejections.of), confidence > 0, confidence < 1,
      let factor = StudentT.quantile(
        (1 + confidence) / 2, degrees: Double(max(1, labels - 2)))
    else { return nil }
    let skill = sensitivity.value + specificity.value - 1
    guard skill > 0 else { return nil }
    func clipped(_ value: Double) -> Double { min(1, max(0, value)) }
    let value = clipped((share.value + specificity.value - 1) / skill)
    let q = share.adding(factor * factor)
    let (se, sp) = (sensitivity.adding(2), specificity.adding(2))
    let softened = se.value + sp.value - 1
    var interval = Interval(0, 1)
    if softened > 0 {
      let p = (q.value + sp.value - 1) / softened
      let shift = 2 * factor * factor * (p * se.variance - (1 - p) * sp.variance)
      let variance = q.variance + (1 - p) * (1 - p) * sp.variance + p * p * se.variance
      let half = factor * variance.squareRoot() / softened
      interval = Interval(
        min(value, clipped(p + shift - half)), max(value, clipped(p + shift + half)))
    }
    return Estimate(
      value: value, interval: interval, count: judged.of + labels, clusters: judged.of + labels,
      basis: IntervalBasis(
        confidence: confidence, method: .roganGladen, unit: .items,
        caveats: labels < Inference.few ? [.tooFew] : []))
  }

  private struct Share {
    let value: Double
    let trials: Double

    init?(_ events: Int, _ trials: Int) {
      guard trials > 0, (0...trials).contains(events) else { return nil }
      value = Double(events) / Double(trials)
      self.trials = Double(trials)
    }

    private init(value: Double, trials: Double) {
      (self.value, self.trials) = (value, trials)
    }

    var variance: Double { value * (1 - value) / trials }

    /// With so many more trials, half of them events.
    func adding(_ pseudo: Double) -> Share {
      Share(value: (value * trials + pseudo / 2) / (trials + pseudo), trials: trials + pseudo)
    }
  }
}
