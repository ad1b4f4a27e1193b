import Corpus
import Runs
import Statistics

/// What a file of a benchmark's results is, by the fields of its first object.
public enum ResultFormat: Sendable, Equatable {
  /// RewardBench 1: accuracies of subsets.
  case rewardBench
  /// RewardBench 1: scores of pairs.
  case rewardBenchPairs
  /// RewardBench 2: scores of completions.
  case rewardBenchTwo
  /// Samples of lm-evaluation-harness.
  case harness
  /// A log of Inspect.
  case inspect

  /// Nil for every other file, one that cannot be read among them.
  public init?(path: String) {
    guard let object = Self.first(path) else { return nil }
    func has(_ names: String...) -> Bool { names.allSatisfy { object[$0] != nil } }
    let subsets = RewardBench.Section.allCases.flatMap(\.subsets).map(\.name)
    if has("scores_chosen", "scores_rejected") {
      self = .rewardBenchPairs
    } else if has("scores", "num_correct", "subset") {
      self = .rewardBenchTwo
    } else if has("doc_id", "target") {
      self = .harness
    } else if has("version", "eval", "status") {
      self = .inspect
    } else if has("extra_results") || has("model") && subsets.contains(where: { object[$0] != nil })
    {
      self = .rewardBench
    } else {
      return nil
    }
  }

  /// The first row, or the file where it is one object over several lines.
  private static func first(_ path: String) -> JSONObject? {
    var found: JSONObject?
    do {
      try RecordReader(path: path).forEach { record in
        found = record.object
        return false
      } problem: { _ in
      }
    } catch {
      return nil
    }
    if let found { return found }
    do { return try DataFile.json(path).object } catch { return nil }
  }
}
