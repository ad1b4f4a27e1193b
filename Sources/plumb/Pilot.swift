import Published
import Runs
import Statistics

/// A few judgments that were made first: one judge's of one model against its baseline, every
/// comparison once.
struct Pilot {
  let path: String
  /// Preferences for the model, comparisons without one left out.
  let shares: [(prompt: ByteText, share: Double)]
  /// What has to be known about its rows.
  let remarks: [RowRemark]

  /// - Throws: ``PublishedError`` where the file is none of AlpacaEval's annotations, or holds those of
  ///   several judges, of whom none is named, or of several models.
  init(_ path: String, judge name: String?) throws {
    _ = try AlpacaAnnotation.read(path)
    let files = try PreferenceFiles([path])
    let rater = try JudgeChoice(files, [path]).rater(named: name)
    let own = files.preferences.filter { $0.rater == rater }
    var seen: Set<MatchUp> = []
    let matchUps = own.map(\.matchUp).filter { seen.insert($0).inserted }
    guard matchUps.count < 2 else {
      let named = matchUps.map { "\($0.first) against \($0.second)" }
      throw PublishedError.content(
        file: path,
        problem: "compares \(matchUps.count) pairs of systems (\(named.joined(separator: ", ")))",
        advice: "give a pilot of one model against its baseline")
    }
    self.path = path
    shares = own.compactMap { one in one.share.map { (one.prompt, $0) } }
    remarks = files.remarks
  }

  /// Of one preference.
  var deviation: Double {
    get throws {
      guard let deviation = Sample.standardDeviation(shares.map(\.share)) else {
        throw PublishedError.content(
          file: path, problem: "has fewer than two preferences",
          advice: "give a pilot with more judgments")
      }
      guard deviation > 0 else {
        throw PublishedError.content(
          file: path, problem: "has the same preference everywhere",
          advice: "give a pilot with more judgments, or --deviation")
      }
      return deviation
    }
  }

  /// Of two models' preferences on one prompt.
  func correlation(with other: Pilot) throws -> Double {
    let partners = Dictionary(
      other.shares.map { ($0.prompt, $0.share) }, uniquingKeysWith: { one, _ in one })
    let pairs = shares.compactMap { one in partners[one.prompt].map { (one.share, $0) } }
    guard let value = PairedDesign.correlation(pairs.map(\.0), pairs.map(\.1)) else {
      throw PublishedError.content(
        file: other.path, problem: "shares too few prompts with \(path)",
        advice: "give pilots of two models on the same prompts")
    }
    return value
  }
}
