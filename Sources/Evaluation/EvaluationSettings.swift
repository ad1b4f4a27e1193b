import Policy
import Recipe
import Statistics
import Torch

/// How checkpoints are measured: the `evaluation` section of a recipe.
public struct EvaluationSettings: Equatable, Sendable {
  /// Completions of each prompt; 4 as in the EXO paper.
  public var samples = 4
  /// Divides the logits in sampling and in scoring alike; divergences are those of the tempered
  /// policies.
  public var temperature = 1.0
  /// What is never drawn. Probabilities and divergences stay those of the whole tempered policies.
  public var truncation = Truncation.none
  /// The longest completion, in tokens.
  public var maxTokens = 64
  /// The first so many prompts are used; 512 as in the EXO paper.
  public var prompts = 512
  /// Sizes n of best-of-n; empty for none.
  public var bestOf = [1, 2, 4, 8, 16, 32, 64]
  /// Reference completions of each prompt that best-of-n chooses from.
  public var bestOfPool = 64
  public var bestOfPrompts = 128
  /// Sizes n whose chosen completion is kept for judges to read.
  public var keptBests: [Int] = []
  /// Prompts that get a density panel.
  public var densityPrompts = 4
  /// Completions of each policy behind each panel.
  public var densitySamples = 256
  /// At most so many, where the optimal policy needs more; four times as many as the first.
  public var densityBudget = 1024
  /// No panels without it.
  public var densityBeta: DensityBeta?
  /// Resamples behind the intervals of skewed means.
  public var bootstrap = 2000
  public var confidence = 0.95
  /// Prompts that are sampled together; what an interrupted evaluation loses at most.
  public var batch = 64
  public var seed = 0
  /// Beyond so many methods their win rates against each other are left out, whose number grows with the
  /// square; 0 for none.
  public var mostContenders = 100
  /// How matrix products are done; for the caller, who loads the models.
  public var precision = Precision.full

  /// β of the optimal policy π_ref exp(r/β).
  public enum DensityBeta: Equatable, Sendable {
    case given(Double)
    /// The least with which the draws within the budget can stand for it.
    case auto
  }

  public init() {}

  /// - Parameter ranks: whether there is a reward; best-of-n and the panels need one.
  public init(from section: Section, ranks: Bool = true) {
    self.init()
    samples = section.int(
      "samples", default: samples, in: 1...10_000,
      about: "Completions of each prompt; 4 as in the EXO paper.")
    // Not 0: a greedy policy has one completion, and divergences of it are not defined.
    temperature = section.temperature(
      default: temperature, atMost: 100,
      about: "Divides the logits in sampling and in scoring alike.")
    truncation = Truncation(
      topK: section.optionalInt(
        "top_k", in: 1...1_000_000,
        about: "Draws among the k likeliest tokens alone; scores stay those of the whole policy."),
      topP: section.double(
        "top_p", default: 1, above: 0, atMost: 1,
        about: "Draws among the likeliest tokens of this share alone."))
    // The estimates of best-of-n and of the panels take the draws for those of the whole policy.
    if truncation != .none || !ranks { bestOf = [] }
    maxTokens = section.int(
      "max_tokens", default: maxTokens, in: 1...1_000_000, about: "Longest completion, in tokens.")
    prompts = section.int(
      "prompts", default: prompts, in: 1...10_000_000,
      about: "The first so many prompts are asked; 512 as in the EXO paper.")
    bestOf = section.ints(
      "best_of", default: bestOf, in: 1...1_000_000,
      about: "Sizes n of best-of-n; [] for none. Needs a reward.")
    bestOfPool = section.int(
      "best_of_pool", default: bestOfPool, in: 1...1_000_000,
      about: "Reference completions of a prompt that best-of-n chooses from.")
    bestOfPrompts = section.int(
      "best_of_prompts", default: bestOfPrompts, in: 0...10_000_000,
      about: "Prompts that best-of-n is estimated on.")
    densityPrompts = section.int(
      "density_prompts", default: densityPrompts, in: 0...10_000,
      about: "Prompts that get a panel of densities.")
    densitySamples = section.int(
      "density_samples", default: densitySamples, in: 2...1_000_000,
      about: "Completions of each policy behind a panel.")
    densityBudget = section.int(
      "density_budget", default: 4 * densitySamples, in: 2...4_000_000,
      about: "At most so many, where the optimal policy needs more.")
    if densityBudget < densitySamples {
      section.mistake(
        "density_budget",
        "must be at least density_samples, \(densitySamples), which are drawn first"
      )
    }
    densityBeta =
      section.word("auto", at: "density_beta")
      ? .auto
      : section.optionalDouble(
        "density_beta", above: 0, or: "auto",
        about: "Beta of the optimal policy of the panels, or auto; no panels without it."
      ).map { .given($0) }
    if densityBeta != nil, densityPrompts == 0 {
      section.mistake(
        "density_prompts", "is 0, which leaves density_beta no panel; leave one of the two out")
    }
    if densityBeta == .auto, densityBudget < Self.leastBudget {
      section.mistake(
        "density_budget",
        "must be at least \(Self.leastBudget) where density_beta is auto: a β is looked for whose draws are "
          + "worth as many")
    }
    bootstrap = section.int(
      "bootstrap", default: bootstrap, in: 100...1_000_000,
      about: "Resamples behind intervals of skewed means.")
    confidence = section.double(
      "confidence", default: confidence, atLeast: 0.5, below: 1, about: "Of all intervals.")
    batch = section.int(
      "batch", default: batch, in: 1...1_000_000,
      about: "Prompts sampled together; what an interrupted evaluation loses at most.")
    seed = section.int("seed", default: seed, in: 0...Int.max, about: "Of the samples.")
    precision = section.choice(
      "precision", default: precision, about: "How matrix products are done in measuring.")
    for large in bestOf where large > bestOfPool {
      section.mistake(
        "best_of", at: "\(large)", "best of \(large) needs a best_of_pool of at least \(large)")
    }
    if truncation != .none {
      let what = "needs samples of the whole policy; leave it out, or top_k and top_p"
      if !bestOf.isEmpty { section.mistake("best_of", what) }
      if densityBeta != nil { section.mistake("density_beta", what) }
    }
    if !ranks {
      let what = "needs a reward; name one, or leave it out"
      if !bestOf.isEmpty { section.mistake("best_of", what) }
      if densityBeta != nil { section.mistake("density_beta", what) }
    }
    section.refuseRepeats("best_of", bestOf)
  }

  private static let leastBudget = Int(DensityEstimator.wanted)

  /// How samples of a model are drawn.
  public func sampling(of model: LanguageModel) -> SamplingSettings {
    model.sampling(temperature: temperature, maxTokens: maxTokens, truncation: truncation)
  }

  /// What is left out of a draw, as `top_k 40, top_p 0.9`; empty for nothing.
  var truncationNote: String {
    let words = [
      truncation.topK.map { "top_k \($0)" }, truncation.topP < 1 ? "top_p \(truncation.topP)" : nil,
    ]
    return words.compactMap(\.self).joined(separator: ", ")
  }

  var percent: String { IntervalBasis.percent(confidence) }

  /// What all intervals are made by.
  public var inference: Inference { Inference(confidence: confidence, resamples: bootstrap) }
}
