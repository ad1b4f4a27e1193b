import Foundation
import Runs
import Torch

/// The ranks that carry out a run: one leads, and tells the others which trainings they take part in.
///
/// The leading rank alone decides, writes records and talks. What is not cut over ranks it does by itself
/// while the others wait.
struct Crew {
  /// What the leading rank tells the others.
  enum Order: Codable, Equatable {
    case train(stage: String, seed: Int?)
    case end
  }

  let ranks: Ranks

  /// Has the others take part in a training that is cut over ranks.
  ///
  /// - Returns: the ranks that run it.
  func call(to training: RunRecipe.Training) throws -> Ranks {
    guard training.planned.stage.isCutOverRanks, !ranks.isAlone else { return .alone }
    _ = try ranks.follow(Order.train(stage: training.planned.name, seed: training.seed))
    return ranks
  }

  /// Lets the others go.
  func dismiss() throws { _ = try ranks.follow(Order.end) }

  /// Takes part in what the leading rank says, until it says that there is no more.
  ///
  /// - Parameter reading: reads the run, when it is first needed: the leading rank speaks of what is wrong with
  ///   it.
  /// - Throws: `TorchError` where the leading rank is gone.
  func serve(_ reading: () throws -> RunExecution) throws {
    var known: RunExecution?
    let scratch = FileManager.default.temporaryDirectory.appending(
      path: "plumb-rank-\(ProcessInfo.processInfo.processIdentifier)")
    while case .train(let name, let seed) = try ranks.follow(Order.end) {
      let execution = try known ?? reading()
      if known == nil { try execution.prepareMachine() }
      known = execution
      guard let planned = execution.recipe.stages.first(where: { $0.name == name }) else {
        throw RunError.invalidFile(
          path: execution.run.recipe.path, problem: "has no stage \(name) on rank \(ranks.rank)")
      }
      let training = RunRecipe.Training(planned: planned, seed: seed)
      var context = execution.context(of: training, progress: { _ in }, note: { _ in })
      context.ranks = ranks
      // The leading rank decides when to stop, and everything that it keeps it writes itself.
      context.shouldStop = { false }
      context.place = StageDirectory(scratch)
      try Folder.make(scratch)
      defer { try? FileManager.default.removeItem(at: scratch) }
      _ = try planned.stage.run(context)
    }
  }
}
