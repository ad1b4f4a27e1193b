import Command
import Runs

/// What conditions on an evaluation or on examinations can be about, known before anything is measured.
struct MeasuredNames {
  /// Names of measures that there will be a number of.
  var measures: [String] = []
  /// Numbers of the table at equal KL, where there is a selection, and the methods in it.
  var equalTerms: [EqualTermsQuantity] = []
  var methods: [String] = []
  /// Of the table at equal KL the measure that differences are of.
  var chosenBy = Measure.reward
  /// Metrics by examination; nil where only its files tell.
  var exams: [String: [String]?] = [:]
  /// Names of models, for a reader.
  var models: [String]
  /// What a name of a model is missing; nil where there is such a model.
  var objection: (_ name: String) -> String?
  /// What keeps a model from sitting examinations; nil for nothing.
  var absence: (_ name: String) -> String? = { _ in nil }
  /// Names of the reference.
  var reference: (_ name: String) -> Bool = { _ in false }
  /// Conditions of one examination, whose name they do not repeat.
  var isOfOneExam = false

  /// What a policy is compared with the reference by: the reference has none.
  private static let comparisons = [
    Measure.winRate, .promptsWorse, .rewardDifference, .rewardGap, .preferenceAccuracy,
    .rewardMargin, .chosenLogRatio, .rejectedLogRatio,
  ].map(\.name)

  /// What a condition wants in the place of something that will not be measured, in words that go on
  /// from "wants"; nil where it can be held.
  func objection(to requirement: Requirement) -> String? {
    let (quantity, subject) = (requirement.quantity, requirement.subject)
    if let subject, isOfOneExam, exams.keys.contains(subject), objection(subject) != nil {
      return "no name but a model's: it is a condition on \(subject) already"
    }
    if let subject, !isOfOneExam, let metrics = exams[subject] {
      return metrics.flatMap { Self.objection(to: quantity, among: $0) }
    }
    if !isOfOneExam, !equalTerms.isEmpty, let asked = EqualTermsQuantity(quantity) {
      guard equalTerms.contains(asked) else {
        return "a cap of the selection (there is \(equalTerms.map(\.name).joined(separator: ", ")))"
      }
      return objection(to: subject, asked)
    }
    if !exams.values.contains(nil) {
      let metrics = exams.sorted { $0.key < $1.key }.compactMap(\.value).joined()
      let problem = Self.objection(
        to: quantity, among: (measures + equalTerms.map(\.name) + metrics).distinctTexts)
      if let problem { return problem }
    }
    guard let subject else { return nil }
    if let problem = objection(subject) { return problem }
    if isOfOneExam || Measure.named(quantity) == nil, let problem = absence(subject) {
      return problem
    }
    if reference(subject), Self.comparisons.contains(quantity) {
      return "the name of a policy, which \(quantity) compares with the reference"
    }
    return nil
  }

  /// Of the table at equal KL, whose rows are methods.
  private func objection(to subject: String?, _ asked: EqualTermsQuantity) -> String? {
    guard let subject else { return nil }
    let two = EqualTermsQuantity.two(subject)
    if two != nil, asked.measure != chosenBy {
      return "\(chosenBy.name), by which the selection chooses: differences are of that"
    }
    if let two, two.0 == two.1 { return "two methods that differ" }
    let names = two.map { [$0.0, $0.1] } ?? [subject]
    return names.first { !methods.contains($0) }
      .map { "a method that is chosen for (\(NearestName.offer(methods, for: $0)))" }
  }

  private static func objection(to quantity: String, among offer: [String]) -> String? {
    guard !offer.contains(quantity) else { return nil }
    return "a number that is measured (\(NearestName.offer(offer, for: quantity)))"
  }

  /// The names that there are, where one is none of them.
  func objection(unknown name: String) -> String {
    let offer = (models + (isOfOneExam ? [] : exams.keys.sorted())).distinctTexts
    return "a name that is measured (\(NearestName.offer(offer, for: name)))"
  }
}
