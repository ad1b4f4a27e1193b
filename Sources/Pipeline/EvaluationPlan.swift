import Command
import Corpus
import Evaluation
import Foundation
import Policy
import Recipe
import Runs
import Serving
import Torch
import Training

/// The `evaluation` section of a recipe: which checkpoints are measured, against what.
struct EvaluationPlan {
  /// Where the completions come from that policies are compared with as `chosen`.
  enum Chosen: String, CaseIterable {
    /// Two samples of the reference, labelled by the reward: what preference data of this policy
    /// and this oracle would hold.
    case sampled
    /// The pairs of the prompts' own data.
    case data
    case none
  }

  private(set) var settings: EvaluationSettings
  let reference: ModelSource
  /// What ranks completions; nil where judges do, or nothing.
  let reward: RewardSource?
  let isLogOdds: Bool
  let heldOutReward: RewardSource?
  /// The model that perplexity is taken under; the reference where it is nil.
  let scorer: ModelSource?
  let prompts: PromptSettings
  let promptData: DataSource?
  let chosen: Chosen
  /// Chooses settings and checkpoints on other prompts and seeds; nil where all are measured.
  let selection: SelectionPlan?
  /// Stages, and folders of models that no stage of the recipe makes, as the recipe names them.
  private(set) var policies: [String]
  /// What the reference and all final checkpoints sit.
  let exams: [ExamSettings]
  /// What results call the folders among them.
  let folders: [String: String]
  /// Those among them that live in servers, with what results call them.
  let servers: [String: (title: String, maker: ServedMaker)]
  private let titles: [String: any PolicyStage]
  /// Stages that run once for each seed.
  private let repeating: Set<String>
  /// Settings by the stage that the recipe writes in their place.
  let swept: [String: [String]]
  /// Of the recipe.
  let seeds: [Int]
  /// Stages of which nothing can be said, because of a mistake elsewhere.
  private(set) var unknown: Set<String> = []
  /// What has to hold for the run to end well, and what of single examinations by their names.
  var requirements: [Requirement] = []
  var examRequirements: [String: [Requirement]] = [:]

  init(
    from section: Section, _ names: RecipeNames, _ planned: [RunRecipe.PlannedStage],
    seeds: [Int]
  ) {
    swept = names.swept
    self.seeds = seeds
    reward = names.reward(
      "reward", in: section,
      about: "What ranks completions: synthetic, a stage or folder with a reward head, or a server."
    )
    let ranks = reward != nil
    settings = EvaluationSettings(from: section, ranks: ranks)
    exams = Self.exams(from: section, base: names.base)
    reference = names.model(
      "reference", in: section,
      about: "Policy that all others are compared with: a stage or a folder.")
    // A reward model trained on preferences has no zero that classifies.
    isLogOdds = section.bool(
      "reward_is_log_odds", default: self.reward == .synthetic,
      about: "Whether the reward's sign tells good from bad, so that accuracy means something.")
    heldOutReward = names.reward(
      "held_out_reward", in: section, about: "A second reward, which nothing is trained on.")
    for key in ["reward_is_log_odds", "held_out_reward"] where !ranks && section.has(key) {
      section.mistake(key, "stands beside a reward, and there is none; name one as reward")
    }
    scorer =
      section.has("perplexity_scorer")
      ? names.model(
        "perplexity_scorer", in: section,
        about: "Model that perplexity is taken under; the reference without it.") : nil
    let promptSection = section.section("prompts_from", about: "Which prompts are completed.")
    prompts = PromptSettings(from: promptSection, names)
    promptData = names.data[promptSection.optionalString("prompts") ?? ""]
    chosen = section.choice(
      "chosen", default: ranks ? Chosen.sampled : Chosen.none,
      about:
        "What else stands beside the policies: the data's pairs, the better of two samples, or nothing."
    )
    if chosen == .sampled, !ranks {
      section.mistake(
        "chosen",
        "sampled takes the better of two samples by the reward, and there is none; take data or none, "
          + "or name a reward")
    }
    if chosen == .data, promptData?.synthetic != nil {
      section.mistake(
        "chosen", "data needs prompts with pairs, and generated reviews have none; take sampled")
    }
    let (settings, prompts, hasHeldOut) = (settings, prompts, heldOutReward != nil)
    selection = section.optionalSection(
      "selection", about: "Chooses settings and checkpoints on other prompts and seeds."
    ).map {
      SelectionPlan(
        from: $0, names, settings, prompts, hasHeldOut: hasHeldOut, seeds: seeds)
    }
    if selection != nil, !ranks {
      section.mistake("selection", "chooses by a reward, and there is none; name one as reward")
    }
    var titles: [String: any PolicyStage] = [:]
    for stage in planned { titles[stage.name] = stage.stage as? any PolicyStage }
    self.titles = titles
    repeating = Set(planned.filter(\.repeats).map(\.name))
    let reference = self.reference
    let all = planned.filter { titles[$0.name]?.departs(from: reference) ?? false }.map(\.name)
    // A swept stage is all that it stands for.
    let words = section.strings(
      "policies", default: all,
      about: "Stages and folders that are measured; all that train a policy without it.")
    policies = words.flatMap { names.swept[$0] ?? [$0] }
    let served = policies.filter { titles[$0] == nil && ServerName.isMeant(by: $0) }
    let servedTitles = PolicyTitles.ofServers(served)
    servers = served.reduce(into: [:]) { servers, name in
      let found = names.servers?(name, "policies", section, names, .languageModel)
      guard let maker = found as? ServedMaker, let title = servedTitles[name] else { return }
      servers[name] = (title, maker)
    }
    let paths = policies.filter {
      titles[$0] == nil && $0.contains("/") && !ServerName.isMeant(by: $0)
    }
    folders = PolicyTitles.of(paths, beside: reference.title)
    unknown = names.unknown
    for name in policies
    where titles[name] == nil && folders[name] == nil && !ServerName.isMeant(by: name)
      && !names.unknown.contains(name)
    {
      // Which stage it was meant to be, and is not measured now, nobody knows.
      unknown.formUnion(Array(titles.keys) + names.swept.keys)
      let stages = titles.keys.sorted().joined(separator: ", ")
      let offer = stages.isEmpty ? " (there is none)" : " (there is \(stages))"
      section.mistake(
        "policies", at: name,
        "\(name) is no stage that trains a policy\(offer); a folder is written with a slash")
    }
    let folders = folders
    policies.removeAll { name in
      titles[name] == nil && folders[name] == nil && !ServerName.isMeant(by: name)
    }
    for path in paths { names.checkFolder(path, "policies", item: path, in: section) }
    for (place, name) in words.enumerated() {
      let own = names.swept[name] ?? [name]
      guard
        let again = own.first(where: { one in
          words[..<place].contains { names.swept[$0]?.contains(one) ?? ($0 == one) }
        })
      else { continue }
      section.mistake("policies", item: place, "\(again) stands there twice")
    }
    if let name = policies.first(where: { reference == .folder($0) }) {
      section.mistake("policies", at: name, "\(name) is the reference, which is measured anyway")
    }
    readRequirements(from: section)
  }

  /// What results call a policy that the recipe names; nil for one that is not measured.
  func group(of name: String) -> String? {
    guard policies.contains(name) else { return nil }
    return title(of: name)
  }

  /// What results call one of ``policies``.
  func title(of name: String) -> String { folders[name] ?? servers[name]?.title ?? name }

  /// What results call folders and servers.
  var givenTitles: Set<String> { Set(folders.values).union(servers.values.map(\.title)) }

  /// Stages that every policy is measured beside or with.
  var measuredWith: Set<String> {
    let served = servers.values.flatMap { [$0.maker.tokenizer?.stage, $0.maker.checkpoint?.stage] }
    let rewards = [reward, heldOutReward].compactMap(\.self).flatMap(\.stages)
    return Set(([reference.stage, scorer?.stage] + served).compactMap(\.self) + rewards)
  }

  /// What makes the checkpoints of a group, and whether it does with every seed; nil for a folder.
  func stage(of group: String) -> (stage: any PolicyStage, repeats: Bool)? {
    titles[group].map { ($0, repeating.contains(group)) }
  }

  /// Has the best of so many completions kept, for judges to read.
  mutating func keep(bests: [Int]) { settings.keptBests = bests }

  /// Final checkpoints by group; with a selection those of all groups that may be chosen.
  func finals(_ plan: RunRecipe) -> [String: Int] {
    var counts: [String: Int] = [:]
    for name in policies {
      guard let group = group(of: name) else { continue }
      counts[group] = plan.repeats(name) ? plan.seeds.count : 1
    }
    return counts
  }

  /// Checkpoints that are measured beside the reference.
  ///
  /// - Parameter seeds: how many of each stage that repeats; nil for the recipe's own.
  func checkpoints(_ plan: RunRecipe, seeds: Int? = nil) -> Int {
    let measured = Set(policies)
    return plan.stages.reduce(folders.count + servers.count) { total, planned in
      guard measured.contains(planned.name), let stage = planned.stage as? any PolicyStage
      else { return total }
      return total + stage.checkpoints * (planned.repeats ? seeds ?? plan.seeds.count : 1)
    }
  }

  /// A measuring of some policies on some prompts.
  private struct Part {
    /// What results and costs are kept under.
    let folder: String
    let policies: [String]
    let seeds: [Int]
    let settings: EvaluationSettings
    /// What a selection chose: of checkpoints along a training, these alone are measured; nil for all.
    var choice: Selection?
    /// The id of the one policy of a stage that is measured; nil for all.
    var only: String?
  }

  /// Measures every setting on prompts and seeds of the selection's own, and chooses.
  ///
  /// - Returns: nil when it was asked to stop.
  func select(
    _ selection: SelectionPlan, recipe: RunRecipe, run: RunDirectory, console: Console,
    _ crew: Crew = Crew(ranks: .alone)
  ) throws -> Selection? {
    let part = Part(
      folder: SelectionPlan.folder, policies: policies, seeds: selection.terms.seeds,
      settings: SelectionPlan.settings(like: settings))
    var remarks: [String] = []
    let found = try measure(part, recipe, run, console, crew) { model, _ in
      let test = try prompts(prompts, withRoomIn: model).kept
      let tested = Set(Self.distinct(test, settings.prompts).map { ByteText($0.dialogue.words) })
      let (fitting, tooLong) = try prompts(selection.prompts, withRoomIn: model)
      // Beyond those that the test sees so many are looked at as are wanted.
      let offered = Self.distinct(fitting, selection.most + tested.count)
      let kept = offered.filter { !tested.contains(ByteText($0.dialogue.words)) }
      if kept.count < offered.count {
        let words =
          "\(offered.count - kept.count) of the selection's prompts are the test's too and were left out"
        console.say("selection: " + words)
        remarks.append(words + ".")
      }
      guard !kept.isEmpty else {
        throw TrainingError.unusable(
          "evaluation.selection.prompts: all of them are prompts of the test too; name others")
      }
      var asked = AskedPrompts(Array(kept.prefix(selection.most)))
      asked.leaveOut(prompts: tooLong, room: settings.maxTokens)
      for words in asked.leftOut {
        console.say("selection: \(words): left out")
        remarks.append("\(words) were left out of the selection.")
      }
      return asked
    }
    guard let found = found?.result else { return nil }
    let choice = try Selection(selection.terms, found.values, seeds: recipe.seeds, remarks: remarks)
    guard crew.ranks.leads else { return choice }
    try RecordFile.write(found.record, to: run.selection)
    try write(
      costs: found.costs, of: part.folder,
      to: run.url.appending(path: "\(part.folder)/costs.jsonl"))
    try RecordFile.write(choice.record, to: run.choice)
    let chosen = choice.chosen
    console.say(
      "selection: \(chosen.isEmpty ? "nothing beats the reference" : chosen.joined(separator: ", "))"
    )
    return choice
  }

  /// - Parameter choice: what a selection chose; nil for everything.
  /// - Returns: false when it was asked to stop.
  func execute(
    _ choice: Selection? = nil, recipe: RunRecipe, run: RunDirectory, console: Console,
    _ crew: Crew = Crew(ranks: .alone)
  ) throws -> Bool {
    let chosen = choice.map { choice in
      policies.filter { choice.chosen.contains(group(of: $0) ?? $0) }
    }
    let part = Part(
      folder: "evaluation", policies: chosen ?? policies, seeds: recipe.seeds, settings: settings,
      choice: choice)
    var asked: [EvaluationPrompt] = []
    let found = try measure(part, recipe, run, console, crew) { model, oracle in
      let found = try evaluationPrompts(model, oracle, console)
      asked = found.prompts
      return found
    }
    guard let sitting = found?.finals, var found = found?.result else { return false }
    guard crew.ranks.leads else { return true }
    for note in found.record.protocolNotes where note.name == "server" {
      console.say("  \(note.value)")
    }
    found.record.equalTerms = try choice?.measured(found.values, settings)
    let before = FileManager.default.contents(atPath: run.evaluation.path)
    try RecordFile.write(found.record, to: run.evaluation)
    try RecordFile.write(lines: found.samples, to: run.samples)
    let completions = asked.enumerated().flatMap { place, prompt in
      prompt.chosen.enumerated().map { index, text in
        let rewards = found.chosen.isEmpty ? [] : found.chosen[place]
        let reward = rewards.isEmpty ? nil : rewards[index]
        return ChosenRecord(
          prompt: prompt.id, text: text, reward: reward.flatMap { $0.isFinite ? $0 : nil })
      }
    }
    try RecordFile.write(lines: completions, to: run.chosen)
    if let overlap = try recipe.overlap(asked: asked) {
      try RecordFile.write(sealing: overlap, to: run.overlap)
    }
    // What only read a finished evaluation back must not replace what the evaluation cost.
    let costs = run.url.appending(path: "evaluation/costs.jsonl")
    if before != FileManager.default.contents(atPath: run.evaluation.path)
      || !FileManager.default.fileExists(atPath: costs.path)
    {
      try write(costs: found.costs, of: "evaluation", to: costs)
    }
    return try sitExams(sitting, recipe: recipe, run: run, console: console)
  }

  /// - Parameter prompts: of the reference's reading, with the oracle that may label them.
  /// - Returns: what was found, and the reference and all final checkpoints; nil when it was asked to stop.
  private func measure(
    _ part: Part, _ recipe: RunRecipe, _ run: RunDirectory, _ console: Console,
    _ crew: Crew = Crew(ranks: .alone), shouldStop: (() -> Bool)? = nil,
    prompts: (LanguageModel, (any Reward)?) throws -> AskedPrompts
  ) throws -> (result: EvaluationResult, finals: [Subject])? {
    var context = StageContext(
      run: run, name: part.folder, seed: nil,
      seeds: { recipe.repeats($0) ? recipe.seeds[0] : nil }, base: recipe.base,
      device: recipe.device, precision: settings.precision,
      shouldStop: shouldStop ?? crew.shouldStop, progress: { _ in }, note: { _ in })
    context.chatTemplate = recipe.chatTemplate
    console.say(part.folder)
    let place = try crew.folder(of: run.url.appending(path: part.folder))
    defer { place.remove() }
    context.place = StageDirectory(place.url)
    let model = try context.model(reference)
    let oracle = try reward.map { try self.oracle($0, isLogOdds: isLogOdds, context) }
    let prompts = try prompts(model, oracle?.reward)
    let base = Subject(
      policy: EvaluatedPolicy(
        id: reference.title, group: reference.title,
        method: referenceTitle, seed: nil, step: nil, isFinal: true,
        options: [:], weights: try weights(of: .model(reference), context)),
      load: { model })
    let subjects = try subjects(part, recipe, run, context, model, in: place.url)
    let evaluator = Evaluator(
      settings: part.settings, reference: base, subjects: subjects,
      oracle: oracle,
      heldOut: try heldOutReward.map { try self.oracle($0, isLogOdds: true, context) },
      scorer: try scorer.map {
        PerplexityScorer(
          name: $0.title, model: try context.model($0),
          version: try weights(of: .model($0), context))
      },
      prompts: prompts.prompts, leftOut: prompts.leftOut,
      directory: place.url, shouldStop: context.shouldStop,
      progress: { console.show($0) })
    evaluator.ranks = crew.ranks
    let meter = Meter()
    let outcome = try evaluator.run()
    console.endLine()
    guard case .finished(let result) = outcome else {
      guard crew.ranks.leads else { return nil }
      try meter.write(
        to: run, stage: part.folder, phase: "interrupted", tokens: 0, oracleCalls: 0)
      return nil
    }
    // What lives in a server sits no examinations: those want probabilities of given answers.
    return (result, [base] + subjects.filter { $0.policy.isFinal && $0.served == nil })
  }

  /// Goes on with an evaluation, or begins it, in a run's folder, and stops before the second chunk that
  /// is not there: what a chunk comes out as on this machine.
  ///
  /// - Parameters:
  ///   - policy: a checkpoint of a stage, of the recipe's first seed where it has one.
  ///   - run: a copy, whose records are changed.
  func measureOneChunk(
    of policy: EvaluatedPolicy, recipe: RunRecipe, run: RunDirectory, console: Console
  ) throws {
    let part = Part(
      folder: "evaluation", policies: [policy.group], seeds: [recipe.seeds[0]],
      settings: settings, only: policy.id)
    var asked = 0
    _ = try measure(
      part, recipe, run, console,
      shouldStop: {
        asked += 1
        return asked > 1
      }, prompts: { try evaluationPrompts($0, $1, console) })
  }

  private func write(costs: [PhaseCost], of stage: String, to url: URL) throws {
    let costs = costs.map { cost in
      var cost = cost
      cost.stage = stage
      return cost
    }
    try AtomicFile.write(LineSeal.lines(costs, path: url.path), to: url)
  }

  // MARK: Policies

  private func subjects(
    _ part: Part, _ recipe: RunRecipe, _ run: RunDirectory, _ context: StageContext,
    _ reference: LanguageModel, in folder: URL
  ) throws -> [Subject] {
    var subjects: [Subject] = []
    for name in part.policies {
      if let (title, maker) = servers[name] {
        subjects.append(
          try subject(title, maker, part, context, reference, in: folder))
        continue
      }
      if let title = folders[name] {
        let source = ModelSource.folder(name)
        let policy = EvaluatedPolicy(
          id: title, group: title, method: title, seed: nil, step: nil, isFinal: true, options: [:],
          weights: try weights(of: .model(source), context))
        subjects.append(Subject(policy: policy) { try context.model(source) })
      }
      guard let set = titles[name] else { continue }
      let found = try (set as? AlignStage)?.found(context)
      let stage = found?.stage ?? set
      let planned = recipe.stages.first { $0.name == name }
      let swept = Dictionary(planned?.settings ?? []) { first, _ in first }
      let seeds: [Int?] = recipe.repeats(name) ? part.seeds.map { $0 } : [nil]
      for seed in seeds {
        let store = CheckpointStore(run.stage(name, seed: seed).checkpoints)
        let steps = try store.steps()
        let isMeasured = { (step: Int) in
          step == steps.last || part.choice?.chose(name, at: step) ?? true
        }
        for step in steps where isMeasured(step) {
          let id = [name, seed.map { "seed-\($0)" }, "step-\(step)"].compactMap { $0 }
            .joined(separator: "/")
          guard part.only ?? id == id else { continue }
          let checkpoint = try whole(store, step, of: run.stage(name, seed: seed))
          let policy = EvaluatedPolicy(
            id: id, group: name, method: stage.title, seed: seed,
            step: step, isFinal: step == steps.last,
            options: stage.options.merging(swept) { option, _ in option }
              .merging(found?.options ?? [:]) { option, _ in option },
            weights: try ModelIdentity.of(checkpoint.url), sweep: planned?.sweep)
          subjects.append(
            Subject(policy: policy, beta: stage.rewardScale) {
              try LanguageModel.load(
                checkpoint.url, precision: settings.precision, on: recipe.device
              ).replacingChatTemplate(recipe.chatTemplate)
            })
        }
      }
    }
    return subjects
  }

  /// A policy in a server, which is held against its checkpoint before anything of it is measured.
  private func subject(
    _ title: String, _ maker: ServedMaker, _ part: Part, _ context: StageContext,
    _ reference: LanguageModel, in folder: URL
  ) throws -> Subject {
    let work = folder.appending(path: Evaluator.folderName(of: title))
    let served = try maker.policy(
      in: work, like: (self.reference.title, reference), context)
    let policy = EvaluatedPolicy(
      id: title, group: title, method: title, seed: nil, step: nil, isFinal: true,
      options: ["kind": maker.settings.kind.rawValue],
      weights: try maker.weights(context) ?? "of \(maker.name)")
    guard let checkpoint = maker.checkpoint else {
      return Subject(policy: policy, served: served, check: nil)
    }
    return Subject(policy: policy, served: served) { prompts, reference in
      let isOther = checkpoint != self.reference
      guard
        let found = try maker.check(
          served, on: prompts, maxTokens: part.settings.maxTokens,
          others: isOther ? [ServedCheck.Other(name: reference.name) { reference.model }] : [],
          context)
      else { preconditionFailure("what is held has a checkpoint") }
      return found
    }
  }

  /// - Throws: `TrainingError` that says what to do where a checkpoint is not whole.
  private func whole(
    _ store: CheckpointStore, _ step: Int, of directory: StageDirectory
  ) throws -> CheckpointStore.Checkpoint {
    do throws(RunError) {
      return try store.checkpoint(at: step)
    } catch {
      guard case .invalidFile(let path, let problem) = error else { throw error }
      throw TrainingError.unusable(
        "\(path) \(problem); remove \(directory.url.path), so that the stage is trained again")
    }
  }

  /// The reference's method as papers print it, where a stage of this recipe made it.
  private var referenceTitle: String {
    reference.stage.flatMap { titles[$0]?.title } ?? reference.title
  }

  private func oracle(
    _ source: RewardSource, isLogOdds: Bool, _ context: StageContext
  ) throws -> Evaluator.Oracle {
    var oracle = Evaluator.Oracle(
      try context.reward(source), isLogOdds: isLogOdds, version: try weights(of: source, context))
    if case .server(let served) = source {
      let folder = served.folder(in: context.directory.url)
      oracle.served = { try served.maker.rewardRecord(in: folder) }
    }
    return oracle
  }

  private func weights(of source: RewardSource, _ context: StageContext) throws -> String {
    switch source {
    case .synthetic: "synthetic \(Plumb.version)"
    case .model(let model): try ModelIdentity.of(context.folder(of: model))
    case .server(let served):
      try served.maker.checkpoint.map { try ModelIdentity.of(context.folder(of: $0)) }
        ?? served.title
    }
  }

  // MARK: Prompts

  /// What policies are asked, and what of the data is not.
  struct AskedPrompts {
    var prompts: [EvaluationPrompt]
    /// What was left out and why, a phrase each.
    var leftOut: [String] = []

    init(_ prompts: [EvaluationPrompt]) { self.prompts = prompts }

    /// - Parameter room: tokens that a completion may have.
    mutating func leaveOut(prompts count: Int, room: Int) {
      guard count > 0 else { return }
      leftOut.append(
        "\(count) prompt\(count == 1 ? "" : "s") without room for \(room) tokens in the context")
    }
  }

  /// Prompts behind which a completion has room in the reference's context.
  ///
  /// - Returns: those that there are, and how many are left out.
  private func prompts(
    _ source: PromptSettings, withRoomIn model: LanguageModel
  ) throws -> (kept: [PromptSettings.Prompt], leftOut: Int) {
    let all = try source.prompts(model.reader)
    let kept = try PromptRoom(
      for: settings.maxTokens, in: model.decoder.configuration.positions, source.surplus
    ).kept(of: all, "evaluation", prompt: { $0 }, note: { _ in })
    return (kept, all.count - kept.count)
  }

  /// Prompts of the same words are one, the first of them: intervals count what is independent.
  private static func distinct(
    _ prompts: [PromptSettings.Prompt], _ count: Int
  ) -> [EvaluationPrompt] {
    var known: Set<ByteText> = []
    var found: [EvaluationPrompt] = []
    for prompt in prompts
    where found.count < count && known.insert(ByteText(prompt.dialogue.words)).inserted {
      found.append(EvaluationPrompt(id: prompt.id, prompt.dialogue, tokens: prompt.tokens))
    }
    return found
  }

  /// The test's prompts, with what stands beside them as chosen.
  private func evaluationPrompts(
    _ model: LanguageModel, _ oracle: (any Reward)?, _ console: Console
  ) throws -> AskedPrompts {
    var asked = AskedPrompts([])
    var places: [ByteText: Int] = [:]
    // Rows of every prompt that is kept, whose pairs are about it too.
    var rows: [[String]] = []
    var repeated = 0
    let (offered, tooLong) = try prompts(prompts, withRoomIn: model)
    if let remark = promptData?.plainRemark(of: offered.lazy.map(\.dialogue), model.tokenizer) {
      console.say(remark)
    }
    asked.leaveOut(prompts: tooLong, room: settings.maxTokens)
    for prompt in offered {
      if let place = places[ByteText(prompt.dialogue.words)] {
        rows[place].append(prompt.id)
        repeated += 1
      } else if asked.prompts.count < settings.prompts {
        places[ByteText(prompt.dialogue.words)] = rows.count
        rows.append([prompt.id])
        asked.prompts.append(
          EvaluationPrompt(id: prompt.id, prompt.dialogue, tokens: prompt.tokens))
      }
    }
    if repeated > 0 {
      console.say(
        "\(repeated) prompt\(repeated == 1 ? " repeats" : "s repeat") an earlier one and "
          + "\(repeated == 1 ? "is" : "are") asked once")
    }
    switch chosen {
    case .none: break
    case .data: try addPairs(to: &asked, of: rows, model)
    case .sampled:
      if let oracle { asked.prompts = try labelled(asked.prompts, model, oracle) }
    }
    for words in asked.leftOut { console.say("\(words): left out") }
    return asked
  }

  /// Puts the data's pairs beside the prompts that they are about, those that fit into the context.
  ///
  /// - Parameter rows: of each prompt.
  private func addPairs(
    to asked: inout AskedPrompts, of rows: [[String]], _ model: LanguageModel
  ) throws {
    var pairs: [String: [PreferencePair]] = [:]
    for pair in try promptData?.preferencePairs() ?? [] { pairs[pair.id, default: []].append(pair) }
    let positions = model.decoder.configuration.positions
    var tooLong = 0
    for (place, rows) in rows.enumerated() {
      for pair in rows.flatMap({ pairs[$0] ?? [] }) {
        let reading = try model.read(asked.prompts[place].dialogue, [pair.chosen, pair.rejected])
        let longest = reading.completions.map(\.count).max() ?? 0
        guard reading.prompt.count + longest <= positions else {
          tooLong += 1
          continue
        }
        asked.prompts[place].chosen.append(pair.chosen)
        asked.prompts[place].pairs.append(
          EvaluationPrompt.Pair(chosen: pair.chosen, rejected: pair.rejected))
      }
    }
    if tooLong > 0 {
      asked.leftOut.append(
        "\(tooLong) labelled pair\(tooLong == 1 ? "" : "s") longer than the context")
    }
  }

  /// Prompts with a pair of reference samples each, ordered by the reward; equal rewards give no
  /// pair.
  private func labelled(
    _ prompts: [EvaluationPrompt], _ model: LanguageModel, _ oracle: any Reward
  ) throws -> [EvaluationPrompt] {
    var labelled = prompts
    let sampler = Sampler(model.decoder, settings.sampling(of: model))
    let numbers = DrawingNumbers(seed: UInt64(settings.seed), stream: "evaluation/chosen")
    for start in stride(from: 0, to: prompts.count, by: settings.batch) {
      let part = Array(prompts[start..<min(start + settings.batch, prompts.count)])
      let uniform = try numbers.rows(
        of: part.map(\.id), count: 2, length: settings.maxTokens)
      let pairs = try sampler.sample(part.map(\.tokens), count: 2, uniform: uniform)
      let drawn = zip(part, pairs).map { prompt, pair in
        pair.map { (ids: $0.tokens, text: model.text(of: $0, after: prompt.tokens)) }
      }
      let rewards = try oracle.rewards(
        of: drawn.map { $0.map(\.text) }, after: part.map(\.dialogue))
      for (index, (drawn, rewards)) in zip(drawn, rewards).enumerated()
      where rewards[0] != rewards[1] {
        let (better, worse) = rewards[0] > rewards[1] ? (drawn[0], drawn[1]) : (drawn[1], drawn[0])
        let pair = EvaluationPrompt.Pair(
          chosen: better.text, rejected: worse.text, drawn: [better.ids, worse.ids])
        labelled[start + index].chosen = [pair.chosen]
        labelled[start + index].pairs = [pair]
      }
    }
    return labelled
  }
}
