import Corpus
import Foundation
import Recipe

/// The `kl_target` of an align stage: a KL to aim at, and how the strength that gives it is searched.
public struct KLTarget: Sendable {
  /// In nats per completion.
  public let nats: Double
  /// Where the strength stands in the stage: `beta`, or `training`, `learning_rate`.
  public let key: [String]
  /// Trainings at most. Six find 5 nats within 10 % from a start that is wrong by a factor of 30.
  public let trials: Int
  /// A KL is near enough within this share of the target.
  public let tolerance: Double
  /// Where values may lie.
  public let range: ClosedRange<Double>
  /// On which KL is measured; nil for those of the examples that the stage holds out.
  public let prompts: PromptSettings?
  /// The data that they are of.
  public let promptData: String?
  /// At most so many prompts.
  public let limit: Int
  /// Of each prompt.
  public let samples: Int
  /// The longest completion; nil for that of the examples.
  public let maxTokens: Int?
  /// What the recipe sets, where the search begins.
  public let start: Double
  /// The stage of the run that searches; set by whoever plans the run.
  public var search = ""
  let draft: SectionDraft
  /// The stage's, which stays where another setting is searched.
  private let ownRate: Double

  /// Strengths that methods call by these names, the most usual first.
  private static let strengths = ["beta", "beta_pi", "tau", "list_temperature"]
  /// Settings that keep a policy near its reference as they grow. Of others the opposite is guessed.
  private static let holding = strengths + ["beta_r", "kl_weight"]
  private static let learningRate = ["training", "learning_rate"]
  /// Fewer prompts than this say little of a KL.
  public static let fewest = 8

  public var rule: StrengthSearch {
    StrengthSearch(
      target: nats, tolerance: tolerance, start: start,
      falls: Self.holding.contains(key.last ?? ""), range: range, trials: trials)
  }

  /// - Parameters:
  ///   - section: of the stage.
  ///   - objective: as the recipe sets it.
  ///   - learningRate: likewise.
  init?(
    of section: Section, _ names: RecipeNames, _ objective: any Objective, learningRate: Double
  ) {
    let about = "KL to aim at, in nats; the strength that gives it is searched."
    guard section.has("kl_target") else {
      _ = section.optionalDouble("kl_target", above: 0, about: about)
      return nil
    }
    ownRate = learningRate
    draft = section.draft
    var settings: Section?
    if section.isScalar("kl_target") {
      nats = section.double("kl_target", above: 0, about: about)
    } else {
      let own = section.section("kl_target", about: about)
      settings = own
      nats = own.double("nats", above: 0, about: "The KL, per completion.")
    }
    let found = Dictionary(
      objective.options.compactMap { option in Double(option.value).map { (option.name, $0) } }
    ) { first, _ in first }
    let usual = Self.strengths.first { found[$0] != nil }
    let asked = settings?.string(
      "over", default: usual ?? "learning_rate",
      about: "What is searched: a number of the method, or learning_rate.")
    let name = asked ?? usual ?? "learning_rate"
    let isRate = name == "learning_rate" || name == Self.learningRate.joined(separator: ".")
    key = isRate ? Self.learningRate : [name]
    let begun = isRate ? learningRate : found[name]
    start = begun ?? 1
    trials =
      settings?.int(
        "trials", default: 6, in: 1...100, about: "Trainings at most.") ?? 6
    tolerance =
      settings?.double(
        "tolerance", default: 0.1, above: 0, below: 1, about: "Share of the KL that is near enough."
      ) ?? 0.1
    // Four orders of magnitude on either side: beyond them nobody has a method's strength.
    let widest = [start / 1e4, isRate ? min(1, start * 1e4) : start * 1e4]
    let ends =
      settings?.doubles(
        "between", default: widest, above: 0, about: "Where values may lie.") ?? widest
    let isRange = ends.count == 2 && ends[0] < ends[1]
    range = isRange ? ends[0]...ends[1] : start...start
    if let settings, !settings.has("prompts"),
      settings.optionalInt(
        "prefix_tokens", in: 1...1_000_000, about: "Tokens of each text that make its prompt.")
        != nil
    {
      settings.mistake("prefix_tokens", "cuts prompts that are named, and none are; give prompts")
    }
    let most =
      settings?.int(
        "limit", default: 128, in: 1...1_000_000, about: "Prompts at most.") ?? 128
    if let settings, !settings.has("prompts"), settings.has("too_long") {
      settings.mistake("too_long", "is said of prompts that are named, and none are; give prompts")
    }
    limit = most
    prompts = settings.flatMap {
      $0.has("prompts")
        ? PromptSettings(from: $0, names, limit: .some($0.has("limit") ? most : nil)) : nil
    }
    promptData = settings.flatMap { $0.has("prompts") ? $0.string("prompts") : nil }
    samples =
      settings?.int(
        "samples", default: 4, in: 1...10_000, about: "Completions of each prompt.") ?? 4
    maxTokens = settings?.optionalInt(
      "max_tokens", in: 1...1_000_000, about: "Longest completion; that of the examples.")
    check(section, settings, found, begun: begun, isRange: isRange)
  }

  private func check(
    _ section: Section, _ settings: Section?, _ found: [String: Double], begun: Double?,
    isRange: Bool
  ) {
    func mistake(_ key: String, _ text: String) {
      if let settings { settings.mistake(key, text) } else { section.mistake("kl_target", text) }
    }
    let name = key.last ?? ""
    guard let begun else {
      let offer = (found.keys.sorted() + ["learning_rate"]).joined(separator: ", ")
      return mistake(
        "over", "\(name) is no number that this method has; there is \(offer)")
    }
    guard begun > 0 else {
      return mistake(
        "over",
        "searches \(name) on a logarithm from the stage's own value, and that is \(begun); set \(name) above 0"
      )
    }
    guard isRange else {
      return mistake("between", "is two numbers, the lower one first")
    }
    if !range.contains(start) {
      mistake(
        "between", "does not hold the stage's own \(name), \(begun), where the search begins")
    }
    // The ends that somebody chose must be values that the method takes.
    if settings?.has("between") == true {
      for end in [range.lowerBound, range.upperBound] {
        if let problem = setting(StrengthSearch.text(end)).problems.first {
          mistake("between", "at its end \(StrengthSearch.text(end)): \(problem)")
        }
      }
    }
  }

  /// The objective and the learning rate with another strength.
  func setting(_ value: String) -> (
    objective: any Objective, learningRate: Double, problems: [String]
  ) {
    let read = draft.read(key, as: value) { section in
      let objective = ObjectiveRegistry.objective(named: "objective", in: section)
      let rate = section.section("training").double(
        "learning_rate", default: ownRate, above: 0, atMost: 1)
      return (objective, rate)
    }
    return (read.result.0, read.result.1, read.problems)
  }
}
