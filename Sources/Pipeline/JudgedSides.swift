import Recipe

/// Reads the names of a recipe's judging as sides of comparisons, as far as its evaluation has them.
struct JudgedSides {
  let evaluation: EvaluationPlan?
  /// Settings by the stage that the recipe writes in their place.
  let swept: [String: [String]]
  /// Stages of which nothing can be said, because of a mistake elsewhere.
  let unknown: Set<String>
  let seeds: [Int]

  /// - Returns: nil for a name that the evaluation does not have.
  func side(_ word: String) -> JudgedSide? {
    switch word {
    case "reference": return .reference
    case "chosen": return .chosen
    // The reference by its own name.
    case evaluation?.reference.description, evaluation?.reference.title: return .reference
    default: break
    }
    if let group = evaluation?.group(of: word) { return .group(group) }
    // A folder or a server as results call it.
    if evaluation?.givenTitles.contains(word) == true { return .group(word) }
    if let size = JudgedSide.bestOf(word) { return .bestOf(size) }
    // The longest policy that the word begins with: names of folders hold slashes themselves.
    for place in word.indices.reversed() where word[place] == "/" {
      guard let group = evaluation?.group(of: String(word[..<place])) else { continue }
      return JudgedSide.place(word[word.index(after: place)...]).map {
        .policy(group: group, seed: $0.seed, step: $0.step)
      }
    }
    return nil
  }

  /// Whether a name is of a stage of which nothing can be said, as `dpo` and `dpo/seed-0` are.
  func isUnknown(_ word: String) -> Bool {
    let stage = String(word.prefix { $0 != "/" })
    // Settings of a sweep are called after their stage.
    return unknown.contains(word) || unknown.contains { stage == $0 || stage.hasPrefix("\($0)-") }
  }

  /// All that a name stands for: a swept stage for every setting of it.
  func sides(_ word: String) -> [JudgedSide]? {
    let parts = word.split(separator: "/", maxSplits: 1).map(String.init)
    guard let settings = swept[parts[0]], evaluation?.group(of: word) == nil else {
      return side(word).map { [$0] }
    }
    let tail = parts.count > 1 ? "/\(parts[1])" : ""
    let found = settings.compactMap { side($0 + tail) }
    return found.count == settings.count ? found : nil
  }

  /// Whether two names are of one policy: its last checkpoint stands for it.
  func isSame(_ one: JudgedSide, _ other: JudgedSide) -> Bool {
    func plain(_ side: JudgedSide) -> JudgedSide {
      guard case .policy(let group, let seed, let step?) = side,
        evaluation?.stage(of: group)?.stage.checkpointSteps?.last == step
      else { return side }
      return seed == nil ? .group(group) : .policy(group: group, seed: seed, step: nil)
    }
    return plain(one) == plain(other)
  }

  /// Why a side will not be there; nil where nothing speaks against it.
  func objection(to side: JudgedSide, named word: String) -> String? {
    switch side {
    case .reference: return nil
    case .chosen:
      return evaluation?.chosen == EvaluationPlan.Chosen.none
        ? "chosen needs completions to compare with, and the evaluation has chosen: none" : nil
    case .bestOf(let size):
      guard let evaluation else { return nil }
      guard evaluation.settings.bestOf.contains(size), evaluation.settings.bestOfPrompts > 0 else {
        let sizes = evaluation.settings.bestOf.map(String.init).joined(separator: ", ")
        let offer = sizes.isEmpty ? "which has none" : "which has \(sizes)"
        return "\(word) is no size of evaluation.best_of, \(offer)"
      }
      return nil
    case .policy(let group, let seed, let step):
      guard let evaluation, seed != nil || step != nil else { return nil }
      guard let stage = evaluation.stage(of: group) else {
        return "\(word): \(group) is a model as it is, without seeds and steps"
      }
      if let seed, !stage.repeats || !seeds.contains(seed) {
        return "\(word): \(group) is trained with "
          + (stage.repeats
            ? "seeds \(seeds.map(String.init).joined(separator: ", "))" : "no seeds of its own")
      }
      if let step, let steps = stage.stage.checkpointSteps, !steps.contains(step) {
        let offer = steps.map(String.init).joined(separator: ", ")
        return "\(word): checkpoints of \(group) are at step \(offer)"
      }
      return nil
    }
  }
}

extension JudgedSides {
  /// What keeps a side from sitting examinations, which final checkpoints do, in words that go on from
  /// "wants".
  func absence(of side: JudgedSide) -> String? {
    guard case .policy(let group, _, let step?) = side,
      let last = evaluation?.stage(of: group)?.stage.checkpointSteps?.last, step != last
    else { return nil }
    return "a model that sits examinations: of \(group) its last checkpoint, step-\(last), and not "
      + name(of: side)
  }
}

extension JudgedSide {
  /// Whether an evaluation has numbers of it alone.
  var isMeasured: Bool {
    switch self {
    case .reference, .policy: true
    case .chosen, .bestOf: false
    }
  }
}

extension JudgedSides {
  /// The reference and the policies, as results call them.
  var policyNames: [String] {
    guard let evaluation else { return [] }
    return [evaluation.reference.title] + evaluation.policies.map(evaluation.title)
  }

  /// What a recipe calls a side.
  func name(of side: JudgedSide) -> String {
    switch side {
    case .reference: "reference"
    case .chosen: "chosen"
    case .bestOf(let size): "best-of-\(size)"
    case .policy(let group, let seed, let step):
      [group, seed.map { "seed-\($0)" }, step.map { "step-\($0)" }].compactMap(\.self)
        .joined(separator: "/")
    }
  }

  /// What there is, in words.
  var offer: String {
    let sizes = evaluation?.settings.bestOf.isEmpty ?? true ? "" : ", best-of-N"
    let names = evaluation.map { $0.policies.map { ", \($0)" }.joined() } ?? ""
    return "reference, chosen\(names)\(sizes)"
  }
}
