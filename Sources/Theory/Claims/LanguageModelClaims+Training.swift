import Foundation
import Policy
import Recipe
import Torch
import Training

/// How a real decoder is trained.
extension LanguageModelClaims {
  private static let beta = 0.5

  /// All completions of each prompt as its candidates.
  private static func candidates(
    _ language: TinyLanguage, beside reference: TinyLanguage
  ) throws -> Candidates {
    let policy = try language.logProbabilities()
    let sizes = policy.sizes
    return try Candidates(
      policy: policy, reference: Tensor.of(reference.logTable().flatMap(\.self), sizes),
      lengths: Tensor.of(
        TinyLanguage.prompts.flatMap { _ in TinyLanguage.completions.map { Double($0.count) } },
        sizes), rewards: Tensor.of(language.rewards().flatMap(\.self), sizes))
  }

  private static func gradients(_ language: TinyLanguage, _ loss: Tensor) throws -> [Double] {
    try loss.backward()
    let all: [Double] = try language.model.decoder.parameters.flatMap { parameter in
      try parameter.gradient?.reshaped(-1).values()
        ?? [Double](repeating: 0, count: parameter.count)
    }
    for parameter in language.model.decoder.parameters { try parameter.clearGradient() }
    return all
  }

  static var gradient: Claim {
    Claim(
      .languageModels, "Gradients",
      "The gradient of an objective in the weights is that in the log-probabilities, carried "
        + "through each completion run alone."
    ) {
      let language = try TinyLanguage(seed: 3)
      let reference = try TinyLanguage(seed: 4)
      try language.model.decoder.requireGradients()
      let table = try Tensor.of(
        language.logTable().flatMap(\.self),
        [TinyLanguage.prompts.count, TinyLanguage.completions.count])
      try table.requireGradient()
      let given = try candidates(language, beside: reference)
      let objectives: [any Objective] = [
        EXORw(betaPi: 0.7, betaR: 0.5), DPORw(betaPi: 0.7, betaR: 0.5), LIRE(),
      ]
      return Evidence(
        try objectives.map { objective in
          let whole = try gradients(
            language,
            objective.loss(candidates(language, beside: reference)).sum())
          try objective.loss(
            Candidates(
              policy: table, reference: given.reference, lengths: given.lengths,
              rewards: given.rewards)
          ).sum().backward()
          let shares: [Double] = try table.gradient?.reshaped(-1).values() ?? []
          try table.clearGradient()
          // One completion at a time: nothing is shared, padded or packed.
          var apart = [Double](repeating: 0, count: whole.count)
          for (index, share) in shares.enumerated() {
            let width = TinyLanguage.completions.count
            let targets = try Targets.completions(
              [[TinyLanguage.completions[index % width]]],
              of: [TinyLanguage.prompts[index / width]],
              positions: language.model.decoder.configuration.positions, on: .cpu)
            let alone = try gradients(
              language, language.model.decoder.logProbabilities(of: targets).sum() * share)
            for place in apart.indices { apart[place] += alone[place] }
          }
          return Finding(
            "gradient of \(type(of: objective).name)", whole, .equal, apart, .arithmetic)
        })
    }
  }

  /// Every completion alone, as often as the model itself draws it.
  static func nothingSelected(by objective: some Objective) -> Claim {
    Claim(
      .languageModels, "Nothing selected",
      "The fit of a decoder to samples of its own, one for each prompt, has no gradient in its "
        + "weights, though completions differ in length."
    ) {
      let language = try TinyLanguage(seed: 3)
      try language.model.decoder.requireGradients()
      let policy = try language.logProbabilities()
      let count = policy.count
      let lengths = TinyLanguage.prompts.flatMap { _ in
        TinyLanguage.completions.map { Double($0.count) }
      }
      let losses = try objective.loss(
        Candidates(
          policy: policy.reshaped(count, 1), lengths: Tensor.of(lengths, [count, 1]),
          rewards: Tensor.of(language.rewards().flatMap(\.self), [count, 1])))
      let shares = try policy.detached().exp().reshaped(-1)
      let slope = try gradients(language, (losses * shares).sum())
      return Evidence([
        Finding(
          "gradient in \(slope.count) weights", slope, .equal, slope.map { _ in 0 }, .arithmetic)
      ])
    }
  }

  // MARK: On policy

  static var onPolicy: [Claim] {
    [
      trained("PPO", "method: ppo, training: {epochs: 2, learning_rate: 0.01}"),
      trained("RLOO", "method: rloo, training: {learning_rate: 0.01}"),
      trained("REINFORCE", "method: reinforce, training: {learning_rate: 0.01}"),
      // Its division by the deviation and its k3 pull elsewhere: see the claims on both.
      trained("GRPO", "method: grpo, training: {learning_rate: 0.01}", known: .doesNotHold),
    ]
  }

  /// - Parameter settings: of an `on-policy` stage, as in a recipe.
  static func trained(
    _ name: String, _ settings: String, known: Verdict = .confirmed
  ) -> Claim {
    Claim(
      .languageModels, "\(name), drawing samples",
      "Trained on its own samples for 150 steps, a decoder covers at least nine tenths of the way "
        + "from J(π_ref) to β log Z, which nothing exceeds.",
      origin: known == .confirmed ? .paper : .practice, known: known
    ) {
      let reference = try TinyLanguage(seed: 5)
      let document = try RecipeDocument.parse(
        "rl: {\(settings), kl: \(beta), steps: 150, batch: 48, samples: 4, max_tokens: 3}",
        name: "theory")
      let read = OnPolicySettings(from: document.root.section("rl"))
      try document.finish()
      let prompts = (0..<16).flatMap { _ in reference.trainingPrompts }
      let trainer = try OnPolicyTrainer(
        from: reference.model, reward: TinyLanguage.LetterReward(), prompts: prompts,
        settings: read, seed: 1)
      let first = try reference.value(beside: reference, beta: beta)
      let highest = try reference.highestValue(beta: beta)
      var values = [(0.0, first)]
      for _ in 0..<15 {
        try trainer.run(steps: 10)
        values.append(
          (
            Double(trainer.step),
            try TinyLanguage(trainer.policy).value(beside: reference, beta: beta)
          ))
      }
      let last = values.last?.1 ?? .nan
      return Evidence(
        [
          Finding("J at the end", last, .atLeast, first + 0.9 * (highest - first), .none),
          Finding("J at the end, beside β log Z", last, .atMost, highest, .none),
        ],
        curves: [
          Curve(name, x: "step", y: "J", values),
          Curve("β log Z", x: "step", y: "J", [(0, highest), (150, highest)]),
        ])
    }
  }
}
