import Corpus
import Foundation
import Torch

/// Something that says how good a text is.
public protocol Reward {
  /// Names it in records: a stage, or a programmatic reward.
  var name: String { get }
  /// One number for each text; higher is better.
  func rewards(of texts: [String]) throws -> [Double]
}

/// The output of a model with a reward head at the last token of a text, the end token where it was
/// trained with one: for a binary classifier the log-odds of the positive class, for a Bradley–Terry
/// model the reward.
public struct ModelReward: Reward {
  public let name: String
  public let model: LanguageModel
  /// Tokens run at a time.
  private let budget = 16_384

  public init(name: String, model: LanguageModel) throws {
    if let problem = model.decoder.configuration.rewardProblem {
      throw PolicyError.input("\(name) \(problem)")
    }
    self.name = name
    self.model = model
  }

  /// All ids of a text: with the end token where the model was trained with it.
  public func whole(_ text: String, specialTokens: SpecialTokens = .plain) throws -> [Int] {
    try model.whole(
      text, isEnded: model.decoder.configuration.endsTexts, specialTokens: specialTokens)
  }

  /// What the model reads of a text, at most `length` tokens: longer ones keep their end, where reviews draw
  /// their conclusion.
  public func tokens(
    of text: String, length: Int = .max, specialTokens: SpecialTokens = .plain
  ) throws -> [Int] {
    let all = try whole(text, specialTokens: specialTokens)
    let limit = min(length, model.decoder.configuration.positions)
    guard all.count > limit else { return all }
    return model.begin + all.suffix(limit - model.begin.count)
  }

  public func rewards(of texts: [String]) throws -> [Double] {
    let sequences = try texts.map { try tokens(of: $0) }
    // Sequences of similar length run together, because attention pads to the longest.
    let order = sequences.indices.sorted {
      (sequences[$0].count, $0) < (sequences[$1].count, $1)
    }
    var rewards = [Double](repeating: 0, count: texts.count)
    var start = 0
    while start < order.count {
      var end = start
      var tokens = 0
      while end < order.count, end == start || tokens + sequences[order[end]].count <= budget {
        tokens += sequences[order[end]].count
        end += 1
      }
      let part = order[start..<end]
      let values: [Double] = try withoutGradient {
        try model.decoder.scores(part.map { sequences[$0] }).reshaped(-1).values()
      }
      for (index, value) in zip(part, values) { rewards[index] = value }
      start = end
    }
    return rewards
  }
}

/// The exactly known reward of Plumb's own review generator.
public struct SyntheticReward: Reward {
  public let name = "synthetic"

  public init() {}

  public func rewards(of texts: [String]) -> [Double] {
    texts.map(SyntheticReviews.reward(of:))
  }
}
