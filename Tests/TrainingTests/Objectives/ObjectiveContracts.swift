import Foundation
import Recipe
import TestSupport
import Testing
import Torch
import Training

/// What every objective promises, as functions that say how a promise is broken, or nil.
enum ObjectiveContracts {
  /// The numbers from which candidates are made, so that a check can change some of them.
  struct Numbers {
    var width: Int
    var policy: [Double]
    var reference: [Double]
    var previous: [Double]
    var lengths: [Double]
    var rewards: [Double]
    var preference: [Double]
    var sampler: [Double]
    var winRates: [Double]
    var labels: [Bool]
    var mismatched: [Double]
    var promptSums: [Double]
    var promptLengths: [Double]
    var valid: [Bool]

    var prompts: Int { policy.count / width }

    /// Five prompts: the second lacks a candidate where groups are larger than pairs, the fourth
    /// has one candidate only.
    init(for objective: some Objective, width: Int? = nil) throws {
      let width = width ?? objective.needs.width ?? 4
      self.width = width
      let count = 5 * width
      let random = try Generator(seed: 7, stream: "contracts")
      func drawn(_ mean: Double, _ deviation: Double, _ count: Int) throws -> [Double] {
        try random.normal([count], deviation: deviation, type: .float64).values().map { mean + $0 }
      }
      policy = try drawn(-12, 2, count)
      reference = try drawn(-12, 2, count)
      previous = try drawn(-12, 2, count)
      lengths = (0..<count).map { Double(3 + $0 % 7) }
      rewards = try drawn(0, 1, count)
      preference = try random.uniform([5]).values()
      sampler = try zip(policy, drawn(0, 0.5, count)).map { $0 + $1 }
      winRates = try random.uniform([count]).values()
      labels = (0..<count).map { $0 % 3 != 1 }
      mismatched = try drawn(0.5, 1, 5)
      promptSums = try drawn(-9, 2, 5)
      promptLengths = [4, 0, 2, 9, 1]
      valid = [Bool](repeating: true, count: count)
      if width > 2 { valid[width + 2] = false }
      for place in 3 * width + 1..<4 * width { valid[place] = false }
    }

    /// - Parameter missing: what is left out.
    func candidates(
      type: ElementType = .float64, without missing: ObjectiveNeeds = []
    ) throws -> Candidates {
      let sizes = [prompts, width]
      func given(_ need: ObjectiveNeeds, _ part: @autoclosure () throws -> Tensor) rethrows
        -> Tensor?
      {
        try missing.contains(need) ? nil : part()
      }
      let policy = try Tensor.of(policy, sizes).converted(to: type)
      try policy.requireGradient()
      return try Candidates(
        policy: policy, reference: given(.reference, Tensor.of(reference, sizes)),
        previous: given(.previous, Tensor.of(previous, sizes)),
        sampler: given(.sampler, Tensor.of(sampler, sizes)), lengths: Tensor.of(lengths, sizes),
        rewards: given(.rewards, Tensor.of(rewards, sizes)),
        winRates: given(.winRates, Tensor.of(winRates, sizes)),
        preference: Tensor.of(preference), isDesirable: given(.labels, Tensor.of(labels, sizes)),
        mismatched: given(.mismatches, Tensor.of(mismatched)),
        prompts: missing.contains(.prompts)
          ? nil : (Tensor.of(promptSums), Tensor.of(promptLengths)),
        valid: Tensor.of(valid, sizes))
    }

    /// The prompts in another order or a part of them.
    func prompts(_ order: [Int]) -> Numbers {
      var moved = candidatePlaces(order.flatMap { row in (0..<width).map { row * width + $0 } })
      moved.preference = order.map { preference[$0] }
      moved.mismatched = order.map { mismatched[$0] }
      moved.promptSums = order.map { promptSums[$0] }
      moved.promptLengths = order.map { promptLengths[$0] }
      return moved
    }

    /// The candidates of every prompt in reverse order, with the label reversed as well.
    func mirrored() -> Numbers {
      var moved = candidatePlaces(
        (0..<prompts).flatMap { row in (0..<width).map { row * width + width - 1 - $0 } })
      moved.preference = preference.map { 1 - $0 }
      return moved
    }

    private func candidatePlaces(_ places: [Int]) -> Numbers {
      var moved = self
      moved.policy = places.map { policy[$0] }
      moved.reference = places.map { reference[$0] }
      moved.previous = places.map { previous[$0] }
      moved.lengths = places.map { lengths[$0] }
      moved.rewards = places.map { rewards[$0] }
      moved.sampler = places.map { sampler[$0] }
      moved.winRates = places.map { winRates[$0] }
      moved.labels = places.map { labels[$0] }
      moved.valid = places.map { valid[$0] }
      return moved
    }
  }

  static func losses(_ objective: some Objective, _ numbers: Numbers) throws -> [Double] {
    try objective.loss(numbers.candidates()).values()
  }

  static func gradient(_ objective: some Objective, _ numbers: Numbers) throws -> [Double] {
    let candidates = try numbers.candidates()
    try objective.loss(candidates).sum().backward()
    return try candidates.policy.gradient?.values() ?? []
  }

  static func differ(
    _ found: [Double], _ expected: [Double], _ tolerance: Double, _ what: String
  ) -> String? {
    let same =
      found.count == expected.count
      && zip(found, expected).allSatisfy { abs($0 - $1) <= tolerance * max(1, abs($1)) }
    return same ? nil : "\(what): found \(found), expected \(expected)"
  }

  // MARK: The promises

  static func givesOneLossForEachPrompt(_ objective: some Objective) throws -> String? {
    let sizes = try objective.loss(Numbers(for: objective).candidates()).sizes
    return sizes == [5] ? nil : "losses have the shape \(sizes)"
  }

  /// The gradient is the slope of the loss, or the objective says that it is not.
  static func gradientIsTheSlope(_ objective: some Objective) throws -> String? {
    let numbers = try Numbers(for: objective)
    let step = 1e-5
    let slopes = try numbers.policy.indices.map { place in
      var (up, down) = (numbers, numbers)
      up.policy[place] += step
      down.policy[place] -= step
      let difference = try zip(losses(objective, up), losses(objective, down)).map { $0 - $1 }
      return difference.reduce(0, +) / (2 * step)
    }
    let found = try gradient(objective, numbers)
    guard objective.isSurrogate else { return differ(found, slopes, 1e-6, "gradient") }
    // Slopes are good to about 1e-10.
    let isSlope = differ(found, slopes, 1e-9, "gradient") == nil
    return isSlope ? "a surrogate whose gradient is its slope" : nil
  }

  static func orderOfPromptsIsNothing(_ objective: some Objective) throws -> String? {
    let numbers = try Numbers(for: objective)
    let whole = try losses(objective, numbers)
    for order in [[4, 3, 2, 1, 0], [2, 0, 4, 1, 3]] {
      let moved = try losses(objective, numbers.prompts(order))
      let found = differ(moved, order.map { whole[$0] }, 1e-12, "prompts \(order)")
      if found != nil { return found }
    }
    return nil
  }

  /// A prompt's loss and gradient are its own, or the objective says that they are not.
  static func promptsMeetOnlyWhereSaid(_ objective: some Objective) throws -> String? {
    let numbers = try Numbers(for: objective)
    let whole = try losses(objective, numbers)
    let slopes = try gradient(objective, numbers)
    let found = try [[1, 4], [2, 0], [4, 0], [1, 2], [0], [4]].compactMap { part in
      let places = part.flatMap { $0 * numbers.width..<($0 + 1) * numbers.width }
      let alone = numbers.prompts(part)
      return try differ(
        losses(objective, alone), part.map { whole[$0] }, 1e-12, "prompts \(part)")
        ?? differ(
          gradient(objective, alone), places.map { slopes[$0] }, 1e-12,
          "gradient of prompts \(part)")
    }
    if objective.couplesPrompts {
      return found.isEmpty ? "prompts are said to be coupled, and are not" : nil
    }
    return found.first
  }

  static func orderOfCandidatesIsNothing(_ objective: some Objective) throws -> String? {
    let numbers = try Numbers(for: objective)
    return differ(
      try losses(objective, numbers.mirrored()), try losses(objective, numbers), 1e-12, "mirrored")
  }

  static func inputsAreLeftAlone(_ objective: some Objective) throws -> String? {
    let candidates = try Numbers(for: objective).candidates()
    let parts = [candidates.policy, candidates.lengths, candidates.valid]
    let all =
      parts
      + [
        candidates.reference, candidates.previous, candidates.rewards, candidates.preference,
        candidates.sampler, candidates.winRates, candidates.isDesirable, candidates.mismatched,
        candidates.prompts?.logProbability, candidates.prompts?.lengths,
      ].compactMap { $0 }
    let before = try all.map { try $0.values(as: Double.self) }
    try objective.loss(candidates).sum().backward()
    return try all.map { try $0.values(as: Double.self) } == before ? nil : "an input was changed"
  }

  static func absentCandidatesHaveNoEffect(_ objective: some Objective) throws -> String? {
    let numbers = try Numbers(for: objective)
    var spoiled = numbers
    for place in numbers.valid.indices where !numbers.valid[place] {
      spoiled.policy[place] = place % 2 == 0 ? .nan : -.infinity
      spoiled.reference[place] = .nan
      spoiled.previous[place] = .infinity
      spoiled.rewards[place] = place % 2 == 0 ? .infinity : .nan
      spoiled.lengths[place] = 0
      spoiled.sampler[place] = .nan
      spoiled.winRates[place] = .nan
    }
    let slopes = try gradient(objective, spoiled)
    for place in slopes.indices where !numbers.valid[place] && slopes[place] != 0 {
      return "absent candidate \(place) has the gradient \(slopes[place])"
    }
    return try differ(losses(objective, spoiled), losses(objective, numbers), 0, "losses")
      ?? differ(slopes, gradient(objective, numbers), 0, "gradient")
  }

  static func smallGroupsTeachNothing(_ objective: some Objective) throws -> String? {
    var numbers = try Numbers(for: objective)
    let left = objective.smallestGroup - 1
    for place in numbers.valid.indices { numbers.valid[place] = place % numbers.width < left }
    let (found, slopes) = (try losses(objective, numbers), try gradient(objective, numbers))
    guard found.allSatisfy({ $0 == 0 }) else { return "losses \(found)" }
    guard slopes.allSatisfy({ $0 == 0 }) else { return "gradient \(slopes)" }
    let sum = try objective.summedLoss(numbers.candidates()).item()
    return sum == 0 ? nil : "their sum is \(sum)"
  }

  static func partsOfAStepAddUp(_ objective: some Objective) throws -> String? {
    if objective.couplesPrompts { return nil }
    let numbers = try Numbers(for: objective)
    let whole = try objective.summedLoss(numbers.candidates()).item()
    let sum = try [[0], [1, 2, 3], [4]].reduce(0.0) {
      try $0 + objective.summedLoss(numbers.prompts($1).candidates()).item()
    }
    return differ([sum], [whole], 1e-12, "sum")
  }

  static func float32IsNear(_ objective: some Objective) throws -> String? {
    let numbers = try Numbers(for: objective)
    let single = try objective.loss(numbers.candidates(type: .float32))
    guard single.type == .float32 else { return "the loss has the type \(single.type)" }
    return differ(try single.values(), try losses(objective, numbers), 1e-5, "float32")
  }

  /// What an objective needs it reads, and it says so where it is missing.
  static func whatIsNeededIsMissed(_ objective: some Objective) throws -> String? {
    let numbers = try Numbers(for: objective)
    let parts: [ObjectiveNeeds] = [
      .reference, .previous, .sampler, .rewards, .winRates, .labels, .mismatches, .prompts,
    ]
    for part in parts where objective.needs.contains(part) {
      let candidates = try numbers.candidates(without: part)
      if message({ _ = try objective.loss(candidates) }) == "nothing was thrown" {
        return "without \(part) there is a loss"
      }
    }
    return nil
  }

  static func otherWidthsAreRefused(_ objective: some Objective) throws -> String? {
    guard let width = objective.needs.width else { return nil }
    let candidates = try Numbers(for: objective, width: width + 1).candidates()
    let found = message { _ = try objective.loss(candidates) }
    let expected = "expected [prompt, candidate \(width)], found [5, \(width + 1)]"
    return found.hasSuffix(expected) ? nil : "of \(width + 1) candidates: \(found)"
  }

  /// The printed options are the recipe's.
  static func optionsAreReadBack<Method: Objective>(_ objective: Method) throws -> String? {
    let text = objective.options.map { "\($0.name): \($0.value)" }.joined(separator: "\n")
    let document = try RecipeDocument.parse(text, name: "recipe.yaml")
    let again = Method(from: document.root)
    do {
      try document.finish()
    } catch {
      return "\(error)"
    }
    let (mine, theirs) = (objective.options.map(\.value), again.options.map(\.value))
    return mine == theirs ? nil : "\(mine) became \(theirs)"
  }

  // MARK: Promises of some objectives

  static func constantsOfALogRatioCancel(_ objective: some Objective) throws -> String? {
    try holds(objective, "shifted log-ratios") { numbers in
      for place in numbers.policy.indices {
        numbers.policy[place] += Double(place / numbers.width)
      }
    }
  }

  static func constantsOfARewardCancel(_ objective: some Objective) throws -> String? {
    try holds(objective, "shifted rewards") { numbers in
      for place in numbers.rewards.indices {
        numbers.rewards[place] += 3 - Double(place / numbers.width)
      }
    }
  }

  static func onlyTheOrderOfRewardsCounts(_ objective: some Objective) throws -> String? {
    try holds(objective, "rewards of the same order") { numbers in
      for place in numbers.rewards.indices { numbers.rewards[place] = exp(numbers.rewards[place]) }
    }
  }

  static func theReferenceIsNotRead(_ objective: some Objective) throws -> String? {
    try holds(objective, "another reference") { numbers in
      for place in numbers.reference.indices { numbers.reference[place] = .nan }
    }
  }

  /// Every token twice: sums and lengths double.
  static func repeatedTokensChangeNothing(_ objective: some Objective) throws -> String? {
    try holds(objective, "repeated tokens") { numbers in
      for place in numbers.policy.indices {
        numbers.policy[place] *= 2
        numbers.reference[place] *= 2
        numbers.previous[place] *= 2
        numbers.lengths[place] *= 2
      }
    }
  }

  private static func holds(
    _ objective: some Objective, _ what: String, _ change: (inout Numbers) -> Void
  ) throws -> String? {
    var numbers = try Numbers(for: objective)
    let before = try losses(objective, numbers)
    change(&numbers)
    return differ(try losses(objective, numbers), before, 1e-12, what)
  }
}
