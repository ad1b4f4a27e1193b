import Corpus
import Evaluation
import Foundation
import Recipe
import Runs
import Torch
import Tracking
import Training

/// A whole recipe: what runs, on what, in which order.
struct RunRecipe {
  struct PlannedStage {
    var name: String
    var stage: any Stage
    var repeats: Bool
    /// What it declared to be made from.
    var inputs: [StageInput]
    /// The stage that the recipe writes, where this is one of several that it stands for.
    var sweep: String?
    /// What tells it from the others of its sweep.
    var settings: [(key: String, value: String)] = []
    /// The stage whose settings it has, where it only serves that one; nil for its own.
    var serves: String?
  }

  let document: RecipeDocument
  let name: String
  let seeds: [Int]
  let device: Device
  let precision: Precision
  let threads: Int?
  /// How all models of the recipe write conversations; nil for what their folders say.
  let chatTemplate: ChatTemplate?
  /// Forms in which other programs read what training reports, beside the records.
  let logs: [LogFormat]
  let data: [String: DataSource]
  let stages: [PlannedStage]
  let evaluation: EvaluationPlan?
  let judging: JudgingPlan?
  /// The folder that relative paths start from.
  let base: URL

  /// Reads and checks everything; throws all mistakes at once.
  init(_ document: RecipeDocument, base: URL) throws {
    self.document = document
    self.base = base
    let root = document.root
    name = root.string("name", about: "Folder of the run, below runs/.")
    if !name.isEmpty, let problem = RunDirectory.problem(withFolder: name) {
      root.mistake("name", "it names the run's folder, and \(problem)")
    }
    seeds = RunRecipe.seeds(root)
    root.refuseRepeats("seeds", seeds)
    let deviceName = root.string(
      "device", default: "cpu", about: "Where tensors live: cpu, cuda or cuda:0.")
    if let device = Device(deviceName) {
      self.device = device
    } else {
      root.mistake("device", "\(deviceName) is no device; there is cpu, cuda and cuda:0")
      device = .cpu
    }
    precision = root.choice(
      "precision", default: .full,
      about: "How matrix products are done: bfloat16 is faster where the processor has it.")
    threads = root.optionalInt(
      "threads", in: 1...1024, about: "Processor threads; all cores without it.")
    chatTemplate = RunRecipe.chatTemplate(root, base: base)
    logs = RunRecipe.logs(root)
    var data: [String: DataSource] = [:]
    for (name, section) in root.sections("data", about: "Data sets by name.") {
      data[name] = DataSource(from: section, directory: base.path, among: data)
    }
    self.data = data
    var names = RecipeNames(data: data, stages: [])
    names.base = base
    names.judgedOracle = { JudgedOracleMaker(from: $0, $1, base: base) }
    let servers = ServerBook(from: root, base: base)
    names.servers = { servers.maker($0, $1, $2, $3, $4) }
    let planned = RunRecipe.stages(root, &names, seed: seeds[0], logs)
    stages = planned
    var plan = root.optionalSection(
      "evaluation", about: "Which checkpoints are measured, against what."
    ).map { [seeds] in
      EvaluationPlan(from: $0, names, planned, seeds: seeds)
    }
    if plan?.selection != nil, planned.contains(where: { $0.name == SelectionPlan.folder }) {
      root.section("stages", about: "What is trained or sampled, from top to bottom.").mistake(
        SelectionPlan.folder, "is where the selection's records lie; choose another name")
    }
    if planned.isEmpty, names.unknown.isEmpty, plan == nil {
      root.mistake("stages", "nothing to run")
    }
    judging = root.optionalSection("judging", about: "Who judges samples of the evaluation.").map {
      [seeds, plan] in JudgingPlan(from: $0, names, plan, seeds: seeds, base: base)
    }
    plan?.keep(bests: judging?.bests ?? [])
    evaluation = plan
    servers.finish()
    try document.finish()
  }

  /// The seeds, at least one. A single number would be read as a number of seeds by some and as a
  /// seed by others.
  private static func seeds(_ root: Section) -> [Int] {
    let seeds = root.ints(
      "seeds", default: [0], in: 0...Int.max,
      about: "Each seed is a training of its own; intervals between methods need several.")
    if root.isScalar("seeds"), let number = seeds.first {
      let several = number > 1 ? ", or [0, 1, …] for \(number) of them" : ""
      root.mistake("seeds", "is a list; write [\(number)] for the seed \(number)\(several)")
    }
    if seeds.isEmpty { root.mistake("seeds", "is empty; a run needs a seed, as in [0]") }
    return seeds.isEmpty ? [0] : seeds
  }

  /// The stages from top to bottom, those of a sweep one after the other.
  private static func stages(
    _ root: Section, _ names: inout RecipeNames, seed: Int, _ logs: [LogFormat]
  ) -> [PlannedStage] {
    let section = root.section(
      "stages", about: "What is trained or sampled, from top to bottom.")
    var expansion = StageExpansion(section, names, seed: seed)
    var planned: [PlannedStage] = []
    for name in section.keys {
      if let problem = RunDirectory.problem(withStage: name) {
        section.mistake(name, "the name of the stage \(problem); choose another")
      } else if name == "logs", !logs.isEmpty {
        section.mistake(name, "is where log writes; choose another name")
      }
      let expanded: [[PlannedStage]] = expansion.expand(name) { variant, section, names in
        guard let (stage, repeats) = stage(from: section, names) else { return nil }
        let type = type(of: stage)
        let planned = PlannedStage(
          name: variant.name, stage: stage, repeats: repeats, inputs: names.inputs.all,
          sweep: variant.sweep, settings: variant.settings)
        return (searched(planned, section, besides: Set(root.section("stages").keys)), type.product)
      }
      let made = Array(expanded.joined())
      expansion.note(made.map { ($0.name, $0.stage.weights(expansion.names)) })
      planned += made
    }
    names = expansion.names
    return planned
  }

  /// A stage behind the search for its strength, where a KL is aimed at; alone otherwise.
  private static func searched(
    _ planned: PlannedStage, _ section: Section, besides names: Set<String>
  ) -> [PlannedStage] {
    guard var stage = planned.stage as? AlignStage, let key = stage.target?.key else {
      return [planned]
    }
    let search = StrengthSearchStage.name(of: planned.name)
    if names.contains(search) {
      section.mistake("kl_target", "searches in a folder \(search), and a stage has that name")
    }
    // Settings of stages above carry these stages' names.
    let swept = planned.settings.first {
      $0.key == key.last || $0.key == key.joined(separator: ".")
    }
    if let swept {
      section.mistake(
        "kl_target",
        "searches \(swept.key), which is a sweep; take one of the two, or another key as over")
    }
    stage.target?.search = search
    var planned = planned
    planned.stage = stage
    let searching = PlannedStage(
      name: search, stage: StrengthSearchStage(stage, of: planned.name), repeats: false,
      inputs: planned.inputs, serves: planned.name)
    planned.inputs.append(.stage(search))
    return [searching, planned]
  }

  /// A stage, and whether it runs once for every seed; nil after a mistake in its kind.
  static func stage(
    from section: Section, _ names: RecipeNames
  ) -> (stage: any Stage, repeats: Bool)? {
    guard let stage = StageRegistry.stage(from: section, names) else { return nil }
    let repeats = section.bool(
      "per_seed", default: type(of: stage).repeatsPerSeed,
      about: "Whether the stage runs once for every seed of the recipe.")
    return (stage, repeats)
  }

  private static func logs(_ root: Section) -> [LogFormat] {
    root.strings(
      "log", default: [], among: LogFormat.allCases.map(\.rawValue),
      about: "Also writes steps for tensorboard, trackio or as csv."
    ).compactMap(LogFormat.init)
  }

  /// Seeds that a selection trains everything with; none without one.
  var selectionSeeds: [Int] { evaluation?.selection?.terms.seeds ?? [] }

  /// Seeds that a stage which repeats is sure to be trained with: with a selection, its seeds for
  /// what may be chosen, and the recipe's own as well for what nobody chooses among.
  func seeds(of planned: PlannedStage) -> [Int] {
    guard let selection = evaluation?.selection else { return seeds }
    let isChosen = planned.sweep != nil || (evaluation?.policies ?? []).contains(planned.name)
    return selection.terms.seeds + (isChosen ? [] : seeds)
  }

  /// Stages that some of these are made from, and these.
  func ancestors(of names: some Sequence<String>) -> Set<String> {
    let known = Dictionary(stages.map { ($0.name, $0) }) { first, _ in first }
    var found: Set<String> = []
    var open = Array(names)
    while let name = open.popLast() {
      guard let stage = known[name], found.insert(name).inserted else { continue }
      open += stage.inputs.compactMap { if case .stage(let source) = $0 { source } else { nil } }
    }
    return found
  }

  /// Stages that are trained again with fresh seeds once something was chosen: what it is made from, and
  /// what nobody chooses among.
  ///
  /// - Parameter chosen: policies as the evaluation names them.
  func stages(following chosen: [String]) -> [PlannedStage] {
    let needed = ancestors(of: chosen)
    let measured = Set(evaluation?.policies ?? [])
    return stages.filter {
      needed.contains($0.name) || ($0.sweep == nil && !measured.contains($0.name))
    }
  }

  /// Where its run goes.
  ///
  /// - Parameter output: as a command line has it; nil for `runs/<name>`.
  func directory(_ output: String?) -> RunDirectory {
    RunDirectory(URL(fileURLWithPath: output ?? "runs/\(name)").resolvingSymlinksInPath())
  }

  /// Whether a stage runs once for every seed.
  func repeats(_ stage: String) -> Bool {
    stages.first { $0.name == stage }?.repeats ?? false
  }
}

extension RunRecipe {
  /// A built-in template by its name, or that of a file.
  fileprivate static func chatTemplate(_ root: Section, base: URL) -> ChatTemplate? {
    guard
      let name = root.optionalString(
        "chat_template",
        about: "How all models write conversations; what their folders say without it.")
    else { return nil }
    do {
      return try ChatTemplate.named(name, from: base)
    } catch {
      root.mistake("chat_template", "\(error)")
      return nil
    }
  }
}
