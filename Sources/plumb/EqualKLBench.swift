import Command
import Statistics

/// `plumb bench equal-kl`: how often readings of reward at equal KL hold what they should, by what they
/// were chosen on; one JSON line a cell, for `benchmarks/equal-kl`.
struct EqualKLBench {
  /// What vertices and weights are chosen on, beside the data that they are read on.
  enum Choice: String, CaseIterable {
    case same = "the same data"
    case prompts = "other prompts, same seeds"
    case fresh = "other prompts, other seeds"
  }

  struct Cell: Encodable {
    var question: String
    var chosenOn: String?
    var cap: Double?
    var sets: Int
    /// Of the intervals that got a number: how many hold the true reward of the chosen mixture, those
    /// for all caps together and those for one cap alone.
    var coverage: Double?
    var coverageAlone: Double?
    /// Mean of reading less truth.
    var bias: Double?
    var width: Double?
    /// Share of sets without a number.
    var withheld: Double?
    /// Share of sets in which all intervals hold, or in which a word is false.
    var together: Double?
    var alarms: Double?
  }

  static let caps = [1.0, 2, 4, 8, 16]

  let sets: Int
  let world: EqualKLWorld
  private let output = Output(format: .json, isQuiet: false)
  private let terms = EqualTerms(margin: 0.3)

  init(sets: Int, prompts: Int) {
    self.sets = sets
    world = EqualKLWorld(settings: 8, checkpoints: 4, seeds: 5, prompts: prompts)
  }

  func run() throws {
    for choice in Choice.allCases { try readings(choice) }
    try pairs("two methods alike, luck of choosing left out", shift: 0, countsLuck: false)
    try pairs("two methods alike", shift: 0)
    try pairs("two methods apart by the margin", shift: 0.3)
    try pairs("two methods apart by 0.6", shift: 0.6)
  }

  private func hardness(_ generator: inout SeededGenerator) -> [Double] {
    (0..<world.prompts).map { _ in generator.normal() }
  }

  /// Chooses on one draw, reads on another.
  private func chosen(
    _ world: EqualKLWorld, _ choice: Choice, hardness: [Double], wantsLuck: Bool = false,
    _ generator: inout SeededGenerator
  ) -> (mixtures: [Mixture?], tables: EqualKLWorld.Tables, luck: [Double])? {
    let trainings = world.train(&generator)
    let all = Set(0..<world.points)
    let seen =
      choice == .same
      ? hardness : (0..<world.prompts).map { _ in generator.normal() }
    let selection = world.measure(all, of: trainings, seen, &generator)
    guard let hull = world.hull(selection) else { return nil }
    let mixtures = Self.caps.map(hull.mixture(atMost:))
    if choice == .same { return (mixtures, selection, []) }
    let tested = choice == .fresh ? world.train(&generator) : trainings
    let asked = Set(mixtures.compactMap(\.self).flatMap { $0.parts.map(\.point) })
    let luck =
      wantsLuck
      ? ChoiceLuck(resamples: 100).variances(
        rewards: selection.rewards.compactMap(\.self), kls: selection.kls.compactMap(\.self),
        caps: Self.caps) : []
    return (mixtures, world.measure(asked, of: tested, hardness, &generator), luck)
  }

  private func readings(_ choice: Choice) throws {
    var generator = SeededGenerator(seed: 20_240_602)
    var covered = [Int](repeating: 0, count: Self.caps.count)
    var (read, alone) = (covered, covered)
    var (bias, width) = (covered.map(Double.init), covered.map(Double.init))
    var together = 0
    for _ in 0..<sets {
      let hard = hardness(&generator)
      guard let (mixtures, tables, _) = chosen(world, choice, hardness: hard, &generator) else {
        continue
      }
      let values = mixtures.map { $0?.values(tables.rewards) }
      let found = terms.readings(.real, values)
      let single = values.map { terms.readings(.real, [$0])[0] }
      var isWhole = true
      for (cap, (mixture, estimate)) in zip(mixtures, found).enumerated() {
        guard let mixture, let estimate, let interval = estimate.interval else { continue }
        let truth = mixture.parts.reduce(0) { $0 + $1.weight * world.reward($1.point) }
        read[cap] += 1
        bias[cap] += estimate.value - truth
        width[cap] += interval.high - interval.low
        if interval.contains(truth) { covered[cap] += 1 } else { isWhole = false }
        if single[cap]?.interval?.contains(truth) == true { alone[cap] += 1 }
      }
      if isWhole { together += 1 }
    }
    for (place, cap) in Self.caps.enumerated() {
      let count = Double(max(1, read[place]))
      try output.print(
        json: Cell(
          question: "reward at a cap", chosenOn: choice.rawValue, cap: cap, sets: sets,
          coverage: Double(covered[place]) / count, coverageAlone: Double(alone[place]) / count,
          bias: bias[place] / count,
          width: width[place] / count, withheld: 1 - Double(read[place]) / Double(sets),
          together: Double(together) / Double(sets)))
    }
  }

  /// How often two methods are told apart, or called equivalent, at some cap.
  private func pairs(_ question: String, shift: Double, countsLuck: Bool = true) throws {
    var generator = SeededGenerator(seed: 20_240_603)
    var (apart, alike) = (0, 0)
    var other = world
    other.shift = shift
    for _ in 0..<sets {
      let hard = hardness(&generator)
      let methods = [world, other].compactMap { world in
        chosen(world, .fresh, hardness: hard, wantsLuck: countsLuck, &generator).map {
          (
            tables: $0.mixtures.map { [tables = $0.tables] in $0?.values(tables.rewards) },
            luck: $0.luck
          )
        }
      }
      let verdicts = terms.contrasts(
        methods.map(\.tables), luck: countsLuck ? methods.map(\.luck) : []
      ).map(\.verdict)
      if verdicts.contains(.higher) || verdicts.contains(.lower) { apart += 1 }
      if verdicts.contains(.equivalent) { alike += 1 }
    }
    try output.print(
      json: Cell(
        question: question + ": told apart at some cap", sets: sets,
        alarms: Double(apart) / Double(sets)))
    try output.print(
      json: Cell(
        question: question + ": called equivalent within 0.3 at some cap", sets: sets,
        alarms: Double(alike) / Double(sets)))
  }
}
