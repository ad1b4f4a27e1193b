import Command
import Foundation
import Glibc
import Runs
import Training

/// Making some of a run anew, and taking some over from other runs.
extension RunExecution {
  /// Sets aside what is made anew and finds what other runs have, after saying all of it with its price.
  /// Until a person or `--yes` has agreed, nothing is touched.
  ///
  /// - Parameter outlook: on the recipe, for the price of what no run has made.
  /// - Returns: by stage folder, the finished stages to be made again; nil where a person said no.
  /// - Throws: ``TrainingError/unusable(_:)`` for stages that were made from something else and are not
  ///   made anew, and `CommandError` where nobody can be asked.
  func settleChanges(_ outlook: Outlook) throws -> [URL: Damage]? {
    let aside = SetAside(run: run)
    try aside.resume()
    let found = try standings(of: trainings)
    let redone = try redone(among: found)
    let kept = found.filter { redone[$0.training.label] == nil }
    let damages = try damages(among: kept)
    guard !change.redo.isEmpty || !change.reuse.isEmpty else { return damages }
    var list = ChangeList()
    try add(found.filter { redone[$0.training.label] != nil }, redone, to: &list)
    try addReused(kept.filter { !$0.standing.isThere }, outlook, to: &list)
    for (training, standing) in kept where standing.isThere {
      list.add(.keep, training.label, "", nil)
    }
    try show(list)
    let moved = found.filter { redone[$0.training.label] != nil }.map(\.training)
    guard moved.isEmpty || change.isAgreed || agrees() else { return nil }
    if !moved.isEmpty, !change.isAgreed, !Self.canAsk {
      throw CommandError.missingOption(
        command: "run", option: "--yes, since nobody can be asked here")
    }
    try aside.begin(moved)
    return damages
  }

  /// Lets go of what was set aside, once it has been made anew.
  func endChanges() throws {
    guard let (same, all) = try SetAside(run: run).end(), all > 0 else { return }
    console.say("\(all) made anew, of which \(same) came out as before")
  }

  /// Trainings whose results are set aside, with the reason, by their labels: those that were asked for
  /// and all that is made from them.
  private func redone(among found: [Standing]) throws -> [String: String] {
    var reasons: [String: String] = [:]
    var asked: Set<String> = []
    for name in change.redo {
      let meant = try recipe.trainings(of: name, seed: change.seed, option: "--redo")
      asked.formUnion(meant.map(\.label))
    }
    for (training, standing) in found where standing.isThere {
      var reason = asked.contains(training.label) ? "asked for" : nil
      if case .stale(let changes) = standing, reason != nil {
        reason = changes.prefix(2).joined(separator: "; ")
      }
      if reason == nil {
        let source = recipe.sources(of: training).first { reasons[$0.label] != nil }
        reason = source.map { "is made from \($0.label)" }
      }
      reasons[training.label] = reason
    }
    return reasons
  }

  private func add(
    _ redone: [Standing], _ reasons: [String: String], to list: inout ChangeList
  ) throws {
    let prices = try StagePrices(run)
    for (training, _) in redone {
      let reason = reasons[training.label] ?? ""
      let fresh = try seals.seal(of: training.planned, seed: training.seed)
      if let reuse, case .found(let found) = try reuse.look(for: training, fresh) {
        list.add(
          .reuse, training.label, "\(reason); equal in \(found.run.url.lastPathComponent)",
          found.seconds)
      } else {
        list.add(.redo, training.label, reason, prices.seconds(of: training.label))
      }
    }
    guard let evaluation = recipe.evaluation else { return }
    let names = Set(redone.map(\.training.planned.name))
    let changesAll = !evaluation.measuredWith.isDisjoint(with: names)
    var policies: [String] = changesAll ? [evaluation.reference.title] : []
    for training in changesAll ? trainings : redone.map(\.training)
    where evaluation.policies.contains(training.planned.name) {
      let stage = run.stage(training.planned.name, seed: training.seed)
      policies += try CheckpointStore(stage.checkpoints).steps().map { step in
        [training.planned.name, training.seed.map { "seed-\($0)" }, "step-\(step)"]
          .compactMap(\.self).joined(separator: "/")
      }
    }
    guard let seconds = try prices.seconds(ofMeasuring: policies) else { return }
    list.add(
      .measure, "\(policies.count) checkpoint\(policies.count == 1 ? "" : "s")",
      "where weights come out differently", seconds)
  }

  private func addReused(
    _ absent: [Standing], _ outlook: Outlook, to list: inout ChangeList
  ) throws {
    guard let reuse else { return }
    var estimates: [String: Double]?
    func estimate(_ training: RunRecipe.Training) throws -> Double? {
      let all =
        try estimates
        ?? Dictionary(
          CostEstimate(recipe, outlook).lines.compactMap { line in
            line.seconds.map { (line.stage, $0 / Double(max(1, line.seeds))) }
          }, uniquingKeysWith: { first, _ in first })
      estimates = all
      return all[training.planned.name]
    }
    let sure = Set(recipe.firstTrainings.map(\.label))
    for (training, _) in absent {
      let fresh = try seals.seal(of: training.planned, seed: training.seed)
      switch try reuse.look(for: training, fresh) {
      case .found(let found):
        list.add(
          .reuse, training.label, "equal in \(found.run.url.lastPathComponent)", found.seconds)
      case .refused(let reason, let seconds):
        guard sure.contains(training.label) else { continue }
        list.add(.make, training.label, reason, try seconds ?? estimate(training))
      }
    }
  }

  // MARK: Asking

  private static var canAsk: Bool { isatty(0) == 1 && isatty(2) == 1 }

  private func show(_ list: ChangeList) throws {
    if console.givesRecords {
      for line in list.lines { try console.print(json: line) }
    } else if change.isAgreed || change.redo.isEmpty {
      for line in list.text { console.say(line) }
    } else {
      // Whoever is asked, or refused, has to see it.
      for line in list.text { console.warn(line) }
    }
  }

  /// Whether a person at a terminal says yes; true where there is none, who is refused.
  private func agrees() -> Bool {
    guard Self.canAsk else { return true }
    console.warn(
      "What is made anew is kept in \(run.aside.path) until the new results stand.")
    console.ask("Go on? [y/N] ")
    let answer = readLine()?.trimmingCharacters(in: .whitespaces).lowercased()
    return answer == "y" || answer == "yes"
  }
}
