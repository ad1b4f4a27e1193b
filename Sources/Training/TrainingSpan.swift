import Torch

/// The steps that one call of the loop does: a whole training, or one round of several.
struct TrainingSpan {
  /// Steps done before it.
  var first = 0
  var count: Int
  /// Which of the training's steps leave a checkpoint that is kept and measured.
  var saves: Set<Int>
  var schedule: Schedule
  /// Where in the schedule the span begins.
  var scheduled = 0
  /// Called once after the last step with what that step reported, before it is recorded and
  /// saved; gives the metrics to record.
  var ending: (inout OngoingTraining, [String: Double]) throws -> [String: Double] = { $1 }

  var last: Int { first + count }
}
