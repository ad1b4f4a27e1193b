import Runs
import Statistics

/// Makes the records of density ratios from draws.
struct DensityPanels {
  let settings: EvaluationSettings
  /// The reference first.
  let policies: [EvaluatedPolicy]
  /// Places in ``policies``.
  let proposals: [Int]
  let beta: DensityRounds.Beta

  /// All prompts together, where there are several, and then each; those without an axis are left out.
  func panels(_ prompts: [(prompt: EvaluationPrompt, draws: DensityDraws)]) -> [DensityPanel] {
    let estimator = DensityEstimator(
      confidence: settings.confidence, resamples: settings.bootstrap)
    let singles = prompts.compactMap { prompt, draws -> DensityPanel? in
      estimator.ratios([draws], beta: beta.value).map {
        panel($0, [draws], prompt: prompt.id, text: prompt.dialogue.words)
      }
    }
    let all = prompts.map(\.draws)
    guard all.count > 1, let together = estimator.ratios(all, beta: beta.value) else {
      return singles
    }
    var average = panel(together, all, prompt: "", text: "")
    average.prompts = all.count
    return [average] + singles
  }

  private func panel(
    _ ratios: DensityRatios, _ draws: [DensityDraws], prompt: String, text: String
  ) -> DensityPanel {
    func count(_ places: [Int]) -> Int {
      draws.reduce(0) { sum, draws in
        places.reduce(sum) { $0 + draws.positions[$1].count }
      }
    }
    let trained = policies.dropFirst()
    let seeds = Set(trained.map(\.seed))
    var curves: [DensityPanel.Curve] = []
    if let optimal = ratios.optimal {
      curves.append(curve("optimal", optimal, ratios.grid, draws: count(proposals)))
    }
    for (place, (policy, found)) in zip(trained, ratios.policies).enumerated() {
      var one = curve(policy.id, found, ratios.grid, draws: count([place + 1]))
      (one.forwardKL, one.forwardInterval) = Self.numbers(ratios.forwardKL[place], least: 0)
      (one.reverseKL, one.reverseInterval) = Self.numbers(ratios.reverseKL[place], least: 0)
      curves.append(one)
    }
    var panel = DensityPanel(
      prompt: prompt, promptText: text, seed: seeds.count == 1 ? seeds.first ?? nil : nil,
      samples: count([0]), bandwidth: ratios.bandwidth, beta: beta.value, grid: ratios.grid,
      referenceDensity: ratios.reference, curves: curves)
    let (value, interval) = Self.numbers(ratios.logNormaliser, least: -.infinity)
    let wanted = DensityEstimator.wanted
    let isShort = (ratios.optimal?.effectiveSampleSize ?? wanted) < wanted
    panel.making = DensityPanel.Making(
      proposals: proposals.map { policies[$0].id }, isBetaChosen: beta.isChosen, wanted: wanted,
      budget: settings.densityBudget,
      reachableBeta: isShort ? draws.leastBeta(reaching: wanted) : nil, logNormaliser: value,
      logNormaliserInterval: interval, confidence: settings.confidence)
    return panel
  }

  private func curve(
    _ policy: String, _ found: DensityRatios.Curve, _ grid: [Double], draws: Int
  ) -> DensityPanel.Curve {
    var curve = DensityPanel.Curve(
      policy: policy, ratio: found.ratio, effectiveSampleSize: found.effectiveSampleSize,
      largestWeight: found.largestWeight, forwardKL: nil, reverseKL: nil,
      isUnreliable: found.ratio.allSatisfy { $0 == nil })
    curve.low = found.low
    curve.high = found.high
    curve.gaps = Self.gaps(found.doubts, grid)
    curve.told = found.told
    curve.draws = draws
    return curve
  }

  /// Stretches of one reason, each reaching half-way to its neighbours.
  private static func gaps(
    _ doubts: [DensityRatios.Doubt?], _ grid: [Double]
  ) -> [DensityPanel.Gap] {
    let half = grid.count > 1 ? (grid[1] - grid[0]) / 2 : 0
    var gaps: [DensityPanel.Gap] = []
    var open: DensityRatios.Doubt?
    for (doubt, point) in zip(doubts, grid) {
      defer { open = doubt }
      guard let doubt else { continue }
      if open == doubt, !gaps.isEmpty {
        gaps[gaps.count - 1].to = point + half
      } else {
        let reason: DensityPanel.Gap.Reason =
          switch doubt {
          case .reference: .reference
          case .policy: .policy
          case .weights: .weights
          }
        gaps.append(DensityPanel.Gap(from: point - half, to: point + half, reason: reason))
      }
    }
    return gaps
  }

  private static func numbers(
    _ estimate: Estimate?, least: Double
  ) -> (value: Double?, interval: [Double]?) {
    guard let estimate, estimate.value.isFinite else { return (nil, nil) }
    return (
      estimate.value,
      estimate.interval.map { [max(least, $0.low), max(least, $0.high)] }
    )
  }
}
