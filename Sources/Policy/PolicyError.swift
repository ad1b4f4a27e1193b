import Runs
import Torch

/// A model that cannot be read, or be used as asked.
public enum PolicyError: Error, Equatable, CustomStringConvertible {
  /// `config.json` says something that cannot be or that is not supported.
  case configuration(file: String, problem: String)
  /// The weights are not those the configuration calls for.
  case tensors(folder: String, missing: [String], unexpected: [String])
  case shape(folder: String, tensor: String, expected: [Int], found: [Int])
  /// A weight is not a finite number.
  case nonfinite(folder: String, tensor: String, count: Int)
  /// Weights are larger than the type that the checkpoint stores them as can say.
  case beyondType(file: String, tensor: String, type: String, count: Int)
  /// A prompt or completion the model cannot score.
  case input(String)
  /// A reward gave another number of values than there were texts.
  case rewardCount(name: String, texts: Int, values: Int)

  public var description: String {
    switch self {
    case .configuration(let file, let problem):
      return "\(file): \(problem)"
    case .tensors(let folder, let missing, let unexpected):
      var parts: [String] = []
      if !missing.isEmpty { parts.append("missing \(PolicyError.list(missing))") }
      if !unexpected.isEmpty { parts.append("unexpected \(PolicyError.list(unexpected))") }
      return "\(folder): the weights do not fit config.json: \(parts.joined(separator: "; "))"
    case .shape(let folder, let tensor, let expected, let found):
      return "\(folder): tensor \(tensor) is \(found), but config.json calls for \(expected)"
    case .nonfinite(let folder, let tensor, let count):
      return "\(folder): tensor \(tensor) has \(count) elements that are not finite; "
        + "train again from an earlier checkpoint"
    case .beyondType(let file, let tensor, let type, let count):
      return "\(file): \(count) elements of tensor \(tensor) are too large for \(type); begin from "
        + "the model in bfloat16 or float32"
    case .input(let problem):
      return problem
    case .rewardCount(let name, let texts, let values):
      return "reward '\(name)' gave \(values) values for \(texts) texts"
    }
  }

  private static func list(_ names: [String]) -> String {
    let shown = names.sorted().prefix(5).joined(separator: ", ")
    return names.count > 5 ? "\(shown) and \(names.count - 5) more" : shown
  }
}
