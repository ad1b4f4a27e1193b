import Corpus
import Policy
import Runs
import Torch

/// Next-token prediction: of whole texts, or of completions given their prompts.
public struct LanguageModelTask: LearningTask {
  /// A piece of text to learn.
  public struct Example: Equatable, Sendable {
    public var id: String
    /// Read but not scored; may be empty.
    public var prompt: [Int]
    /// Scored; where there is no prompt, all but the first token.
    public var tokens: [Int]
    /// What each of its scored tokens counts for.
    public var weight = 1.0
    var scored: Int { prompt.isEmpty ? tokens.count - 1 : tokens.count }
    var scoredWeight: Double { weight * Double(scored) }
  }

  public let model: Decoder
  private let examples: [Example]
  private let held: [Example]

  /// - Parameter heldOut: share of the examples that is only measured; taken from the end.
  public init(_ model: Decoder, _ examples: [Example], heldOut: Double) {
    self.model = model
    let count = HeldOut.count(of: examples.count, share: heldOut)
    self.examples = Array(examples.dropLast(count))
    held = Array(examples.suffix(count))
  }

  /// Cuts texts into pieces of at most `length` + 1 tokens that overlap by one, so that every
  /// token is predicted once.
  public static func pieces(
    _ texts: [(id: String, text: Exchange, weight: Double)], _ model: LanguageModel, length: Int
  ) throws -> [Example] {
    try texts.flatMap { item in
      let ids = try model.whole(item.text, isEnded: true)
      return stride(from: 0, to: max(0, ids.count - 1), by: length).map { start in
        Example(
          id: start == 0 ? item.id : "\(item.id)+\(start)", prompt: [],
          tokens: Array(ids[start..<min(start + length + 1, ids.count)]), weight: item.weight)
      }
    }
  }

  public var exampleCount: Int { examples.count }
  public func name(of example: Int) -> String { examples[example].id }
  public func tokens(of example: Int) -> Int {
    examples[example].prompt.count + examples[example].tokens.count
  }
  public func weight(of examples: [Int]) -> Double {
    let weight = examples.reduce(0) { $0 + self.examples[$1].scoredWeight }
    return weight > 0 ? weight : 1
  }

  public func loss(
    of examples: [Int], weight: Double
  ) throws -> (loss: Tensor, metrics: Metrics) {
    let part = examples.map { self.examples[$0] }
    let sum = try weighted(part)
    return (try -(sum / weight), Metrics())
  }

  /// The log-probabilities of all scored tokens, each times its example's weight, added up; a scalar.
  private func weighted(_ part: [Example]) throws -> Tensor {
    let found = try logProbabilities(part)
    guard part.contains(where: { $0.weight != 1 }) else { return try found.sum() }
    let weights = part.flatMap { [Float](repeating: Float($0.weight), count: $0.scored) }
    return try (found * Tensor.of(weights, on: model.device)).sum()
  }

  private func logProbabilities(_ part: [Example]) throws -> Tensor {
    let positions = model.configuration.positions
    let hasPrompts = part.contains { !$0.prompt.isEmpty }
    let targets =
      try hasPrompts
      ? Targets.completions(
        part.map { [$0.tokens] }, of: part.map(\.prompt), positions: positions,
        on: model.device)
      : Targets.sequences(part.map(\.tokens), positions: positions, on: model.device)
    return try model.logProbabilities(of: targets)
  }

  public func heldOut() throws -> [String: Double] {
    var total = 0.0
    var count = 0.0
    for range in ScoringParts.of(held.map { $0.prompt.count + $0.tokens.count }) {
      let part = Array(held[range])
      total -= try weighted(part).item()
      count += part.reduce(0) { $0 + $1.scoredWeight }
    }
    return count == 0 ? [:] : ["loss": total / count]
  }
}

/// How many examples a share holds out, and how they are measured.
enum HeldOut {
  /// - Parameter least: the fewest that can be measured, where any are held out.
  static func count(of examples: Int, share: Double, atLeast least: Int = 1) -> Int {
    guard share > 0, examples > 1 else { return 0 }
    return min(examples - 1, max(least, Int(Double(examples) * share)))
  }

  /// The parts in which they are measured, of at most 16.
  ///
  /// - Parameter evenly: parts of nearly one size, so that the last is not a small one.
  static func parts(of count: Int, evenly: Bool) -> [Range<Int>] {
    let number = (count + 15) / 16
    return (0..<number).map { part in
      evenly
        ? part * count / number..<(part + 1) * count / number
        : part * 16..<min((part + 1) * 16, count)
    }
  }
}
