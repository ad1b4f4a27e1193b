import Runs
import Statistics

/// What the prompts that were trained on are worth: rewards and win rates on all prompts and on those
/// that stand in no training data, by the functions that made the headline numbers.
public struct OverlapPrice: Sendable {
  /// A method's numbers over one set of prompts.
  public struct Part: Sendable, Equatable {
    public let prompts: Int
    public let reward: Statistics.Estimate?
    /// Against the reference's completions of the same prompts.
    public let winRate: Statistics.Estimate?
    /// How often the judge prefers the method's completion to the reference's.
    public var judged: Statistics.Estimate?
  }

  public struct Row: Sendable, Equatable {
    public let group: String
    public internal(set) var all: Part
    public internal(set) var clean: Part
    /// Mean reward on prompts that were trained on minus that on the others, each method's gain over
    /// the reference; nil where one of the two sides is missing.
    public let gain: Statistics.Estimate?
  }

  public let rows: [Row]

  private struct Sides {
    var all: Statistics.Estimate?
    var clean: Statistics.Estimate?
  }

  /// What judges say of each group, on all prompts and on those that were not trained on.
  private static func judged(
    _ input: ReportInput, _ known: Set<String>, _ inference: Inference
  ) throws -> [String: Sides] {
    guard let found = try Comparison.judged(input, name: \.group) else { return [:] }
    return try found.systems.reduce(into: [:]) { sides, system in
      let table = try RewardTable([system])
      let places = table.prompts.indices.filter { !known.contains(table.prompts[$0]) }
      sides[system.name] = Sides(
        all: inference.estimate(.share, seeds: table.rewards[0]),
        clean: inference.estimate(
          .share, seeds: table.rewards[0].map { seed in places.map { seed[$0] } }))
    }
  }

  /// - Throws: ``ReportError`` for samples of one prompt with two texts.
  public init(_ input: ReportInput, _ record: OverlapRecord) throws {
    let systems = Comparison.groups(of: input)
    let reference = input.evaluation.policies.first { $0.id == input.evaluation.reference }?.group
    let known = Set(record.prompts.map(\.prompt))
    var inference = Inference(confidence: input.evaluation.confidence)
    if let resamples = input.evaluation.resamples { inference.resamples = resamples }
    let judged = try Self.judged(input, known, inference)
    rows = try systems.compactMap { system in
      guard let base = systems.first(where: { $0.name == reference }), system.name != base.name
      else { return nil }
      let table = try RewardTable([system, base])
      func part(_ keeps: (String) -> Bool) -> Part {
        let places = table.prompts.indices.filter { keeps(table.prompts[$0]) }
        func kept(_ values: [[[Double]]]) -> [[[Double]]] {
          values.map { seed in places.map { seed[$0] } }
        }
        guard !places.isEmpty else { return Part(prompts: 0, reward: nil, winRate: nil) }
        return Part(
          prompts: places.count, reward: inference.estimate(.real, seeds: kept(table.rewards[0])),
          winRate: inference.winRate(
            kept(table.scores[0]), against: kept(table.scores[1]), areCoupled: true))
      }
      var row = Row(
        group: system.name, all: part { _ in true }, clean: part { !known.contains($0) },
        gain: Self.gain(table, known, inference))
      row.all.judged = judged[system.name]?.all
      row.clean.judged = judged[system.name]?.clean
      return row
    }
  }

  /// Two independent sets of prompts: the difference of their means with Welch's interval.
  private static func gain(
    _ table: RewardTable, _ known: Set<String>, _ inference: Inference
  ) -> Statistics.Estimate? {
    let gains = table.prompts.indices.map { prompt in
      Self.mean(table.rewards[0].map { $0[prompt] })
        - Self.mean(table.rewards[1].map { $0[prompt] })
    }
    let sides = Dictionary(grouping: table.prompts.indices) { known.contains(table.prompts[$0]) }
    guard let seen = sides[true], let unseen = sides[false] else { return nil }
    return inference.gap(between: seen.map { gains[$0] }, and: unseen.map { gains[$0] })
  }

  /// Of all completions of all seeds.
  private static func mean(_ seeds: [[Double]]) -> Double {
    let all = seeds.flatMap { $0 }
    return all.reduce(0, +) / Double(all.count)
  }
}
