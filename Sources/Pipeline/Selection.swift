import Evaluation
import Report
import Runs
import Statistics
import Training

/// What a selection chose for each method, and what the evaluation found of it.
struct Selection {
  /// A policy that may be chosen: the reference, or a setting at a checkpoint.
  private struct Point: Hashable {
    let group: String
    let step: Int?
  }

  private struct Choice {
    var name: String
    var title: String
    /// The reference first.
    var points: [Point]
    var mixtures: [Mixture?]
    /// The variance that choosing adds at each cap.
    var luck: [Double]
  }

  private let terms: SelectionTerms
  private let reference: String
  private let choices: [Choice]
  /// What was chosen, without measurements.
  let record: EqualTermsRecord

  /// - Parameter values: of the selection's prompts, the reference first.
  /// - Throws: `TrainingError.unusable` where no prompt has finite values of all policies.
  init(_ terms: SelectionTerms, _ values: [PolicyValues], seeds: [Int], remarks given: [String])
    throws
  {
    self.terms = terms
    guard let base = values.first else {
      throw TrainingError.unusable("selection: there is no policy to choose from")
    }
    reference = base.policy.id
    var remarks = given
    let strangers = values.filter { $0.kl == nil }.map(\.policy.id)
    if !strangers.isEmpty {
      remarks.append(
        "Without a divergence from the reference there is no choice among \(strangers.joined(separator: ", "))."
      )
    }
    let usable = values.filter { $0.kl != nil && Self.gains($0, terms.by) != nil }
    let kept = try Self.finite(usable, by: terms.by, "selection")
    var methods: [(name: String, title: String, points: [Point])] = []
    var tables: [Point: [PolicyValues]] = [:]
    var sums: [Point: (kl: Double, reward: Double, seeds: Int)] = [:]
    for one in usable {
      let point = Self.point(of: one.policy, reference)
      tables[point, default: []].append(one)
      let kl = Self.mean(one.kl, kept)
      let reward = Self.mean(Self.gains(one, terms.by), kept)
      let before = sums[point] ?? (0, 0, 0)
      sums[point] = (before.kl + kl, before.reward + reward, before.seeds + 1)
      guard one.policy.id != reference else { continue }
      let name = one.policy.sweep ?? one.policy.group
      let place = methods.firstIndex { $0.name == name } ?? methods.count
      if place == methods.count { methods.append((name, one.policy.method, [])) }
      if methods[place].title != one.policy.method { methods[place].title = name }
      if !methods[place].points.contains(point) { methods[place].points.append(point) }
    }
    func trial(_ point: Point) -> EqualTermsRecord.Trial {
      let sum = sums[point] ?? (.nan, .nan, 1)
      return EqualTermsRecord.Trial(
        group: point.group, step: point.step, kl: sum.kl / Double(sum.seeds),
        reward: sum.reward / Double(sum.seeds))
    }
    let start = Point(group: reference, step: nil)
    var choices: [Choice] = []
    var found: [EqualTermsRecord.Method] = []
    for method in methods {
      let points = [start] + method.points
      let trials = points.map(trial)
      let hull = ConcaveHull(
        trials.map { ConcaveHull.Point(kl: $0.kl, reward: $0.reward) })
      let mixtures = terms.questions.map { Self.mixture(hull, $0.question, $0.at) }
      let luck = ChoiceLuck().variances(
        rewards: points.map { Self.table(tables[$0] ?? [], kept) { Self.gains($0, terms.by) } },
        kls: points.map { Self.table(tables[$0] ?? [], kept, \.kl) }, caps: terms.caps)
      choices.append(
        Choice(
          name: method.name, title: method.title, points: points, mixtures: mixtures, luck: luck))
      let readings = zip(terms.questions, mixtures).map { question, mixture in
        EqualTermsRecord.Reading(
          question: question.question, at: question.at,
          parts: (mixture?.parts ?? []).map {
            EqualTermsRecord.Part(
              group: points[$0.point].group, step: points[$0.point].step, weight: $0.weight)
          })
      }
      found.append(
        EqualTermsRecord.Method(
          name: method.name, title: method.title,
          settings: Set(method.points.map(\.group)).count, trials: Array(trials.dropFirst()),
          readings: readings))
    }
    remarks += Self.luckRemarks(usable.map(\.policy), terms, seeds)
    self.choices = choices
    record = EqualTermsRecord(
      by: terms.by.rawValue, selectionPrompts: kept.count, selectionSeeds: terms.seeds, prompts: 0,
      seeds: seeds, margin: terms.margin, methods: found, remarks: remarks)
  }

  /// What numbers of few trainings do not say.
  private static func luckRemarks(
    _ policies: [EvaluatedPolicy], _ terms: SelectionTerms, _ seeds: [Int]
  ) -> [String] {
    var remarks: [String] = []
    let trained = policies.filter { $0.step != nil }
    var once: [String] = []
    for policy in trained where policy.seed == nil {
      let name = policy.sweep ?? policy.group
      if !once.contains(name) { once.append(name) }
    }
    if !once.isEmpty {
      remarks.append(
        "\(once.joined(separator: ", ")): trained once for all seeds; the same training chose and is measured, so that "
          + "its numbers speak of other prompts alone and may be too good.")
    }
    guard trained.contains(where: { $0.seed != nil }) else { return remarks }
    if terms.seeds.count == 1 {
      remarks.append(
        "One seed chose: the luck of choosing is counted over prompts alone.")
    }
    if seeds.count == 1 { remarks.append("One seed measured: luck of training is not measured.") }
    return remarks
  }

  /// Whether a question's answer takes a group at a step.
  func chose(_ group: String, at step: Int) -> Bool {
    record.methods.contains { method in
      method.readings.contains { reading in
        reading.parts.contains { $0.group == group && $0.step == step }
      }
    }
  }

  /// Groups that have to be trained with fresh seeds.
  var chosen: [String] { record.chosen(besides: reference) }

  private static func mixture(
    _ hull: ConcaveHull?, _ question: EqualTermsRecord.Question, _ at: Double?
  ) -> Mixture? {
    guard let hull else { return nil }
    switch question {
    case .kl: return at.flatMap(hull.mixture(atMost:))
    case .reward: return at.flatMap(hull.mixture(reaching:))
    case .average: return at.flatMap(hull.average(upTo:))
    case .best: return hull.corners.last.map { Mixture([Mixture.Part(point: $0, weight: 1)]) }
    }
  }

  // MARK: Measuring

  /// The record with what test prompts and fresh seeds say of what was chosen.
  ///
  /// - Parameter values: of the evaluation, the reference first.
  func measured(_ values: [PolicyValues], _ settings: EvaluationSettings) throws -> EqualTermsRecord
  {
    let kept = try Self.finite(values.filter { $0.kl != nil }, by: terms.by, "evaluation")
    var tables: [Point: [PolicyValues]] = [:]
    for one in values where one.kl != nil {
      tables[Self.point(of: one.policy, reference), default: []].append(one)
    }
    func table(_ point: Point, _ value: (PolicyValues) -> [Double]?) -> [[Double]]? {
      let rows = Self.table(tables[point] ?? [], kept, value)
      return rows.isEmpty || rows.joined().contains { !$0.isFinite } ? nil : rows
    }
    let equal = EqualTerms(settings.inference, margin: terms.margin)
    var record = record
    record.prompts = kept.count
    var gains: [[[[Double]]?]] = []
    for (place, choice) in choices.enumerated() {
      func asked(_ value: (PolicyValues) -> [Double]?) -> [[[Double]]?] {
        let known = choice.points.map { table($0, value) }
        return choice.mixtures.map { $0?.values(known) }
      }
      let rewards = asked(\.rewards)
      let heldOut = asked(\.heldOutRewards)
      let divergences = asked(\.kl)
      let parts = [
        (\EqualTermsRecord.Reading.reward, Measure.reward, Inference.Quantity.real, rewards),
        (\.heldOutReward, .heldOutReward, .real, heldOut),
        (\.kl, .kl, .nonnegative, divergences),
      ]
      for (field, measure, quantity, tables) in parts {
        // Questions of one kind hold together.
        for kind in [EqualTermsRecord.Question.kl, .reward, .average, .best] {
          let places = terms.questions.indices.filter { terms.questions[$0].question == kind }
          let found = equal.readings(quantity, places.map { tables[$0] })
          for (question, estimate) in zip(places, found) {
            record.methods[place].readings[question][keyPath: field] = estimate.map {
              Self.measurement(measure, $0, of: choice.name)
            }
          }
        }
      }
      let chosenBy = terms.by == .reward ? rewards : heldOut
      gains.append(
        terms.questions.indices.filter { terms.questions[$0].question == .kl }.map { chosenBy[$0] })
    }
    let measure = terms.by == .reward ? Measure.reward : .heldOutReward
    record.contrasts = equal.contrasts(gains, luck: choices.map(\.luck)).map { contrast in
      EqualTermsRecord.Contrast(
        first: choices[contrast.first].name, second: choices[contrast.second].name,
        cap: terms.caps[contrast.question],
        difference: Self.measurement(
          measure, contrast.difference, of: choices[contrast.first].name,
          against: choices[contrast.second].name),
        pValue: contrast.pValue, correctedPValue: contrast.correctedPValue,
        verdict: contrast.verdict.rawValue)
    }
    record.remarks += record.methods.compactMap(Self.overshoot)
    return record
  }

  /// That a mixture's KL, measured anew, lies above what it was chosen for.
  static func overshoot(_ method: EqualTermsRecord.Method) -> String? {
    let above = method.readings.filter { reading in
      guard reading.question == .kl, let cap = reading.at, let low = reading.kl?.low else {
        return false
      }
      return low > cap
    }
    guard !above.isEmpty else { return nil }
    let caps = above.map { reading in
      let reached = Numeral.fixed(reading.kl?.value ?? .nan, decimals: 2)
      return "\(Numeral.plain(reading.at ?? .nan)) (\(reached))"
    }
    return "\(method.name): its KL on fresh seeds and test prompts is above the cap of "
      + "\(caps.joined(separator: ", ")) nats, interval and all: what was chosen moves further from seed to "
      + "seed than the selection could see, and its reward there is not one at that cap."
  }

  private static func measurement(
    _ measure: Measure, _ estimate: Estimate, of subject: String, against reference: String? = nil
  ) -> Measurement {
    Measurement(
      name: measure.name, subject: subject, reference: reference, value: estimate.value,
      low: estimate.interval?.low, high: estimate.interval?.high, count: estimate.count,
      clusters: estimate.clusters, unit: measure.unit, direction: measure.direction,
      method: estimate.basis?.words ?? "", confidence: estimate.basis?.confidence)
  }

  // MARK: Values

  /// `[seed][prompt]`
  private static func table(
    _ values: [PolicyValues], _ kept: [Int], _ value: (PolicyValues) -> [Double]?
  ) -> [[Double]] {
    values.sorted { ($0.policy.seed ?? -1) < ($1.policy.seed ?? -1) }
      .compactMap(value).map { row in kept.map { row[$0] } }
  }

  private static func point(of policy: EvaluatedPolicy, _ reference: String) -> Point {
    policy.id == reference
      ? Point(group: reference, step: nil) : Point(group: policy.group, step: policy.step)
  }

  private static func gains(_ values: PolicyValues, _ by: SelectionTerms.Yardstick) -> [Double]? {
    by == .reward ? values.rewards : values.heldOutRewards
  }

  private static func mean(_ values: [Double]?, _ kept: [Int]) -> Double {
    Sample.mean(kept.map { values?[$0] ?? .nan }) ?? .nan
  }

  /// Prompts on which all policies have finite values.
  private static func finite(
    _ values: [PolicyValues], by: SelectionTerms.Yardstick, _ what: String
  ) throws -> [Int] {
    let prompts = values.first?.kl?.indices ?? 0..<0
    let kept = prompts.filter { prompt in
      values.allSatisfy {
        ($0.kl?[prompt] ?? .nan).isFinite && (gains($0, by)?[prompt] ?? .nan).isFinite
      }
    }
    guard !kept.isEmpty else {
      throw TrainingError.unusable(
        "\(what): no prompt has a finite \(by.rawValue) and a finite KL of every policy, so that nothing "
          + "can be chosen; raise samples, or look at the policies in plumb compare")
    }
    return Array(kept)
  }
}
