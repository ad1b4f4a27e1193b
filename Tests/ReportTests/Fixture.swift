import Foundation
import Report
import Runs

/// Records of a run that never happened, the same on every call: enough of everything a report
/// shows, with numbers of a plausible shape made from a fixed stream.
struct Fixture {
  var methods = ["DPO-pref", "EXO-pref"]
  var seeds = 2
  var checkpoints = 2
  var prompts = 4
  var samplesPerPrompt = 2
  var steps = 20
  var panels = 1
  /// Replaces every text, id and note, to see where it ends up.
  var words: @Sendable (String) -> String = { $0 }

  /// A stream of numbers in 0 ..< 1 (the SplitMix64 generator).
  struct Stream {
    var state: UInt64
    mutating func next() -> Double {
      state &+= 0x9E37_79B9_7F4A_7C15
      var bits = state
      bits = (bits ^ (bits >> 30)) &* 0xBF58_476D_1CE4_E5B9
      bits = (bits ^ (bits >> 27)) &* 0x94D0_49BB_1331_11EB
      return Double((bits ^ (bits >> 31)) >> 11) / Double(1 << 53)
    }
    /// Roughly normal: the sum of twelve uniform numbers.
    mutating func normal() -> Double { (0..<12).reduce(-6.0) { sum, _ in sum + next() } }
  }

  private static let vocabulary = """
    the film opens slowly but finds its feet in a long second act where every scene seems to earn \
    its place and the leads are warm funny and never too sweet while the score keeps a light hand \
    over a story that could have been dull in lesser hands
    """.split(separator: " ")

  func input(name: String = "sentiment-demo") -> ReportInput {
    var stream = Stream(state: 7)
    let reference = words("sft")
    var policies = [
      EvaluatedPolicy(
        id: reference, group: reference, method: words("SFT"), seed: nil, step: nil, isFinal: true,
        options: [:], weights: words("0f1e2d3c"))
    ]
    var measurements: [Runs.Measurement] = []
    var samples: [SampleRecord] = []
    var levels: [String: Double] = [:]
    let count = prompts * samplesPerPrompt
    let difficulty = (0..<prompts).map { _ in stream.normal() * 0.8 }

    func add(
      _ measure: String, _ subject: String, _ against: String?, _ value: Double, _ half: Double,
      _ unit: String, _ direction: Direction, _ method: String, clusters: Int? = nil
    ) {
      measurements.append(
        Measurement(
          name: measure, subject: subject, reference: against.map(words), value: value,
          low: value - half, high: value + half, count: count, clusters: clusters ?? prompts,
          unit: unit, direction: direction, method: words(method)))
    }
    func sample(_ policy: String, level: Double, drift: Double) {
      for prompt in 0..<prompts {
        for index in 0..<samplesPerPrompt {
          let length = 12 + Int(stream.next() * 30)
          let text = (0..<length).map { _ in
            String(Self.vocabulary[Int(stream.next() * Double(Self.vocabulary.count))])
          }.joined(separator: " ")
          let probability = -2.1 * Double(length) + stream.normal() * 4
          samples.append(
            SampleRecord(
              policy: policy, prompt: words("prompt-\(prompt)"),
              dialogue: .text(words("Review \(prompt): I went in expecting little, and")),
              index: index,
              text: words(text + "."), tokens: length, finished: length < 40,
              logProbability: probability,
              referenceLogProbability: probability - drift + stream.normal(),
              reward: level + difficulty[prompt] + stream.normal() * 0.9))
        }
      }
    }
    func measure(_ subject: String, level: Double, drift: Double, narrow: Double) {
      let mean = "mean over prompts; cluster bootstrap over prompts, 2000 resamples"
      add("reward", subject, nil, level, 0.28 * narrow, "", .higher, mean)
      add(
        "classifier_accuracy", subject, nil, 0.5 + 0.16 * min(3, level), 0.06 * narrow, "share",
        .higher, mean)
      add(
        "kl", subject, "sft", drift, 0.05 + 0.12 * drift * narrow, "nats", .neutral,
        "exact per token along sampled prefixes; clustered by prompt")
      add("kl_k1", subject, "sft", drift * 1.02, 0.1 + 0.3 * drift, "nats", .neutral, "k1")
      add(
        "win_rate", subject, "sft", 0.5 + 0.16 * level, 0.05 * narrow, "share", .higher,
        "all pairs; cluster bootstrap over prompts")
      add(
        "win_rate", subject, "chosen", 0.3 + 0.15 * level, 0.06 * narrow, "share", .higher,
        "all pairs; cluster bootstrap over prompts")
      add("prompts_worse", subject, "sft", 0.4 - 0.12 * level, 0.08, "share", .lower, "Wilson")
      add("length", subject, nil, 24 + 5 * level, 1.4 * narrow, "tokens", .neutral, mean)
      add("truncated", subject, nil, 0.04 + 0.02 * level, 0.02, "share", .lower, "Wilson")
      add("distinct_2", subject, nil, 0.7 - 0.1 * level, 0.03, "", .neutral, mean)
    }

    measure(reference, level: 0, drift: 0, narrow: 1)
    sample(reference, level: 0, drift: 0)
    var steps: [(stage: String, seed: Int?, records: [StepRecord])] = [
      (words("language-model"), nil, curve(&stream, strength: 1, isPreference: false))
    ]
    var costs = [cost("language-model", "train", 412, 3_100_000, 0)]
    for (index, method) in methods.enumerated() {
      let group = words("\(method.lowercased())-beta-0.1")
      let strength = 0.8 + 0.35 * Double(index)
      for seed in 0..<seeds {
        for checkpoint in 1...max(1, checkpoints) {
          let share = Double(checkpoint) / Double(max(1, checkpoints))
          let id = words("\(method.lowercased())-beta-0.1/seed-\(seed)/step-\(checkpoint * 100)")
          let level = strength * share.squareRoot() + stream.normal() * 0.05
          let drift = (0.6 + 0.9 * strength * strength) * share * (1 + stream.normal() * 0.06)
          policies.append(
            EvaluatedPolicy(
              id: id, group: group, method: words(method), seed: seed, step: checkpoint * 100,
              isFinal: checkpoint == max(1, checkpoints), options: ["beta": "0.1"],
              weights: words("a1b2c3d4\(index)\(seed)\(checkpoint)")))
          measure(id, level: level, drift: drift, narrow: 1)
          levels[group, default: 0] += checkpoint == checkpoints ? level / Double(seeds) : 0
          if checkpoint == checkpoints { sample(id, level: level, drift: drift) }
        }
        steps.append((group, seed, curve(&stream, strength: strength, isPreference: true)))
        costs.append(cost(group, "train", 95 + 8 * Double(index), 640_000, 0))
        costs.append(cost(group, "sample", 31, 92_000, 0))
        costs.append(cost(group, "score", 4.2, 92_000, count))
      }
      if seeds > 1 {
        measure(
          group, level: levels[group] ?? 0, drift: 0.6 + 0.9 * strength * strength, narrow: 0.7)
      }
    }
    let groups = methods.map { words("\($0.lowercased())-beta-0.1") }
    for (row, subject) in groups.enumerated() {
      for opponent in groups.dropFirst(row + 1) {
        let gap = (levels[subject] ?? 0) - (levels[opponent] ?? 0)
        measurements.append(
          Measurement(
            name: "win_rate", subject: subject, reference: opponent, value: 0.5 + 0.2 * gap,
            low: 0.44 + 0.2 * gap, high: 0.56 + 0.2 * gap, count: count, clusters: prompts,
            unit: "share", direction: .higher, method: words("all pairs")))
      }
    }
    return ReportInput(
      name: words(name),
      evaluation: EvaluationRecord(
        reference: reference, policies: policies, measurements: measurements,
        bestOf: bestOf(), panels: (0..<panels).map { panel($0, policies, &stream) },
        protocolNotes: [
          .init(name: words("temperature"), value: words("0.8")),
          .init(name: words("samples per prompt"), value: words("\(samplesPerPrompt)")),
          .init(name: words("scorer"), value: words("programmatic sentiment reward")),
        ]),
      samples: samples, steps: steps, costs: costs,
      resolvedRecipe:
        #"{"name":"\#(words("demo").filter { $0 != "\"" && $0 != "\\" })","rate":1e-05,"seeds":[0,1],"empty":{}}"#,
      provenance: [(words("device"), words("cpu, 2 threads")), ("plumb", words("0.1.0"))])
  }

  private func cost(
    _ stage: String, _ phase: String, _ seconds: Double, _ tokens: Int, _ calls: Int
  )
    -> PhaseCost
  {
    PhaseCost(
      stage: words(stage), phase: words(phase), seconds: seconds, peakMemory: 1_400_000_000,
      tokens: tokens, oracleCalls: calls)
  }

  private func curve(_ stream: inout Stream, strength: Double, isPreference: Bool) -> [StepRecord] {
    (1...steps).map { step in
      let share = 1 - exp(-3 * Double(step) / Double(steps))
      let noise = stream.normal() * 0.04
      guard isPreference else {
        return StepRecord(step: step, metrics: ["loss": 4 - 2 * share + noise, "grad_norm": 1.1])
      }
      var metrics = [
        "loss": 0.693 - 0.25 * strength * share + noise,
        "rewards/margins": strength * share + noise * 3,
        "rewards/accuracies": 0.5 + 0.3 * share + noise,
        "logps/chosen": -80 - 12 * share * strength,
        "logps/rejected": -85 - 30 * share * strength, "kl": strength * share * 2 + noise,
        "learning_rate": 1e-5 * (1 - Double(step) / Double(steps)),
      ]
      if step % max(1, steps / 10) == 0 { metrics["held_out_loss"] = 0.7 - 0.2 * share + noise }
      return StepRecord(step: step, metrics: metrics)
    }
  }

  private func bestOf() -> BestOfRecord {
    let levels = [0, 0.56, 1.03, 1.42, 1.77, 2.07, 2.34]
    return BestOfRecord(
      pool: 64,
      points: levels.enumerated().map { exponent, level in
        let n = 1 << exponent
        return BestOfRecord.Point(
          n: n,
          reward: Measurement(
            name: "reward", subject: "best-of-\(n)", value: level, low: level - 0.2,
            high: level + 0.2, count: 64 * prompts, clusters: prompts, unit: "", direction: .higher,
            method: words("unbiased over subsets of the pool")),
          klBound: log(Double(n)) - Double(n - 1) / Double(n), kl: nil, winRate: nil)
      })
  }

  private func panel(_ index: Int, _ policies: [EvaluatedPolicy], _ stream: inout Stream)
    -> DensityPanel
  {
    let grid = (0..<64).map { -90 + Double($0) }
    let centre = -58 + stream.normal() * 3
    func bell(_ at: Double, _ centre: Double, _ width: Double) -> Double {
      exp(-0.5 * (at - centre) * (at - centre) / (width * width)) / (width * 2.5066)
    }
    var seen: Set<String> = []
    let members = policies.filter { $0.isFinal && $0.seed == 0 && seen.insert($0.group).inserted }
    let curves = [("optimal", 1.0)] + members.enumerated().map { ($1.id, 0.4 + 0.15 * Double($0)) }
    var panel = DensityPanel(
      prompt: words("prompt-\(index)"),
      promptText: words("Review \(index): I went in expecting little, and"), seed: 0, samples: 256,
      bandwidth: 1.9, beta: 0.5, grid: grid, referenceDensity: grid.map { bell($0, centre, 8) },
      curves: curves.map { policy, pull in
        let size = 12 + stream.next() * 450
        let isThin = policy == "optimal" && size < 100
        let ratio = grid.map { at -> Double? in
          let base = bell(at, centre, 8)
          return isThin || base < 4e-3 ? nil : bell(at, centre + 7 * pull, 7) / base
        }
        var curve = DensityPanel.Curve(
          policy: policy, ratio: ratio, effectiveSampleSize: size, largestWeight: 2 / size,
          forwardKL: policy == "optimal" ? nil : 0.3 * (1 - pull) + 0.02,
          reverseKL: policy == "optimal" ? nil : 0.4 * (1 - pull) + 0.03, isUnreliable: isThin)
        curve.low = ratio.map { $0.map { $0 * 0.8 } }
        curve.high = ratio.map { $0.map { $0 * 1.3 } }
        let first = grid[ratio.firstIndex { $0 != nil } ?? grid.count - 1]
        curve.gaps = [
          .init(
            from: grid[0], to: first, reason: isThin ? .weights : index == 0 ? .policy : .reference)
        ]
        curve.told = isThin ? 0 : 0.94
        curve.draws = 256
        if policy != "optimal" {
          curve.forwardInterval = [0.25 * (1 - pull), 0.4 * (1 - pull) + 0.05]
          curve.reverseInterval = [0.3 * (1 - pull), 0.5 * (1 - pull) + 0.05]
        }
        return curve
      })
    panel.making = .init(
      proposals: ["sft"] + members.map(\.id), isBetaChosen: index == 1, wanted: 100, budget: 1024,
      reachableBeta: 0.8, logNormaliser: 1.25, logNormaliserInterval: [1.1, 1.4], confidence: 0.95)
    return panel
  }
}
