import Published
import Runs

/// Whose judgments a board is made from: one judge's, since verdicts of different judges do not
/// compare.
struct JudgeChoice {
  private let raters: [Preference.Rater]
  private let file: String

  init(_ files: PreferenceFiles, _ paths: [String]) {
    var seen: Set<Preference.Rater> = []
    raters = files.preferences.map(\.rater).filter { seen.insert($0).inserted }
    file = paths.count == 1 ? paths[0] : "the files"
  }

  /// Behind a jury stand its members, who are asked for by name.
  func rater(named name: String?) throws(PublishedError) -> Preference.Rater {
    let juries = raters.filter(\.isJury)
    let known = raters.map(\.name).joined(separator: ", ")
    if let name {
      guard let found = raters.first(where: { ByteText($0.name) == ByteText(name) }) else {
        throw .content(
          file: file, problem: "holds no judgments of '\(name)'", advice: "its judges are \(known)")
      }
      return found
    }
    let candidates = juries.isEmpty ? raters : juries
    guard let first = candidates.first, candidates.count == 1 else {
      throw .content(
        file: file, problem: "holds judgments of \(candidates.count) judges (\(known))",
        advice: "name one with --judge")
    }
    return first
  }
}
