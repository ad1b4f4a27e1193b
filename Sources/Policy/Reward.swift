import Corpus
import Foundation
import Runs
import Torch

/// Something that says how good a text is.
public protocol Reward {
  /// Names it in records: a stage, or a programmatic reward.
  var name: String { get }
  /// One number for each whole text; higher is better.
  func rewards(of texts: [String]) throws -> [Double]
  /// One number for each completion of what it follows.
  func rewards(of exchanges: [Exchange]) throws -> [Double]
}

/// The output of a model with a reward head at the last token of a text, the end token where it was
/// trained with one: for a binary classifier the log-odds of the positive class, for a Bradley–Terry
/// model the reward.
public struct ModelReward: Reward {
  public let name: String
  public let model: LanguageModel
  /// Of which each scores its part.
  private let ranks: Ranks
  /// Tokens run at a time.
  private let budget = 16_384

  public init(name: String, model: LanguageModel, over ranks: Ranks = .alone) throws {
    if let problem = model.decoder.configuration.rewardProblem {
      throw PolicyError.input("\(name) \(problem)")
    }
    self.name = name
    self.model = model
    self.ranks = ranks
  }

  /// What it reads.
  public var reader: RewardReader { RewardReader(of: model) }

  /// All ids of a text: with the end token where the model was trained with it.
  public func whole(_ text: String) throws -> [Int] { try whole(Exchange("", text)) }

  /// All ids of a completion and what it follows.
  public func whole(_ exchange: Exchange) throws -> [Int] { try reader.whole(exchange) }

  /// What the model reads of a text, at most `length` tokens: longer ones keep their end, where reviews draw
  /// their conclusion.
  public func tokens(of text: String, length: Int = .max) throws -> [Int] {
    try tokens(of: Exchange("", text), length: length)
  }

  /// As of a text.
  public func tokens(of exchange: Exchange, length: Int = .max) throws -> [Int] {
    try reader.tokens(of: exchange, length: length)
  }

  public func rewards(of texts: [String]) throws -> [Double] {
    try rewards(of: texts.map { Exchange("", $0) })
  }

  public func rewards(of exchanges: [Exchange]) throws -> [Double] {
    try ranks.cut(exchanges, scores)
  }

  private func scores(of exchanges: [Exchange]) throws -> [Double] {
    let sequences = try exchanges.map { try tokens(of: $0) }
    // Sequences of similar length run together, because attention pads to the longest.
    let order = sequences.indices.sorted {
      (sequences[$0].count, $0) < (sequences[$1].count, $1)
    }
    var rewards = [Double](repeating: 0, count: exchanges.count)
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
