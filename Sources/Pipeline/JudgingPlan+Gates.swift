import Command
import Comparing
import Foundation
import Judging
import Recipe
import Report
import Runs
import Training

/// Something that has to hold of what judges say: `dpo: win_rate > 0.5`, `dpo - ppo: flip_rate < 0.2`.
struct JudgedRequirement {
  let requirement: Requirement
  /// Whose; nil for that of every comparison.
  let first: [JudgedSide]?
  /// Against whom; nil for all opponents.
  let second: [JudgedSide]?

  /// Says what is known of the judge itself, whatever it judges.
  var isOfJudge: Bool { JudgeRequest.agreements.contains(requirement.quantity) }
}

/// What a recipe requires of its judging, and people's verdicts that its judge is held to.
extension JudgingPlan {
  static let key = "judging.require"

  /// Reads the conditions, once it is known what meets what.
  mutating func readGates(
    from section: Section, _ sides: JudgedSides, base: URL
  ) {
    readCalibration(from: section, base: base)
    let all = meetings(sides)
    let offer =
      JudgeRequest.quantities + (calibration == nil ? [] : JudgeRequest.agreements)
    let found = Requirement.all(
      from: section,
      about: "What has to hold for the run to end with 0, as in 'win_rate(dpo) > 0.5'."
    ) { one in
      guard offer.contains(one.quantity) else {
        if JudgeRequest.agreements.contains(one.quantity) {
          return "judging.calibration: FILE, which holds agreement with people"
        }
        return "a number of judges (\(NearestName.offer(offer, for: one.quantity)))"
      }
      guard let subject = one.subject else { return nil }
      if JudgeRequest.agreements.contains(one.quantity) {
        return "no name: agreement with people is the judge's, whatever it judges"
      }
      let parts = Self.parts(of: subject)
      guard sides.evaluation != nil, !parts.contains(where: sides.isUnknown) else { return nil }
      let meant = parts.map(sides.sides)
      let isThere = all.contains { meeting in
        meant[0]?.contains(meeting.first) == true
          && (meant.count < 2 || meant[1]?.contains(meeting.second) == true)
      }
      guard !isThere else { return nil }
      let names = all.map { "\(sides.name(of: $0.first)) - \(sides.name(of: $0.second))" }
      return "the name of a policy that is judged, or two as they meet ("
        + NearestName.offer(names.distinctTexts, for: subject) + ")"
    }
    requirements = found.map { one in
      let meant = one.subject.map { Self.parts(of: $0).map(sides.sides) } ?? []
      return JudgedRequirement(
        requirement: one, first: meant.first ?? nil, second: meant.count > 1 ? meant[1] : nil)
    }
  }

  /// `dpo - ppo` is two; a name alone may hold hyphens.
  private static func parts(of subject: String) -> [String] {
    subject.split(separator: " - ", maxSplits: 1).map { part in
      String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
    }
  }

  /// Who meets whom, seeds aside.
  private func meetings(_ sides: JudgedSides) -> [Pair] {
    let groups =
      candidates ?? sides.evaluation.map { plan in plan.policies.compactMap(plan.group) } ?? []
    return groups.flatMap { group in
      against.compactMap { $0 == .group(group) ? nil : Pair(first: .group(group), second: $0) }
    } + pairs
  }

  // MARK: A judge held to people

  private mutating func readCalibration(from section: Section, base: URL) {
    guard section.has("calibration"),
      let path = section.optionalString(
        "calibration",
        about:
          "What plumb calibrate wrote of this judge: win rates are corrected by people's labels.")
    else { return }
    calibration = path.hasPrefix("/") ? path : base.appending(path: path).path
    if settings.stop != nil {
      section.mistake(
        "calibration",
        "does not go with stop_when: decided, whose interval is another; leave one out")
    }
    guard settings.isReadable, !settings.judges.isEmpty else { return }
    do {
      _ = try CalibrationFile(calibration, for: settings.identityWithoutModels)
    } catch {
      section.mistake("calibration", "\(error)")
    }
  }

  /// Refuses a calibration of another model, for judges that lie in folders: the recipe alone does not
  /// tell what is in them.
  func checkCalibration(_ recipe: RunRecipe) throws {
    guard calibration != nil, settings.identityWithoutModels == nil else { return }
    // A stage's model is not there yet; it is looked at before anybody is asked.
    for source in stages.values {
      guard case .folder = source else { return }
    }
    let identity = try JudgeAssembly(
      settings, environment: [:], sends: false,
      local: LocalJudges.maker(precision: recipe.precision, on: recipe.device) { [stages] name in
        guard case .folder(let path) = stages[name] else { return try ModelFolder.find(name) }
        return try ModelFolder.find(path, from: recipe.base)
      }
    ).identity
    do {
      _ = try CalibrationFile(calibration, for: identity)
    } catch {
      let place = recipe.document.place(of: ["judging", "calibration"])
      throw TrainingError.unusable("\(place): judging.calibration: \(error)")
    }
  }

  // MARK: Holding

  /// What people's verdicts on the judge decide before anybody is asked; empty where nothing is required
  /// of it.
  func trust(_ record: CalibrationRecord?) -> Gate {
    JudgeGate(requirements: requirements.filter(\.isOfJudge).map(\.requirement))
      .before(record, of: Self.key)
  }

  /// Holds the conditions against what judges said; nil where nobody was asked.
  func gate(_ report: JudgingReport?, _ trust: Gate, _ samples: JudgedSamples?) -> Gate {
    var gate = trust
    var rest = Gate(of: Self.key)
    for one in requirements where !one.isOfJudge {
      func isMeant(_ name: String, _ sides: [JudgedSide]?) -> Bool {
        guard let sides else { return true }
        return sides.contains { samples?.ids(of: $0).contains(name) == true }
      }
      let meant = report?.comparisons.map(\.summary).filter {
        isMeant($0.first, one.first) && isMeant($0.second, one.second)
      }
      guard let meant, !meant.isEmpty else {
        rest.hold(
          one.requirement, against: report == nil ? "nobody was asked" : "nothing was judged",
          low: nil,
          high: nil)
        continue
      }
      for summary in meant {
        Self.hold(one.requirement, summary, &rest)
      }
    }
    gate.add(rest)
    return gate
  }

  /// Holds a condition against what one comparison found.
  static func hold(_ requirement: Requirement, _ summary: JudgingSummary, _ gate: inout Gate) {
    let share = JudgeGate.number(requirement.quantity, of: summary)
    gate.hold(
      requirement,
      against: "\(summary.first) against \(summary.second) "
        + (share.map { Percent.text($0) } ?? "has no value"),
      low: share?.low, high: share?.high)
  }
}
