import Recipe
import Training

/// The stages that the sections of a recipe stand for: one for each, and several for one with sweeps or
/// with a policy, data or reward that is swept.
///
/// Whoever names a swept stage gets all of it: the two cross. What comes down two ways from one sweep
/// (a policy, and samples of it) is the same setting on both.
struct StageExpansion {
  /// One stage of several.
  struct Variant {
    let name: String
    /// The stage that the recipe writes; nil for one without sweeps.
    let sweep: String?
    /// What tells it from the others, as `beta` and `0.1`, those of stages above it first.
    let settings: [(key: String, value: String)]
  }

  /// A list of a stage.
  private struct Axis: Hashable {
    let stage: String
    let place: Int
  }

  private typealias Choice = [(axis: Axis, option: Int)]

  /// What a stage stands for at one choice of options.
  private struct Meaning {
    let choice: Choice
    let name: String
  }

  /// Options that go together, and what the stages above mean there.
  private struct Joint {
    var choice: Choice = []
    var options: [Axis: Int] = [:]
    var names: [String: String] = [:]

    /// Nil where the two name different options of one list.
    func joined(_ stage: String, _ meaning: Meaning) -> Joint? {
      var joint = self
      joint.names[stage] = meaning.name
      for (axis, option) in meaning.choice {
        guard let known = options[axis] else {
          joint.options[axis] = option
          joint.choice.append((axis, option))
          continue
        }
        guard known == option else { return nil }
      }
      return joint
    }
  }

  private let stages: Section
  private let seed: Int
  private var swept: [String: [Meaning]] = [:]
  private var words: [Axis: SweepAxis] = [:]
  private var taken: Set<String>
  private(set) var names: RecipeNames

  /// - Parameter seed: of settings that are drawn at random.
  init(_ stages: Section, _ names: RecipeNames, seed: Int) {
    self.stages = stages
    self.names = names
    self.seed = seed
    taken = Set(stages.keys)
  }

  /// Keeps the sizes of models that stages leave, for those that follow.
  mutating func note(_ weights: [(name: String, weights: Int?)]) {
    for (name, count) in weights { names.weights[name] = count }
  }

  /// Reads what one section stands for.
  ///
  /// - Parameter read: makes a stage of a section; nil where that cannot be.
  mutating func expand<Read>(
    _ name: String,
    _ read: (Variant, Section, inout RecipeNames) -> (stage: Read, product: StageProduct)?
  ) -> [Read] {
    let sweep = stages.sweep(name, seed: seed)
    guard sweep.isSound else {
      names.unknown.insert(name)
      return []
    }
    let own = sweep.axes.indices.map { Axis(stage: name, place: $0) }
    for (axis, found) in zip(own, sweep.axes) { words[axis] = found }
    if own.isEmpty, swept.isEmpty {
      let variant = Variant(name: name, sweep: nil, settings: [])
      return one(variant, stages.section(name), read).map { [$0] } ?? []
    }
    var choices: [(own: [Int], all: Joint)] = []
    var joints: [[String]: [Joint]] = [:]
    for choice in sweep.choices {
      let named = inherited(by: stages.draft(name, choice, of: sweep))
      let outer = joints[named] ?? joined(named)
      joints[named] = outer
      for var joint in outer {
        joint.choice += zip(own, choice).map { (axis: $0, option: $1) }
        choices.append((choice, joint))
      }
      guard choices.count <= Sweep.most else {
        stages.mistake(
          name,
          "stands for more than \(Sweep.most) stages with what it inherits from those it names")
        names.unknown.insert(name)
        return []
      }
    }
    if choices.count == 1, choices[0].all.choice.isEmpty {
      let variant = Variant(name: name, sweep: nil, settings: [])
      return one(variant, stages.section(name), read).map { [$0] } ?? []
    }
    return several(name, sweep, choices, read)
  }

  private mutating func several<Read>(
    _ name: String, _ sweep: Sweep, _ choices: [(own: [Int], all: Joint)],
    _ read: (Variant, Section, inout RecipeNames) -> (stage: Read, product: StageProduct)?
  ) -> [Read] {
    let titles = titles(name, choices.map(\.all.choice))
    var found: [Meaning] = []
    var results: [Read] = []
    for (choice, title) in zip(choices, titles) {
      guard taken.insert(title).inserted else {
        stages.mistake(name, "stands for a stage \(title), and another one has that name")
        continue
      }
      found.append(Meaning(choice: choice.all.choice, name: title))
      names.variants = choice.all.names
      let section = stages.variant(name, choice.own, of: sweep, named: title)
      let settings = settings(choice.all.choice, of: name)
      let variant = Variant(name: title, sweep: name, settings: settings)
      if let read = one(variant, section, read) { results.append(read) }
    }
    names.variants = [:]
    names.swept[name] = titles
    swept[name] = found
    if results.isEmpty { names.unknown.insert(name) }
    return results
  }

  private mutating func one<Read>(
    _ variant: Variant, _ section: Section,
    _ read: (Variant, Section, inout RecipeNames) -> (stage: Read, product: StageProduct)?
  ) -> Read? {
    names.inputs = StageInputs()
    guard let found = read(variant, section, &names) else {
      names.unknown.insert(variant.name)
      return nil
    }
    names.stages.append((name: variant.name, product: found.product))
    return found.stage
  }

  /// The swept stages that a section names.
  private func inherited(by section: Section) -> [String] {
    guard !swept.isEmpty else { return [] }
    var names = names
    names.inputs = StageInputs()
    for (name, meanings) in swept {
      guard let stage = names.stages.first(where: { $0.name == meanings.first?.name }) else {
        continue
      }
      names.stages.append((name: name, product: stage.product))
    }
    _ = StageRegistry.stage(from: section, names)
    return names.inputs.stages.filter { swept[$0] != nil }
  }

  /// Every way in which several stages can be meant together.
  private func joined(_ stages: [String]) -> [Joint] {
    stages.reduce([Joint()]) { joints, stage in
      joints.flatMap { joint in
        (swept[stage] ?? []).compactMap { joint.joined(stage, $0) }
      }
    }
  }

  // MARK: Names

  /// The section's name and the settings; where one of them would be too long for a folder, its number.
  private func titles(_ name: String, _ choices: [Choice]) -> [String] {
    let titles = choices.map { choice in
      ([name]
        + choice.map { prefix($0.axis, in: name) + (words[$0.axis]?.name(of: $0.option) ?? "") })
        .joined(separator: "-")
    }
    guard titles.contains(where: { $0.utf8.count > Self.longest }) else { return titles }
    return titles.indices.map { "\(name)-setting=\($0 + 1)" }
  }

  private static let longest = 100

  /// Before a setting of a stage above.
  private func prefix(_ axis: Axis, in name: String) -> String {
    axis.stage == name ? "" : "\(axis.stage)."
  }

  private func settings(_ choice: Choice, of name: String) -> [(key: String, value: String)] {
    choice.flatMap { axis, option -> [(key: String, value: String)] in
      guard let found = words[axis] else { return [] }
      return zip(found.keys, found.words[option]).map { (prefix(axis, in: name) + $0, $1) }
    }
  }
}
