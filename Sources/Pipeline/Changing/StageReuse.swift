import Command
import Foundation
import Runs
import Training

/// Stages of other runs that are equal to those of a recipe: made from the same settings, data, inputs
/// and seed, by the same version on the same arithmetic, and whole.
///
/// What is taken over has the bytes that it would have been made with. Weights of checkpoints are the
/// other run's files under a second name where the disk allows that: nothing writes into them.
final class StageReuse {
  /// A training that can be taken over.
  struct Found {
    let run: RunDirectory
    let seal: StageSeal
    let version: String?
    /// What it took there.
    let costs: [PhaseCost]

    var seconds: Double? {
      costs.isEmpty ? nil : costs.reduce(0) { $0 + $1.seconds }
    }

    /// Whether it was made from stages that came out so, by their names.
    func isMade(from products: [String: String]) -> Bool { (seal.sources ?? [:]) == products }
  }

  /// What a look at a run found of a training.
  enum Look {
    case found(Found)
    /// And what it took there, if it is there.
    case refused(String, seconds: Double?)
  }

  private let runs: [RunDirectory]
  private var found: [String: Found] = [:]

  init(_ runs: [RunDirectory]) { self.runs = runs }

  /// Looks for a training in the runs, and remembers the first that is equal.
  ///
  /// - Parameter fresh: what it is made from here.
  func look(for training: RunRecipe.Training, _ fresh: StageSeal) throws -> Look {
    var refusals: [(reason: String, seconds: Double?)] = []
    for run in runs {
      switch look(in: run, for: training, fresh) {
      case .found(let equal):
        found[training.label] = equal
        return .found(equal)
      case .refused(let reason, let seconds): refusals.append((reason, seconds))
      }
    }
    // Said of the run that has the most of it.
    let best = refusals.first { $0.seconds != nil } ?? refusals.first
    return .refused(best?.reason ?? "", seconds: best?.seconds)
  }

  /// What a training is taken over from; nil where it is made.
  subscript(training: RunRecipe.Training) -> Found? { found[training.label] }

  private func look(
    in run: RunDirectory, for training: RunRecipe.Training, _ fresh: StageSeal
  ) -> Look {
    let directory = run.stage(training.planned.name, seed: training.seed)
    let name = run.url.lastPathComponent
    let prices = try? StagePrices(run)
    func refuse(_ reason: String) -> Look {
      .refused(reason, seconds: prices?.seconds(like: training))
    }
    do {
      guard let seal = try StageSeal.read(directory) else {
        return refuse("\(name) has no \(training.label)" + others(of: training, in: run))
      }
      guard seal.isFinished, let outcome = seal.outcome else {
        return refuse("is not finished in \(name)")
      }
      let version = try seal.version ?? Self.version(of: run)
      guard version == Plumb.version else {
        return refuse(
          "\(name) was made by Plumb \(version ?? "of an unknown version"), and this is "
            + Plumb.version)
      }
      guard seal.key == fresh.key else {
        return refuse("in \(name) \(fresh.difference(from: seal, isEarlier: false))")
      }
      switch try outcome.state(of: directory) {
      case .whole: break
      case .changed(let path, let problem): return refuse("\(path) \(problem)")
      case .damaged(let step, let problem): return refuse("in \(name) step \(step) \(problem)")
      }
      // Of the last one that was just done; the others are measured too.
      for folder in CheckpointManifest.folders(among: outcome.files.keys.sorted()) {
        try CheckpointManifest.holdAll(directory.url.appending(path: folder))
      }
      return .found(
        Found(
          run: run, seal: seal, version: version, costs: prices?.costs[training.label] ?? []))
    } catch {
      return refuse("\(error)")
    }
  }

  /// Seeds that a run has of a stage, where the one that is wanted is not among them.
  private func others(of training: RunRecipe.Training, in run: RunDirectory) -> String {
    let folder = run.url.appending(path: training.planned.name)
    guard training.seed != nil, let names = try? Folder.names(in: folder) else { return "" }
    let seeds = names.filter { $0.hasPrefix("seed-") }.compactMap { Int($0.dropFirst(5)) }.sorted()
    guard !seeds.isEmpty else { return "" }
    return ", but of seed \(seeds.map(String.init).joined(separator: ", "))"
  }

  /// Of Plumb, that wrote a run's records last.
  private static func version(of run: RunDirectory) throws -> String? {
    guard FileManager.default.fileExists(atPath: run.provenance.path) else { return nil }
    return try RecordFile.read(Provenance.self, from: run.provenance).version
  }

  // MARK: Taking over

  /// Makes a stage's folder of another run's: whole, or not at all.
  ///
  /// - Parameters:
  ///   - seal: of what it is made from here, with its sources.
  ///   - card: of its checkpoints, which name their run.
  /// - Throws: where what was copied is not what the other run's seal says.
  static func take(
    _ found: Found, of training: RunRecipe.Training, as seal: StageSeal, card: String,
    into run: RunDirectory
  ) throws {
    let (name, seed) = (training.planned.name, training.seed)
    let source = found.run.stage(name, seed: seed)
    let target = run.stage(name, seed: seed)
    let paths = try source.files().filter { path in
      path != source.done.lastPathComponent && !path.hasSuffix(".torn")
        && !path.split(separator: "/").contains { $0.hasPrefix(".") }
    }
    // Nothing but a seal lies there.
    try Folder.remove(target.url)
    try Folder.make(target.url) { beside in
      let folder = StageDirectory(beside)
      try Folder.copy(paths, from: source.url, to: beside) { $0.hasSuffix(".safetensors") }
      for checkpoint in CheckpointManifest.folders(among: paths) {
        try CheckpointManifest.holdAll(beside.appending(path: checkpoint))
        try CheckpointManifest.replaceCard(of: beside.appending(path: checkpoint), by: card)
      }
      var seal = seal
      let outcome = try StageOutcome(folder)
      guard outcome.isSame(as: found.seal.outcome) else {
        throw TrainingError.unusable(
          "\(source.url.path) was changed while it was copied; run the same command again")
      }
      seal.outcome = outcome
      seal.isFinished = true
      try seal.write(to: folder)
    }
    // In this order a run that is cut short has too little on record of costs, and nothing twice.
    var record = try ReuseRecord.read(run)
    record[name, seed] = ReuseRecord.Stage(
      stage: name, seed: seed, run: RunOrigin.way(from: run.url, to: found.run.url), key: seal.key,
      version: found.version)
    try record.write(to: run)
    let costs = try Journal<PhaseCost>(run.costs, seals: true)
    for cost in found.costs { try costs.append(cost) }
    try costs.sync()
  }

  /// Begins the evaluation with what other runs measured of the policies that were taken over from them:
  /// whatever was decided by the same prompts, settings and weights, and nothing else, is kept by the
  /// evaluation.
  ///
  /// - Returns: of how many policies something was there.
  static func takeMeasurements(into run: RunDirectory) throws -> Int {
    var record = try ReuseRecord.read(run)
    var count = 0
    for place in record.stages.indices where record.stages[place].policies.isEmpty {
      let stage = record.stages[place]
      let other = RunDirectory(
        run.url.appending(path: stage.run, directoryHint: .isDirectory).standardizedFileURL)
      guard try version(of: other) == Plumb.version else { continue }
      let directory = run.stage(stage.stage, seed: stage.seed)
      let steps = try CheckpointStore(directory.checkpoints).steps()
      let title = [stage.stage, stage.seed.map { "seed-\($0)" }].compactMap(\.self)
      // The reference is called by its stage alone.
      let names = [stage.stage] + steps.map { (title + ["step-\($0)"]).joined(separator: "/") }
      for name in names {
        let from = other.evaluationWork(of: name).deletingLastPathComponent()
        let to = run.evaluationWork(of: name).deletingLastPathComponent()
        let files = FileManager.default
        guard files.fileExists(atPath: from.path), !files.fileExists(atPath: to.path) else {
          continue
        }
        let kept = try Folder.files(below: from).filter {
          !$0.hasPrefix(".") && !$0.hasSuffix(".torn")
        }
        try Folder.make(to) { try Folder.copy(kept, from: from, to: $0) }
        record.stages[place].policies.append(name)
        count += 1
      }
    }
    if count > 0 { try record.write(to: run) }
    return count
  }
}
