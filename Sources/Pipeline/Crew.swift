import Command
import Foundation
import Runs
import Torch
import Training

/// The ranks that carry out a run: one leads, and tells the others which work they take part in.
///
/// The leading rank alone decides, writes records and talks. What is not cut over ranks it does by itself
/// while the others wait. Work that is cut runs on all of them as on one: they read the same files, do the
/// same in the same order, and exchange what each found of its part.
struct Crew {
  /// What the leading rank tells the others.
  enum Order: Codable, Equatable {
    case train(stage: String, seed: Int?)
    case select
    case evaluate
    case end
  }

  let ranks: Ranks

  /// Whoever is asked to stop, all stop at the same place.
  var shouldStop: () -> Bool {
    guard !ranks.isAlone else { return { Signals.interruption != nil } }
    return { [ranks] in
      // Where a rank is gone, what is done next says so.
      let asked = try? ranks.gather(Signals.interruption != nil)
      return asked?.contains(true) ?? false
    }
  }

  // MARK: Leading

  /// Has the others take part in a training, where it is cut over ranks.
  func call(to training: RunRecipe.Training, _ context: inout StageContext) throws {
    guard training.planned.stage.isCutOverRanks, !ranks.isAlone else { return }
    try call(to: .train(stage: training.planned.name, seed: training.seed))
    _ = try folder(of: context.directory.url)
    join(&context)
  }

  func call(to order: Order) throws {
    guard !ranks.isAlone else { return }
    _ = try ranks.follow { order }
  }

  private func join(_ context: inout StageContext) {
    context.ranks = ranks
    context.shouldStop = shouldStop
  }

  /// Where a rank works: the leading one in the folder itself, the others in one of their own that begins
  /// like it. Nothing is written before all have read what is there.
  func folder(of url: URL) throws -> WorkPlace {
    guard !ranks.isAlone else { return WorkPlace(url: url) }
    if ranks.leads { try Folder.make(url) }
    _ = try ranks.gather(true)
    let place =
      ranks.leads ? WorkPlace(url: url) : try WorkPlace(following: url, rank: ranks.rank)
    _ = try ranks.gather(true)
    return place
  }

  // MARK: Following

  /// Takes part in what the leading rank says, until it says that there is no more.
  ///
  /// - Parameter reading: reads the run, when it is first needed: the leading rank speaks of what is wrong with
  ///   it.
  /// - Throws: `TorchError` where the leading rank is gone.
  func serve(_ reading: () throws -> RunExecution) throws {
    var known: RunExecution?
    var choice: Selection?
    while true {
      let order = try ranks.follow { Order.end }
      guard order != .end else { return }
      let execution = try known ?? reading()
      if known == nil { try execution.prepareMachine() }
      known = execution
      let (recipe, run, console) = (execution.recipe, execution.run, execution.console)
      switch order {
      case .end: return
      case .train(let name, let seed):
        guard let training = recipe.training(of: name, seed: seed) else {
          throw RunError.invalidFile(
            path: run.recipe.path, problem: "has no stage \(name) on rank \(ranks.rank)")
        }
        let place = try folder(of: run.stage(name, seed: seed).url)
        defer { place.remove() }
        var context = execution.context(of: training, progress: { _ in }, note: { _ in })
        context.place = StageDirectory(place.url)
        join(&context)
        _ = try training.planned.stage.run(context)
      case .select:
        guard let plan = recipe.evaluation?.selection else { continue }
        choice = try recipe.evaluation?.select(
          plan, recipe: recipe, run: run, console: console, self)
      case .evaluate:
        _ = try recipe.evaluation?.execute(
          choice, recipe: recipe, run: run, console: console, self)
      }
    }
  }
}
