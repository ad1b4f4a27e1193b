import Corpus
import Foundation
import Policy
import Torch
import Training

/// A real decoder over so few tokens that all its completions can be listed: what holds for tables
/// is put to the model, the sampler and the trainer that text goes through.
///
/// Two layers in float64, the tokens a, b and the end, and completions of at most three tokens: 15
/// for each prompt.
public struct TinyLanguage {
  public static let end = 2
  public static let longest = 3
  /// Both letters, alone and together: prompts of different lengths.
  public static let prompts = [[0], [1, 0], [0, 1, 1]]

  /// Every completion that ends or reaches the longest length.
  public static let completions: [[Int]] = {
    var open: [[Int]] = [[]]
    var all: [[Int]] = []
    for _ in 0..<longest {
      all += open.map { $0 + [end] }
      open = open.flatMap { begin in [0, 1].map { begin + [$0] } }
    }
    return all + open
  }()

  public let model: LanguageModel

  private static let tokenizer = """
    {"version": "1.0", "normalizer": null, "post_processor": null,
     "added_tokens": [{"id": 2, "content": "</s>", "single_word": false, "lstrip": false,
       "rstrip": false, "normalized": false, "special": true}],
     "pre_tokenizer": {"type": "ByteLevel", "add_prefix_space": false, "trim_offsets": true,
       "use_regex": true},
     "decoder": {"type": "ByteLevel"},
     "model": {"type": "BPE", "vocab": {"a": 0, "b": 1, "</s>": 2}, "merges": []}}
    """

  /// A model far from uniform.
  public init(seed: UInt64, architecture: ModelConfiguration.Architecture = .llama) throws {
    let configuration = ModelConfiguration(
      architecture: architecture, vocab: 3, hidden: 16, layers: 2, heads: 2, positions: 8,
      endToken: Self.end)
    let decoder = try Decoder.start(
      configuration, with: Generator(seed: seed, stream: "model"), type: .float64)
    let generator = try Generator(seed: seed, stream: "weights")
    for tensor in decoder.parameters where tensor.rank == 2 {
      try tensor.assign(generator.normal(tensor.sizes, deviation: 0.4, type: .float64))
    }
    self.init(
      try LanguageModel(
        decoder, Tokenizer.read(Data(Self.tokenizer.utf8), name: "tiny language")))
  }

  public init(_ model: LanguageModel) { self.model = model }

  /// The same weights in a model of its own.
  public func copied() throws -> TinyLanguage {
    TinyLanguage(try LanguageModel(model.decoder.copied(), model.tokenizer))
  }

  public var trainingPrompts: [PromptSettings.Prompt] {
    Self.prompts.map { tokens in
      PromptSettings.Prompt(
        id: "\(tokens)", .text(model.tokenizer.decode(tokens)), tokens: tokens)
    }
  }

  // MARK: Probabilities

  /// All completions of all prompts, as training scores them.
  public func targets() throws -> Targets {
    try Targets.completions(
      Self.prompts.map { _ in Self.completions }, of: Self.prompts,
      positions: model.decoder.configuration.positions, on: .cpu)
  }

  /// log π of each completion, `[prompt, completion]`, with gradient.
  public func logProbabilities() throws -> Tensor {
    let targets = try targets()
    return try targets.summed(model.decoder.logProbabilities(of: targets))
      .reshaped(Self.prompts.count, Self.completions.count)
  }

  /// The same as numbers.
  public func logTable() throws -> [[Double]] {
    let flat: [Double] = try withoutGradient { try logProbabilities().reshaped(-1).values() }
    let width = Self.completions.count
    return Self.prompts.indices.map { Array(flat[$0 * width..<($0 + 1) * width]) }
  }

  /// log π of the next token after `tokens`, by running them alone.
  public func next(after tokens: [Int]) throws -> [Double] {
    try withoutGradient {
      let decoder = model.decoder
      let layout = try Layout(
        prompts: [tokens], positions: decoder.configuration.positions, on: .cpu)
      let states = try decoder.hidden(layout)
      return try decoder.logits(states.slice(0, tokens.count - 1..<tokens.count))
        .logSoftmax(1).reshaped(-1).values()
    }
  }

  // MARK: Rewards

  /// One for each a, minus a half for each b: of a text, as trainers ask.
  public struct LetterReward: Reward {
    public let name = "letters"
    public init() {}
    public func rewards(of texts: [String]) -> [Double] {
      texts.map { text in text.reduce(0) { $0 + ($1 == "a" ? 1 : -0.5) } }
    }
  }

  /// r of each completion with its prompt, `[prompt][completion]`.
  public func rewards() -> [[Double]] {
    Self.prompts.map { prompt in
      LetterReward().rewards(
        of: Self.completions.map { model.tokenizer.decode(prompt + $0) })
    }
  }

  /// Mean over the prompts of E[r] − β KL(π ∥ π_ref).
  public func value(beside reference: TinyLanguage, beta: Double) throws -> Double {
    let own = try logTable()
    let other = try reference.logTable()
    let values = zip(zip(own, other), rewards()).map { tables, rewards in
      zip(zip(tables.0, tables.1), rewards).reduce(0) { sum, entry in
        let ((own, other), reward) = entry
        return sum + exp(own) * (reward - beta * (own - other))
      }
    }
    return values.reduce(0, +) / Double(values.count)
  }

  /// Mean over the prompts of β log Z: the highest value there is.
  public func highestValue(beta: Double) throws -> Double {
    let logs = zip(try logTable(), rewards()).map { table, rewards in
      Distribution.logSum(zip(table, rewards).map { $0 + $1 / beta })
    }
    return beta * logs.reduce(0, +) / Double(logs.count)
  }

  /// π_ref exp(r/β) / Z, `[prompt][completion]`.
  public func optimum(beta: Double) throws -> [[Double]] {
    zip(try logTable(), rewards()).map { table, rewards in
      Distribution.normalised(zip(table, rewards).map { $0 + $1 / beta })
    }
  }
}
