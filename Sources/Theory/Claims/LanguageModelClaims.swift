import Foundation
import Policy
import Torch
import Training

/// What every method takes for granted, of the real decoder, scorer, sampler and trainers.
public enum LanguageModelClaims {
  public static var all: [Claim] {
    [
      probabilities(.llama), probabilities(.gpt2), sampler(), divergence(.k1), divergence(.k3),
      divergence(.k2, known: .doesNotHold), gradient, nothingSelected(by: BestOfM()),
    ] + onPolicy
  }

  private static let rounding = Tolerance(1e-12, "sums of a few float64 products")

  static func probabilities(_ architecture: ModelConfiguration.Architecture) -> Claim {
    Claim(
      .languageModels, "Probabilities, \(architecture.rawValue)",
      "The probabilities of all completions, cut ones included, add up to 1 for every prompt, and "
        + "scoring candidates together gives what running each prefix alone does."
    ) {
      let language = try TinyLanguage(seed: 1, architecture: architecture)
      let together = try language.logTable()
      let alone = try TinyLanguage.prompts.map { prompt in
        try TinyLanguage.completions.map { tokens in
          try tokens.indices.reduce(0.0) { sum, place in
            try sum + language.next(after: prompt + tokens[..<place])[tokens[place]]
          }
        }
      }
      return Evidence([
        Finding(
          "sum over completions, for each prompt", together.map { $0.reduce(0) { $0 + exp($1) } },
          .equal, together.map { _ in 1 }, rounding),
        Finding(
          "log π of every completion", together.flatMap(\.self), .equal, alone.flatMap(\.self),
          rounding),
      ])
    }
  }

  /// - Parameter temperature: of the sampler; anything but 1 must be found out.
  static func sampler(temperature: Double = 1) -> Claim {
    Claim(
      .languageModels, "Sampler",
      "With a cache of keys and values, every completion is drawn as often as its probability says."
    ) {
      let language = try TinyLanguage(seed: 1)
      let count = 20_000
      var settings = language.model.sampling(
        temperature: temperature, maxTokens: TinyLanguage.longest)
      settings.endTokens = [TinyLanguage.end]
      let uniform = try Generator(seed: 1, stream: "theory").uniform(
        [TinyLanguage.prompts.count * count, TinyLanguage.longest])
      let drawn = try Sampler(language.model.decoder, settings)
        .sample(TinyLanguage.prompts, count: count, uniform: uniform)
      let statistics = try zip(drawn, language.logTable()).map { completions, table in
        var counts: [[Int]: Int] = [:]
        for completion in completions { counts[completion.tokens, default: 0] += 1 }
        return zip(TinyLanguage.completions, table).reduce(0.0) { sum, entry in
          let expected = exp(entry.1) * Double(count)
          return sum + pow(Double(counts[entry.0] ?? 0) - expected, 2) / expected
        }
      }
      let sums = drawn.flatMap(\.self).map(\.logProbability)
      let scored = try zip(drawn, language.logTable()).flatMap { completions, table in
        let known = Dictionary(uniqueKeysWithValues: zip(TinyLanguage.completions, table))
        return completions.map { known[$0.tokens] ?? .nan }
      }
      return Evidence([
        Finding(
          "χ² of 20,000 draws, for each prompt", statistics, .atMost, statistics.map { _ in 36.12 },
          .init(0, "14 degrees of freedom exceed this once in a thousand; the draws are seeded")),
        Finding(
          "largest difference of a drawn completion's log π from the scorer's",
          zip(sums, scored).map { abs($0 - $1) }.max() ?? .nan, .equal, 0, rounding),
      ])
    }
  }

  static func divergence(_ estimator: KLEstimator, known: Verdict = .confirmed) -> Claim {
    Claim(
      .languageModels, "\(estimator.rawValue) of tokens",
      "The sum of \(estimator.rawValue) over the tokens of a completion has the mean "
        + "KL(π ∥ π_ref).", origin: known == .confirmed ? .paper : .practice, known: known
    ) {
      let policy = try TinyLanguage(seed: 1)
      let reference = try TinyLanguage(seed: 2)
      let (own, other) = (try policy.logTable(), try reference.logTable())
      let exact = zip(own, other).map { own, other in
        Distribution.divergence(of: own.map { exp($0) }, from: other.map { exp($0) })
      }
      let targets = try policy.targets()
      let sums: [Double] = try withoutGradient {
        let ratios =
          try policy.model.decoder.logProbabilities(of: targets)
          - reference.model.decoder.logProbabilities(of: targets)
        return try targets.summed(estimator.estimate(ratios)).values()
      }
      let width = TinyLanguage.completions.count
      let means = own.indices.map { prompt in
        Distribution.mean(
          Array(sums[prompt * width..<(prompt + 1) * width]), under: own[prompt].map { exp($0) })
      }
      let byToken = try TinyLanguage.prompts.map { prompt in
        try divergence(of: policy, from: reference, after: prompt, left: TinyLanguage.longest)
      }
      return Evidence([
        Finding("mean for each prompt", means, .equal, exact, rounding),
        Finding(
          "KL of completions, beside the mean of the sum of the tokens' KL", exact, .equal, byToken,
          rounding, role: .known),
      ])
    }
  }

  /// Σ over prefixes of their probability times the divergence of the next token.
  private static func divergence(
    of policy: TinyLanguage, from reference: TinyLanguage, after tokens: [Int], left: Int
  ) throws -> Double {
    guard left > 0 else { return 0 }
    let own = try policy.next(after: tokens).map { exp($0) }
    let here = Distribution.divergence(
      of: own, from: try reference.next(after: tokens).map { exp($0) })
    return try own.indices.filter { $0 != TinyLanguage.end }.reduce(here) { sum, token in
      try sum + own[token]
        * divergence(of: policy, from: reference, after: tokens + [token], left: left - 1)
    }
  }
}
