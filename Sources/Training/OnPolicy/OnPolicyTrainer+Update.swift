import Policy
import Torch

extension OnPolicyTrainer {
  /// A minibatch's parts add up in here.
  private struct Tally: Codable {
    var metrics = Metrics()
    var loss = 0.0
    var valueLoss = 0.0
    /// k3 of the policies before and after, summed over tokens.
    var divergence = 0.0
    var tokens = 0
    var ratioError = 0.0
    /// What is no number, and the prompts of which it is not.
    var spoilt: Spoilt?

    struct Spoilt: Codable {
      let what: String
      let groups: [Int]
    }

    /// What another rank's part of the same minibatch came to.
    mutating func add(_ other: Tally) {
      metrics.add(other.metrics)
      loss += other.loss
      valueLoss += other.valueLoss
      divergence += other.divergence
      ratioError = max(ratioError, other.ratioError)
    }
  }

  /// The updates that one rollout serves.
  func update(
    _ experience: Experience, _ credits: [Credit], kl: Double, _ costs: inout RolloutCosts
  ) throws -> [String: Double] {
    let decoder = policy.decoder
    if movesPolicy { try decoder.requireGradients() }
    try critic?.requireGradients()
    defer {
      try? decoder.requireGradients(false)
      try? critic?.requireGradients(false)
    }
    let schedule = settings.training.schedule(of: settings.steps)
    let rate = schedule.rate(at: min(step, settings.steps - 1))
    let criticRate =
      rate * (settings.objective.critic?.learningRate ?? schedule.peak) / schedule.peak
    var metrics = Metrics()
    var updates = 0
    var isFirst = true
    passes: for pass in 0..<settings.epochs {
      let order = minibatchOrder(of: experience.prompts.count, pass: pass)
      for start in stride(from: 0, to: order.count, by: settings.minibatch) {
        let groups = Array(order[start..<start + settings.minibatch])
        let tally = try together(experience, credits, groups, kl: kl, isFirst: isFirst)
        metrics.add(tally.metrics)
        costs.trainedTokens += movesPolicy ? experience.tokens(of: groups) : 0
        if movesPolicy {
          if isFirst { metrics.add("policy/ratio_error", mean: tally.ratioError, count: 1) }
          isFirst = false
          metrics.add("loss/policy_avg", mean: tally.loss, count: 1)
          let divergence = tally.divergence / Double(tally.tokens)
          metrics.add("policy/k3_avg", mean: divergence, count: 1)
          if let limit = settings.objective.stopAbove, divergence > limit {
            try forgetGradients()
            break passes
          }
          try optimiser.reduceGradients()
          let norm = try optimiser.clipGradients(to: settings.training.clip)
          guard norm.isFinite else { throw nonfinite("the gradient", experience, groups) }
          metrics.add("grad_norm", mean: norm, count: 1)
        }
        try criticOptimiser?.reduceGradients()
        if critic != nil, let norm = try criticOptimiser?.clipGradients(to: settings.training.clip)
        {
          guard norm.isFinite else { throw nonfinite("the critic's gradient", experience, groups) }
          metrics.add("val/grad_norm", mean: norm, count: 1)
          metrics.add("loss/value_avg", mean: tally.valueLoss, count: 1)
        }
        if movesPolicy { try optimiser.update(rate: rate) }
        try criticOptimiser?.update(rate: criticRate)
        updates += 1
      }
    }
    var means = metrics.values
    means["loss"] = means["loss/policy_avg"] ?? means["loss/value_avg"]
    means["updates"] = Double(updates)
    means["learning_rate"] = movesPolicy ? rate : 0
    if critic != nil { means["val/learning_rate"] = criticRate }
    return means
  }

  /// The prompts of a pass in the order of its minibatches. One minibatch stays as it was scored,
  /// so that its ratios are 1 to the last bit.
  private func minibatchOrder(of count: Int, pass: Int) -> [Int] {
    guard settings.minibatches > 1 else { return Array(0..<count) }
    var generator = SplitMix64(state: Generator.mix(seed, "minibatches-\(step)-\(pass)"))
    return Array(0..<count).shuffled(using: &generator)
  }

  /// Runs a minibatch, of which each rank does its part.
  ///
  /// - Returns: what all ranks found.
  private func together(
    _ experience: Experience, _ credits: [Credit], _ groups: [Int], kl: Double, isFirst: Bool
  ) throws -> Tally {
    let found = try optimiser.ranks.gather(
      accumulate(experience, credits, groups, kl: kl, isFirst: isFirst))
    if let spoilt = found.lazy.compactMap(\.spoilt).first {
      throw nonfinite(spoilt.what, experience, spoilt.groups)
    }
    var tally = found[0]
    for other in found.dropFirst() { tally.add(other) }
    return tally
  }

  /// Runs this rank's part of a minibatch in parts, leaving the summed gradients on the parameters.
  private func accumulate(
    _ experience: Experience, _ credits: [Credit], _ groups: [Int], kl: Double, isFirst: Bool
  ) throws -> Tally {
    let lengths = experience.members(of: groups).map { experience.episodes[$0].old.count }
    let weight = lengths.reduce(0) { $0 + settings.objective.weight(ofTokens: $1) }
    var tally = Tally()
    tally.tokens = lengths.reduce(0, +)
    let mine = optimiser.ranks.part(of: groups.count)
    for start in stride(from: mine.lowerBound, to: mine.upperBound, by: settings.part) {
      let part = Array(groups[start..<min(start + settings.part, mine.upperBound)])
      let targets = try experience.targets(of: part, policy.decoder)
      let members = experience.members(of: part)
      if movesPolicy {
        let perToken = try policy.decoder.logProbabilities(
          of: targets, temperature: settings.temperature)
        let rollout = try Rollout(
          policy: targets.padded(perToken), members.map { experience.episodes[$0] },
          members.map { credits[$0] }, limit: settings.maxTokens, kl: kl)
        let loss = try settings.objective.losses(rollout).sum() / weight
        let value = try loss.item()
        guard value.isFinite else {
          tally.spoilt = Tally.Spoilt(what: "the loss", groups: part)
          break
        }
        tally.loss += value
        try withoutGradient {
          let found = try RatioMetrics(rollout, settings.objective.surrogate)
          tally.divergence += found.divergence
          tally.metrics.add(found.metrics)
          if isFirst {
            tally.ratioError = max(
              tally.ratioError,
              RatioMetrics.largestError(
                try targets.perCompletion(perToken), experience.recorded(of: part)))
          }
        }
        try loss.backward()
      }
      if let critic, let fitted = settings.objective.critic {
        let values = try targets.padded(critic.values(of: targets))
        let loss = try valueLoss(
          values, members.map { experience.episodes[$0] }, members.map { credits[$0] }, fitted,
          &tally)
        guard try loss.item().isFinite else {
          tally.spoilt = Tally.Spoilt(what: "the critic's loss", groups: part)
          break
        }
        try loss.backward()
      }
    }
    return tally
  }

  /// The part of a minibatch's value loss, the mean over its tokens, that these samples carry.
  private func valueLoss(
    _ values: Tensor, _ episodes: [Episode], _ credits: [Credit], _ fitted: CriticSettings,
    _ tally: inout Tally
  ) throws -> Tensor {
    let time = values.sizes[1]
    let old = try Rollout.padded(episodes.map(\.values), time, on: values.device)
    let returns = try Rollout.padded(credits.map(\.returns), time, on: values.device)
    // Behind the end all three are 0, and so is the loss.
    let losses = try ClippedValueLoss.losses(
      values, old: old, returns: returns, clip: fitted.clip)
    let loss = try losses.sum() / Double(tally.tokens)
    tally.valueLoss += try loss.item()
    if let clip = fitted.clip {
      let moved = try withoutGradient {
        try ((values - old.converted(to: values.type)).magnitude() .> clip)
          .converted(to: .float64).sum().item()
      }
      let tokens = Double(episodes.reduce(0) { $0 + $1.old.count })
      tally.metrics.add("val/clipfrac_avg", mean: moved / tokens, count: tokens)
    }
    return loss
  }

  private func forgetGradients() throws {
    for model in [policy.decoder] + [critic].compactMap(\.self) {
      for tensor in model.trainable.tensors { try tensor.clearGradient() }
    }
  }

  private func nonfinite(
    _ what: String, _ experience: Experience, _ groups: [Int]
  ) -> TrainingError {
    .nonfinite(
      what: what, step: step + 1, examples: groups.map { experience.prompts[$0].id },
      checkpoint: lastGood)
  }
}
