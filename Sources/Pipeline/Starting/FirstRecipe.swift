import Command
import Corpus
import Foundation
import Torch
import Training

/// The recipe that `plumb init` writes: its lines, each default with the reason for it.
struct FirstRecipe {
  /// How a training is made to fit into memory.
  struct Fit: Equatable {
    var hasAdapter: Bool
    /// Parts that a step is run in.
    var accumulation: Int
    /// Layers are computed twice.
    var isLow: Bool
    /// Longer examples are left out; nil for none.
    var mostCharacters: Int?
    /// The share of the rows that is learnt from, the others being measured on; nil where too few can be used,
    /// and all serve both.
    var share: Double? = 0.9
  }

  /// Shares to try in order.
  static let shares: [Double?] = [0.9, 0.8, 0.7, 0.6, 0.5, nil]

  let request: InitRequest
  let model: FoundModel?
  let data: FoundData?
  /// As the recipe names the file.
  let path: String
  let device: String
  let isNarrow: Bool

  /// Weights from which an adapter is trained in their place: a tenth of a billion weights, their
  /// gradients, moments and a reference take 2 GB.
  static let adapterFrom = 100_000_000

  /// What trains, by the rows.
  private var method: String {
    switch data?.use {
    case nil: "dpo"
    case .pairs: "dpo"
    case .groups: "exo"
    case .labels: "kto"
    case .demonstrations: "sft"
    case .prompts: request.reward == nil ? "online-dpo" : "rloo"
    }
  }

  var name: String {
    let words = "\(model?.name ?? "small")-\(method)".map { character in
      character.isASCII && (character.isLetter || character.isNumber || "._-".contains(character))
        ? character : "-"
    }
    let name = String(words).drop { $0 == "." || $0 == "-" }
    return String(name.prefix(100))
  }

  /// Fits to try in order, the quickest first.
  var fits: [Fit] {
    let prefers = (model?.weights ?? 0) >= Self.adapterFrom
    let plain = [(1, false), (4, false), (16, false), (16, true)]
    var fits: [Fit] = []
    for hasAdapter in prefers ? [true] : model == nil ? [false] : [false, true] {
      fits += plain.map { Fit(hasAdapter: hasAdapter, accumulation: $0.0, isLow: $0.1) }
    }
    return fits
  }

  func text(_ fit: Fit) -> String {
    var lines = [
      "# Written by plumb init: \(subject).",
      "# plumb check shows what it takes; plumb run makes runs/\(name)/report.html.",
      "name: \(GivenPolicies.quoted(name))",
      "seeds: [0]  # claims about methods want three or more: [0, 1, 2]",
    ]
    if device != "cpu" { lines.append("device: \(device)") }
    if isNarrow {
      lines.append("precision: bfloat16  # of matrix products alone; this processor has it")
    }
    lines += dataLines(fit) + ["stages:"] + startLines + stageLines(fit) + evaluationLines
    return lines.joined(separator: "\n") + "\n"
  }

  private var subject: String {
    let first = model.map { "\($0.name) (\($0.words))" } ?? "a small model from scratch"
    guard let data else { return first + " and reviews that Plumb generates" }
    return first + " and \(data.words)"
  }

  // MARK: Data

  private func dataLines(_ fit: Fit) -> [String] {
    guard let data else {
      return [
        "data:", "  texts: {generate: {reviews: 6000, seed: 1}}",
        "  openings: {generate: {reviews: 512, seed: 2}}",
        "  unseen: {generate: {reviews: 128, seed: 3}}  # only measured on",
      ]
    }
    var keys: [String] = []
    if !data.columns.isEmpty {
      let columns = data.columns.sorted { $0.key < $1.key }
        .map { "\($0.key): \(GivenPolicies.quoted($0.value))" }
      keys.append("columns: {\(columns.joined(separator: ", "))}")
    }
    if data.isConversation { keys.append("conversation: true") }
    if !data.bad.isEmpty { keys.append("on_bad_rows: skip") }
    if let most = fit.mostCharacters { keys.append("max_characters: \(most)") }
    let file = GivenPolicies.quoted(path)
    func line(_ name: String, _ part: String?, _ why: String) -> String {
      let all = [file] + (part.map { ["part: \($0)"] } ?? []) + keys
      return "  \(name): {files: \(all.joined(separator: ", "))}  # \(why)"
    }
    let share = fit.share.map { "\($0)" }
    let part = share.map { "[0, \($0)]" }
    var why = data.isConversation ? "; conversation: by the model's chat template" : ""
    if !data.bad.isEmpty { why += "; rows that cannot be used are left out and counted" }
    if fit.mostCharacters != nil { why += "; longer rows do not fit the context" }
    var lines = [
      "data:",
      line(
        "rows", part,
        (share.map { "this share of the rows is learnt from: \($0)" } ?? Self.few) + why),
      line(
        "unseen", share.map { "[\($0), 1]" },
        share == nil
          ? "the same rows: the numbers are not those of unseen ones"
          : "the others are only measured on"),
    ]
    if model == nil, let text = data.textColumn {
      let column = GivenPolicies.quoted(text)
      let own = part.map { "part: \($0), " } ?? ""
      lines.append("  texts: {files: \(file), \(own)columns: {text: \(column)}}")
    }
    return lines
  }

  private static let few = "too few rows to keep some apart; give more before you trust a number"

  // MARK: Stages

  private var policy: String { model.map { GivenPolicies.quoted($0.place) } ?? "start" }

  /// The model that all begins from, where there is none yet.
  private var startLines: [String] {
    guard model == nil else { return [] }
    return [
      "  tokenizer: {kind: tokenizer, data: texts, vocabulary: 512}  # small data, small vocabulary",
      "  start:  # a small language model, which the method then moves",
      "    {kind: language-model, data: texts, tokenizer: tokenizer, max_length: 128,",
      "    model: {layers: 2, hidden: 64, heads: 4, positions: 256},",
      "    training: {epochs: 2, batch: 32, learning_rate: 3e-3}}  # from scratch: a high rate",
    ]
      + (data == nil
        ? [
          "  rows: {kind: sample, policy: start, prompts: openings, per_prompt: 4, max_tokens: 48, reward: synthetic}"
        ] : [])
  }

  private func stageLines(_ fit: Fit) -> [String] {
    let use = data?.use ?? .pairs
    let isText = use == .demonstrations
    let usual = UsualRate(
      weights: model?.weights ?? 200_000, hasAdapter: fit.hasAdapter,
      isText ? .texts : .preferences)
    var lines = ["  \(method):"]
    func add(_ line: String, _ why: String = "") {
      lines.append("    " + line + (why.isEmpty ? "" : "  # \(why)"))
    }
    switch use {
    case .pairs:
      add("kind: align")
      add("objective: dpo-pref", "plumb methods lists others, plumb explain dpo-pref says more")
    case .groups:
      add("kind: align")
      add("objective: exo-rw", "rows have scores; plumb explain exo-rw says more")
    case .labels:
      add("kind: align")
      add("objective: kto", "rows are labelled one by one; plumb explain kto says more")
    case .demonstrations:
      add("kind: language-model")
      add("learn: completions", "supervised fine-tuning; the prompts are read, not learnt")
    case .prompts where request.reward != nil:
      add("kind: on-policy")
      add("method: rloo", "no critic; plumb explain rloo says more")
    case .prompts:
      add("kind: rounds")
      add("method: online-dpo", "two answers to each prompt, compared; plumb explain online-dpo")
    }
    add("\(isText ? "from" : "policy"): \(policy)")
    if use == .prompts {
      add("prompts: rows")
      add("max_tokens: \(maxTokens)", "longest answer")
      if let reward {
        add("reward: \(reward)")
        add("steps: 50", "a beginning; the KL and the reward of the report say whether more helps")
        add("batch: \(batch)")
      } else if let judge = request.judge {
        let name = GivenPolicies.quoted(GivenPolicies.judge(judge))
        add("oracle: {kind: judge, judges: [\(name)]}", "who says which answer is better")
        add("rounds: 10")
      } else {
        add("oracle: {kind: shorter}", "nobody was named to judge: put your judge or reward here")
        add("rounds: 10")
      }
    } else {
      add("data: rows")
      if let length = maxLength {
        add(
          "max_length: \(length)",
          length == model?.configuration.positions
            ? "the model's context; longer rows are left out"
            : "95 % of the rows are shorter; longer ones are left out")
      }
    }
    if fit.hasAdapter {
      add(
        "adapter: {rank: 16, alpha: 32}", "LoRA: the weights stay, and take no gradients or moments"
      )
    }
    var training: [String] = []
    switch use {
    case .prompts where reward != nil: break
    case .prompts: training += ["steps: \(batch < Self.usualBatch ? 1 : 4)", "batch: \(batch)"]
    default: training += ["epochs: \(isText ? 2 : 1)", "batch: \(Self.usualBatch)"]
    }
    if fit.accumulation > 1 { training.append("accumulation: \(fit.accumulation)") }
    if fit.isLow { training.append("memory: low") }
    training.append("learning_rate: \(Self.shown(usual.rate))")
    if use != .prompts || reward != nil { training.append("checkpoints: 2") }
    add("training: {\(training.joined(separator: ", "))}", "rate \(usual.reason)")
    return lines
  }

  private static let usualBatch = 16

  /// Of prompts: no more than there are.
  private var batch: Int {
    guard let data, data.use == .prompts, data.rows < 4 * Self.usualBatch else {
      return Self.usualBatch
    }
    return max(1, min(Self.usualBatch, data.rows / 2))
  }

  private var reward: String? {
    request.reward.map { $0 == "synthetic" || $0.contains("/") ? $0 : "./\($0)" }
      .map { $0 == "synthetic" ? $0 : GivenPolicies.quoted($0) }
      ?? (data == nil ? "synthetic" : nil)
  }

  /// A multiple of 32 above the length of most rows, within the context.
  private var maxLength: Int? {
    guard let length = data?.length, let model else { return data == nil ? nil : 128 }
    return min(model.configuration.positions, max(32, (length + 31) / 32 * 32))
  }

  /// Long enough for an answer, short enough for the context and for a first look.
  var maxTokens: Int {
    guard let model else { return 48 }
    return max(
      8, min(model.tokenizer.chatTemplate == nil ? 64 : 128, model.configuration.positions / 4))
  }

  private static func shown(_ rate: Double) -> String {
    let exponent = Int(log10(rate).rounded(.down))
    let digit = Int((rate / pow(10, Double(exponent))).rounded())
    return "\(digit)e\(exponent)"
  }

  // MARK: What is measured

  private var evaluationLines: [String] {
    let hasPairs = data?.use == .pairs
    var lines = [
      "evaluation:", "  reference: \(policy)", "  prompts_from: {prompts: unseen}",
      "  prompts: 64  # at most; more make intervals narrower",
      "  samples: 2", "  max_tokens: \(maxTokens)",
    ]
    if let reward {
      lines += ["  reward: \(reward)", "  best_of: []"]
    }
    if hasPairs {
      lines.append("  chosen: data  # held-out pairs: how often log-ratios order them right")
    }
    if let judge = request.judge {
      let name = GivenPolicies.quoted(GivenPolicies.judge(judge))
      lines += ["judging:", "  judges: [\(name)]", "  against: [reference]"]
    }
    return lines
  }
}
