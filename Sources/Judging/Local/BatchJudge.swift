import Runs

/// A judge whose model lies in this process, where one caller uses it at a time: it answers many
/// questions at once.
///
/// Conformances live in the target that has tensors. A ``PreparedJudge`` stands for it among other
/// judges.
public protocol BatchJudge {
  /// All that can change its answers: the contents of the model's files, not where they lie.
  var identity: JudgeIdentity { get }

  /// Why a question cannot be answered, as far as that is known without running the model; nil
  /// where it can be.
  func objection(to question: JudgeQuestion) throws -> Judgment?

  /// Tokens that a question makes it read, and the most that it may write; nil where ``objection(to:)``
  /// has one. Nothing is computed.
  func tokens(for question: JudgeQuestion) throws -> TokenUsage?

  /// One judgment for each question. The same questions together have the same judgments; beside
  /// others the last bits of a probability may differ.
  func judgments(of questions: [JudgeQuestion]) throws -> [Judgment]
}
