import Foundation
import Runs
import Testing

@testable import Evaluation

@Suite struct PolicyMeasuresTests {
  static func row(
    _ tokens: [Int], reward: Double, finished: Bool = true, log: Double = -1,
    reference: Double = -2, divergence: Double = 1, entropy: Double = 0.5,
    heldOut: Double? = nil
  ) -> SampleRow {
    SampleRow(
      tokens: tokens, text: "", finished: finished, logProbability: log,
      referenceLogProbability: reference, divergence: divergence, entropy: entropy,
      reward: reward, heldOutReward: heldOut, scorerLogProbability: -2 * Double(tokens.count),
      scorerTokens: tokens.count)
  }

  static func measures(
    _ rows: [PromptRows], reference: [PromptRows], chosen: [[Double]] = [[], []],
    beta: Double? = 0.1, heldOut: String? = nil
  ) -> [String: Runs.Measurement] {
    let policy = EvaluatedPolicy(
      id: "dpo", group: "dpo", method: "DPO", seed: nil, step: nil, isFinal: true, options: [:],
      weights: "")
    let settings = EvaluationSettings()
    let found = PolicyMeasures(
      findings: Findings(settings: settings), policy: policy, beta: beta, rows: rows,
      reference: ("sft", reference), chosen: chosen, scorer: "gpt2", rewardName: "judge",
      heldOutName: heldOut, rewardIsLogOdds: true
    ).all
    return Dictionary(
      found.map { ("\($0.name) \($0.reference ?? "")", $0.measurement(of: "dpo")) },
      uniquingKeysWith: { first, _ in first })
  }

  static let rows = [
    PromptRows(
      prompt: "p0",
      samples: [
        row([1, 1, 1, 9], reward: 2, heldOut: 1),
        row([1, 2], reward: -1, finished: false, divergence: 3, entropy: 1, heldOut: 3),
      ],
      pairs: [
        PairRow(chosen: -1, rejected: -4, referenceChosen: -2, referenceRejected: -3)
      ]),
    PromptRows(
      prompt: "p1",
      samples: [
        row([3, 9], reward: 1, log: -1, reference: -1, heldOut: 2), row([3, 9], reward: .nan),
      ],
      pairs: [
        PairRow(chosen: -3, rejected: -1, referenceChosen: -1, referenceRejected: -1),
        PairRow(chosen: -1, rejected: -1, referenceChosen: -1, referenceRejected: -1),
      ]),
  ]
  static let reference = [
    PromptRows(
      prompt: "p0", samples: [row([1], reward: 0), row([1], reward: 2)], pairs: []),
    PromptRows(
      prompt: "p1", samples: [row([1], reward: 0), row([1], reward: 0)], pairs: []),
  ]

  /// The reference's rewards 0, 2 | 0, 0 have standard deviation 1, its held-out ones 1, 5 | 1, 1
  /// have 2. Gains of the first prompt: (0.5 − 1) / 1 and (2 − 3) / 2; of the second (1 − 0) / 1 and
  /// (2 − 1) / 2. So the gap is 0 and 0.5.
  @Test func theGapBetweenRewardsIsInTheReferencesDeviations() throws {
    let reference = [
      PromptRows(
        prompt: "p0",
        samples: [Self.row([1], reward: 0, heldOut: 1), Self.row([1], reward: 2, heldOut: 5)],
        pairs: []),
      PromptRows(
        prompt: "p1",
        samples: [Self.row([1], reward: 0, heldOut: 1), Self.row([1], reward: 0, heldOut: 1)],
        pairs: []),
    ]
    let found = Self.measures(Self.rows, reference: reference, heldOut: "other")
    #expect(abs(try #require(found["reward_gap sft"]?.value) - 0.25) < 1e-12)
    #expect(found["reward_gap sft"]?.unit == "standard deviations")
    #expect(Self.measures(Self.rows, reference: reference)["reward_gap sft"] == nil)
    // A reference whose rewards do not vary has no deviation to count in.
    let level = reference.map { rows in
      PromptRows(
        prompt: rows.prompt, samples: [Self.row([1], reward: 1, heldOut: 1)], pairs: [])
    }
    #expect(Self.measures(Self.rows, reference: level, heldOut: "other")["reward_gap sft"] == nil)
  }

  /// Changes of the three pairs: 1, −2 and 0 on the chosen side, −1, 0 and 0 on the rejected one.
  @Test func bothSidesOfPairsAreFollowed() throws {
    let found = Self.measures(Self.rows, reference: Self.reference)
    // Each prompt counts once: (1 + (−2 + 0)/2)/2 and (−1 + 0)/2.
    for (name, value) in [("chosen_log_ratio sft", 0.0), ("rejected_log_ratio sft", -0.5)] {
      #expect(abs(try #require(found[name]?.value) - value) < 1e-12)
      #expect(found[name]?.count == 3)
      #expect(found[name]?.version == 2)
    }
  }

  @Test func valuesAreThoseOfTheRowsByHand() throws {
    let found = Self.measures(
      Self.rows, reference: Self.reference, chosen: [[3], [0]], heldOut: "other")
    func value(_ name: String) throws -> Double { try #require(found[name]?.value) }
    // 2 and −1, and 1 beside a NaN that is left out and counted; each prompt counts once.
    #expect(abs(try value("reward ") - 0.75) < 1e-12)
    #expect(found["reward "]?.nonfinite == 1)
    #expect(found["reward "]?.count == 3)
    #expect(found["reward "]?.clusters == 2)
    #expect(found["held_out_reward "]?.value == 2)
    #expect(found["held_out_reward "]?.nonfinite == 1)
    #expect(abs(try value("classifier_accuracy ") - 0.75) < 1e-12)
    // Divergences 1, 3, 1, 1 over 4 + 2 + 2 + 2 tokens.
    #expect(try value("kl sft") == 1.5)
    #expect(abs(try value("kl_per_token sft") - 0.6) < 1e-12)
    #expect(abs(try value("entropy ") - 0.25) < 1e-12)
    // Log ratios 1, 1, 0, 1.
    #expect(try value("kl_k1 sft") == 0.75)
    #expect(abs(try value("kl_k3 sft") - 0.75 * exp(-1)) < 1e-12)
    #expect(try value("length ") == 2.5)
    #expect(try value("truncated ") == 0.25)
    #expect(abs(try value("perplexity gpt2") - exp(2)) < 1e-12)
    // p0: ids 1, 9, 2 of six; p1: 3, 9 of four.
    #expect(abs(try value("distinct_1 ") - 0.5) < 1e-12)
    // p0: (1,1), (1,9), (1,2) of four; p1: one of two.
    #expect(abs(try value("distinct_2 ") - 0.625) < 1e-12)
    // p0: (1,1,1) and (1,1,9); p1 has none.
    #expect(try value("distinct_3 ") == 1)
    // Samples of one place share their random numbers and are not compared. p0: 2 ties the second one's 2,
    // −1 loses to the first one's 0: ½ of 2; p1: 1 beats the second one's 0.
    #expect(abs(try value("win_rate sft") - (0.25 + 1) / 2) < 1e-12)
    #expect(found["win_rate sft"]?.count == 3)
    // p0: 2 and −1 lose to 3; p1: 1 beats 0.
    #expect(try value("win_rate chosen") == 0.5)
    // Mean rewards 0.5 and 1 (of what is finite) against 1 and 0.
    #expect(try value("prompts_worse sft") == 0.5)
    #expect(found["prompts_worse sft"]?.clusters == 2)
    #expect(try value("reward_difference sft") == 0.25)
    // Margins 2, and −2 and 0 of the second prompt.
    #expect(abs(try value("preference_accuracy sft") - 0.625) < 1e-12)
    #expect(abs(try value("reward_margin sft") - 0.1 * 0.5) < 1e-12)
  }

  @Test func everyMeasurementSaysHowItWasMade() {
    let found = Self.measures(Self.rows, reference: Self.reference, chosen: [[3], [0]])
    #expect(found.count == 21)
    for (name, measurement) in found {
      #expect(measurement.method.contains(" interval"), "\(name)")
      #expect(measurement.confidence == 0.95, "\(name)")
      if let low = measurement.low, let high = measurement.high, let value = measurement.value {
        #expect(low <= value && value <= high, "\(name)")
        if measurement.unit == "share" { #expect(low >= 0 && high <= 1, "\(name)") }
      }
    }
    #expect(
      found["reward "]?.method
        == "mean of 'judge' over completions; 95 % interval: Student's t over prompts; "
        + "too few to tell how far it can be trusted")
    #expect(
      found["reward_difference sft"]?.method
        .hasSuffix("; two-sided p = 1.000, sign-flip test over prompts, exact") == true)
  }

  @Test func aShareThatIsAlwaysZeroIsNotCertain() throws {
    let rows = (0..<20).map {
      PromptRows(
        prompt: "p\($0)", samples: [Self.row([1, 9], reward: 1), Self.row([9], reward: 1)],
        pairs: [])
    }
    let truncated = try #require(Self.measures(rows, reference: rows)["truncated "])
    // Clopper and Pearson with 0 of 20 prompts: 1 − 0.025^(1/20).
    #expect(truncated.value == 0)
    #expect(truncated.low == 0)
    #expect(abs((truncated.high ?? 0) - 0.168433) < 1e-5)
  }

  @Test func theReferenceIsNotComparedWithItself() {
    let policy = EvaluatedPolicy(
      id: "sft", group: "sft", method: "SFT", seed: nil, step: nil, isFinal: true, options: [:],
      weights: "")
    let names = PolicyMeasures(
      findings: Findings(settings: EvaluationSettings()), policy: policy, beta: 1, rows: Self.rows,
      reference: ("sft", Self.rows), chosen: [[1], [1]], scorer: "sft", rewardName: "judge",
      heldOutName: nil, rewardIsLogOdds: false
    ).all.map(\.name)
    #expect(
      names == [
        "reward", "kl", "kl_per_token", "kl_k1", "kl_k3", "entropy", "length", "truncated",
        "distinct_1", "distinct_2", "distinct_3", "perplexity",
      ])
  }

  @Test func withoutLabelledPairsOrBetaImplicitRewardsAreLeftOut() {
    let bare = Self.rows.map { PromptRows(prompt: $0.prompt, samples: $0.samples, pairs: []) }
    let none = Self.measures(bare, reference: Self.reference)
    #expect(none["preference_accuracy sft"] == nil)
    let noBeta = Self.measures(Self.rows, reference: Self.reference, beta: nil)
    #expect(noBeta["preference_accuracy sft"] != nil)
    #expect(noBeta["reward_margin sft"] == nil)
  }
}
