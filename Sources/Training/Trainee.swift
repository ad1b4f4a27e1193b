import Runs

/// What ``StepLoop`` trains: something that moves step by step and is kept in a stage's folder.
///
/// Its maker puts the newest checkpoint into it, so that it goes on where an earlier process stopped.
protocol Trainee {
  /// Steps done, as the journal counts them.
  var step: Int { get }
  /// Tokens read and written since it was made.
  var tokens: Int { get }
  var journal: Journal<StepRecord> { get }

  /// Does one step.
  ///
  /// - Returns: what the step reports, measurements at its checkpoint included.
  mutating func advance() throws -> [String: Double]

  /// Makes the present state durable, and before it all records.
  mutating func save() throws
}
