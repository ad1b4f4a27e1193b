import Command
import Foundation
import Runs
import Torch
import Training

/// The ranks that carry out a run: one leads, and tells the others which trainings they take part in.
///
/// The leading rank alone decides, writes records and talks. What is not cut over ranks it does by itself
/// while the others wait. A training that is cut runs on all of them as on one: they read the same files,
/// compute the same steps, and exchange what each found of its part.
struct Crew {
  /// What the leading rank tells the others.
  enum Order: Codable, Equatable {
    case train(stage: String, seed: Int?)
    case end
  }

  let ranks: Ranks

  // MARK: Leading

  /// Has the others take part in a training, where it is cut over ranks.
  func call(to training: RunRecipe.Training, _ context: inout StageContext) throws {
    guard training.planned.stage.isCutOverRanks, !ranks.isAlone else { return }
    _ = try ranks.follow { Order.train(stage: training.planned.name, seed: training.seed) }
    // Nothing is written before all have read what is there.
    _ = try ranks.gather(true)
    join(&context)
  }

  /// Lets the others go.
  func dismiss() throws { _ = try ranks.follow { Order.end } }

  private func join(_ context: inout StageContext) {
    context.ranks = ranks
    // Whoever is asked to stop, all stop after the same step.
    context.shouldStop = { [ranks] in
      let asked = try? ranks.gather(Signals.interruption != nil)
      // Where a rank is gone, what is done next says so.
      return asked?.contains(true) ?? false
    }
  }

  // MARK: Following

  /// Takes part in what the leading rank says, until it says that there is no more.
  ///
  /// - Parameter reading: reads the run, when it is first needed: the leading rank speaks of what is wrong with
  ///   it.
  /// - Throws: `TorchError` where the leading rank is gone.
  func serve(_ reading: () throws -> RunExecution) throws {
    var known: RunExecution?
    while case .train(let name, let seed) = try ranks.follow({ Order.end }) {
      let execution = try known ?? reading()
      if known == nil { try execution.prepareMachine() }
      known = execution
      guard let training = execution.recipe.training(of: name, seed: seed) else {
        throw RunError.invalidFile(
          path: execution.run.recipe.path, problem: "has no stage \(name) on rank \(ranks.rank)")
      }
      let own = try FollowedFolder(of: execution.run.stage(name, seed: seed), rank: ranks.rank)
      defer { own.remove() }
      _ = try ranks.gather(true)
      var context = execution.context(of: training, progress: { _ in }, note: { _ in })
      context.place = own.directory
      join(&context)
      _ = try training.planned.stage.run(context)
    }
  }
}
