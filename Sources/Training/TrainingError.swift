import Torch

/// A training that had to stop, or could not start.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
  /// The loss or a gradient is not a number; nothing was changed by this step.
  case nonfinite(what: String, step: Int, examples: [String], checkpoint: String?)
  /// Data or settings that do not fit the method.
  case unusable(String)

  public var description: String {
    switch self {
    case .nonfinite(let what, let step, let examples, let checkpoint):
      let shown = examples.prefix(4).joined(separator: ", ")
      let more = examples.count > 4 ? " and \(examples.count - 4) more" : ""
      let kept = checkpoint.map { "; the last good checkpoint is \($0)" } ?? ""
      return "step \(step): \(what) is not finite (examples \(shown)\(more)); "
        + "nothing was updated\(kept); lower learning_rate, or look at these examples"
    case .unusable(let problem):
      return problem
    }
  }
}
