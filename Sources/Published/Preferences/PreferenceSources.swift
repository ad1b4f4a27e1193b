import Runs

/// Which file holds a rater's judgments of two systems, and how it names what was compared.
///
/// Rows that name their comparisons alike are told to be the same or not. Between a prompt's text and
/// a benchmark's question, or a row's number and the answers' texts, nothing tells: the same
/// judgments, once as Plumb's record and once exported, would count twice.
struct PreferenceSources: Sendable, Equatable {
  /// How a format names a comparison.
  private enum Naming: Sendable, Equatable {
    case promptAndRow, promptAndAnswers, question, questionAndTurn, pageAndItem

    init(_ format: JudgmentFormat) {
      switch format {
      case .judging: self = .promptAndRow
      case .alpacaEval, .comparisons: self = .promptAndAnswers
      case .arenaHard: self = .question
      case .mtBench, .scores: self = .questionAndTurn
      case .annotation, .annotationKey: self = .pageAndItem
      }
    }
  }

  /// A jury is named by its export as a judge.
  private struct Place: Hashable {
    let systems: Set<ByteText>
    let rater: ByteText
    let isHuman: Bool
  }

  private struct Source: Sendable, Equatable {
    let path: String
    let naming: Naming
  }

  private var sources: [Place: Source] = [:]

  /// - Throws: ``PublishedError`` where another file has judgments by this rater of these systems, and
  ///   names them in another way.
  mutating func note(
    _ one: Preference, in path: String, _ format: JudgmentFormat
  ) throws(PublishedError) {
    let place = Place(
      systems: [ByteText(one.matchUp.first), ByteText(one.matchUp.second)],
      rater: ByteText(one.rater.name), isHuman: one.rater.isHuman)
    guard let known = sources[place] else {
      sources[place] = Source(path: path, naming: Naming(format))
      return
    }
    guard known.naming != Naming(format) else { return }
    throw .content(
      file: path,
      problem: "judges \(one.matchUp.first) against \(one.matchUp.second) by \(one.rater.name), as "
        + "\(known.path) does, and names comparisons in another way: nothing says which are the same",
      advice: "give one of the two")
  }
}
