import Runs
import Statistics

/// The records of one run, arranged for reading: groups in order, their styles and labels, and
/// measurements by what they measure.
struct Study {
  /// The checkpoints of one stage: one method with one set of options.
  struct Group {
    let id: String
    let method: String
    /// The method with what tells this group from others of it.
    let words: String
    let style: SeriesStyle
    /// By seed, then by step.
    let policies: [EvaluatedPolicy]

    /// The stage's name, as the recipe and `plumb compare` have it.
    var label: String { id }
    var finals: [EvaluatedPolicy] { policies.filter(\.isFinal) }
    var seeds: [Int] { Array(Set(policies.compactMap(\.seed))).sorted() }
  }

  /// What a measurement is looked up against.
  enum Comparison { case none, reference, chosen }

  let input: ReportInput
  /// Distinguishes element ids of several runs in one page.
  let prefix: String
  /// The run's name where the page holds several, otherwise empty.
  let runLabel: String
  /// All groups but the reference policy's.
  let groups: [Group]
  let reference: EvaluatedPolicy?
  private let bySubject: [String: [Measurement]]

  /// Studies of all runs of a page, with styles that agree between them.
  static func all(_ inputs: [ReportInput]) -> [Study] {
    var members: [[(id: String, policies: [EvaluatedPolicy])]] = []
    for input in inputs {
      var order: [String] = []
      var policies: [String: [EvaluatedPolicy]] = [:]
      for policy in input.evaluation.policies where policy.id != input.evaluation.reference {
        if policies[policy.group] == nil { order.append(policy.group) }
        policies[policy.group, default: []].append(policy)
      }
      members.append(order.map { ($0, policies[$0] ?? []) })
    }
    let methods = members.flatMap { $0.map { $0.policies.first?.method ?? $0.id } }
    var styles = SeriesStyle.styles(forMethods: methods)[...]
    return inputs.indices.map { index in
      let mine = styles.prefix(members[index].count)
      styles = styles.dropFirst(members[index].count)
      return Study(
        input: inputs[index], members: members[index], styles: Array(mine),
        prefix: inputs.count > 1 ? "r\(index + 1)-" : "",
        runLabel: inputs.count > 1 ? inputs[index].name : "")
    }
  }

  private init(
    input: ReportInput, members: [(id: String, policies: [EvaluatedPolicy])],
    styles: [SeriesStyle], prefix: String, runLabel: String
  ) {
    self.input = input
    self.prefix = prefix
    self.runLabel = runLabel
    reference = input.evaluation.policies.first { $0.id == input.evaluation.reference }
    // Where nothing else ranks the policies, what judges say does.
    let judged = input.hasRewards ? [] : JudgedRate.measurements(input.judging)
    bySubject = Dictionary(
      grouping: input.evaluation.measurements + judged, by: \.subject)
    let words = Self.words(of: members)
    groups = members.indices.map { index in
      Group(
        id: members[index].id, method: members[index].policies.first?.method ?? members[index].id,
        words: words[index], style: styles[index],
        policies: members[index].policies.sorted {
          ($0.seed ?? -1, $0.step ?? -1, $0.id) < ($1.seed ?? -1, $1.step ?? -1, $1.id)
        })
    }
  }

  /// What each group is: the method, with the options that tell it from others of one method.
  private static func words(of members: [(id: String, policies: [EvaluatedPolicy])]) -> [String] {
    func method(_ index: Int) -> String { members[index].policies.first?.method ?? "" }
    func options(_ index: Int) -> [String: String] { members[index].policies.first?.options ?? [:] }
    return members.indices.map { index -> String in
      let siblings = members.indices.filter { method($0) == method(index) }
      guard siblings.count > 1 else { return method(index) }
      let telling = Set(siblings.flatMap { options($0).keys }).sorted().filter { key in
        Set(siblings.map { options($0)[key] }).count > 1
      }
      // Of dozens, no more is said than tells them apart.
      let chosen =
        members.count > 16
        ? telling.reduce(into: [String]()) { kept, key in
          func distinct(_ keys: [String]) -> Int {
            Set(siblings.map { sibling in keys.map { options(sibling)[$0] } }).count
          }
          if distinct(kept + [key]) > distinct(kept) { kept.append(key) }
        } : telling
      return
        ([method(index)]
        + chosen.compactMap { key in
          options(index)[key].map { "\(key) \($0)" }
        }).joined(separator: ", ")
    }
  }

  /// The confidence of the run's intervals, in percent.
  var percent: String { IntervalBasis.percent(input.evaluation.confidence) }

  /// More groups than a reader can tell apart by colour and marker: figures then number them, in
  /// the order of the first table, and show each once, over its seeds.
  var isCrowded: Bool { groups.count > 16 }

  /// The number of a group among ``groups`` and its label, where the page numbers them.
  func numbered(_ group: Group) -> String {
    guard isCrowded, let place = groups.firstIndex(where: { $0.id == group.id }) else {
      return group.label
    }
    return "\(place + 1) \(group.label)"
  }

  /// The number of the group that a subject is or is of, with the seed behind it where the group has
  /// several; nil for the reference and what is of no group.
  func number(ofSubject subject: String) -> String? {
    for (place, group) in groups.enumerated() {
      if group.id == subject { return "\(place + 1)" }
      guard let policy = group.policies.first(where: { $0.id == subject }) else { continue }
      let seed = policy.seed.map { "/\($0)" } ?? ""
      return "\(place + 1)\(group.finals.count > 1 ? seed : "")"
    }
    return nil
  }

  /// `label`, with the run before it where a page holds several.
  func qualified(_ label: String) -> String {
    runLabel.isEmpty ? label : "\(runLabel): \(label)"
  }

  /// The first measurement of `name` for a policy or group, compared as asked.
  func measurement(_ name: String, of subject: String, against comparison: Comparison = .none)
    -> Measurement?
  {
    let candidates = (bySubject[subject] ?? []).filter { $0.name == name }
    switch comparison {
    case .none:
      return candidates.first { $0.reference == nil } ?? candidates.first
    case .reference:
      return candidates.first { $0.reference == input.evaluation.reference }
        ?? candidates.first { $0.reference == "sft" || $0.reference == "reference" }
    case .chosen:
      return candidates.first { $0.reference == "chosen" }
    }
  }

  /// A measurement over the seeds of a group; nil where the group is measured per policy only.
  func groupMeasurement(_ name: String, _ group: Group, against comparison: Comparison = .none)
    -> Measurement?
  {
    measurement(name, of: group.id, against: comparison)
  }

  /// A group's number: over its seeds, or its only final checkpoint's.
  func result(_ name: String, of group: Group, against comparison: Comparison = .none)
    -> Measurement?
  {
    group.finals.count == 1
      ? measurement(name, of: group.finals[0].id, against: comparison)
      : groupMeasurement(name, group, against: comparison)
  }

  /// What tells a policy apart inside its group.
  func place(_ policy: EvaluatedPolicy, showsStep: Bool = true) -> String {
    let words = [
      policy.seed.map { "seed \($0)" }, showsStep ? policy.step.map { "step \($0)" } : nil,
    ].compactMap { $0 }
    return words.isEmpty ? policy.id : words.joined(separator: ", ")
  }

  /// The group and label of a subject of measurements, be it a policy or a group.
  func label(ofSubject subject: String) -> String {
    if subject == input.evaluation.reference { return subject }
    for group in groups {
      if group.id == subject { return group.label }
      if let policy = group.policies.first(where: { $0.id == subject }) {
        return "\(group.label), \(place(policy))"
      }
    }
    return subject
  }

  func style(ofSubject subject: String) -> SeriesStyle {
    groups.first { $0.id == subject || $0.policies.contains { $0.id == subject } }?.style ?? .ink
  }

  /// Models that were found as they are: nothing says how they were trained.
  var isOfGivenModels: Bool {
    !groups.isEmpty && groups.allSatisfy { $0.policies.allSatisfy { $0.step == nil } }
  }

  var finals: [EvaluatedPolicy] { groups.flatMap(\.finals) }
  var seeds: [Int] { Array(Set(groups.flatMap(\.seeds))).sorted() }
}
