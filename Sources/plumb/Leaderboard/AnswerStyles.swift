import Corpus
import Foundation
import Published
import Runs
import Statistics

/// The style of the answers that judgments are about, wherever their texts lie: in the rows themselves, in
/// `texts.jsonl` beside the judgments of `plumb judge`, among a run's samples, or in files of Arena-Hard's
/// answers.
struct AnswerStyles {
  /// By SHA-256 of the text.
  private var byText: [String: AnswerStyle] = [:]
  private var byQuestion: [Answer: AnswerStyle] = [:]

  private struct Answer: Hashable {
    let model: ByteText
    let question: ByteText
  }

  /// - Parameter answers: files of Arena-Hard's answers.
  /// - Throws: `PublishedError` for a file that cannot be read.
  init(_ paths: [String], answers: [String]) throws {
    for path in paths {
      let file = PreferenceFiles.file(path)
      switch try JudgmentFormat(path: file) {
      case .alpacaEval:
        for row in try AlpacaAnnotation.read(path) { add([row.modelOutput, row.baselineOutput]) }
      case .comparisons:
        for row in try ComparisonRow.read(path) { add(row.outputs) }
      case .judging: add(try JudgedTexts.all(of: file))
      case .arenaHard, .mtBench, .scores, .annotation, .annotationKey: break
      }
    }
    for file in answers {
      for row in try ArenaAnswer.read(file) {
        byQuestion[Answer(model: ByteText(row.model), question: ByteText(row.question))] =
          row.style ?? AnswerStyle(text: row.answer)
      }
    }
  }

  private mutating func add(_ texts: [String]) {
    for text in texts {
      let hash = SHA256.hex(of: text)
      if byText[hash] == nil { byText[hash] = AnswerStyle(text: text) }
    }
  }

  /// Of the first answer of a judgment and of the second; nil where a text is not at hand.
  func styles(of one: Preference) -> (first: AnswerStyle, second: AnswerStyle)? {
    if let hashes = one.answers {
      guard let first = byText[hashes.first], let second = byText[hashes.second] else { return nil }
      return (first, second)
    }
    guard let first = style(of: one.matchUp.first, on: one.prompt.text),
      let second = style(of: one.matchUp.second, on: one.prompt.text)
    else { return nil }
    return (first, second)
  }

  /// Of Arena-Hard's answers.
  func style(of model: String, on question: String) -> AnswerStyle? {
    byQuestion[Answer(model: ByteText(model), question: ByteText(question))]
  }

  /// The only other model whose answers are there; nil where there are several.
  func others(than model: String) -> String? {
    let others = Set(byQuestion.keys.map(\.model)).subtracting([ByteText(model)])
    return others.count == 1 ? others.first?.text : nil
  }

  /// Refuses files of which none holds the answers.
  static func check(_ paths: [String], answers: [String]) throws {
    for path in paths {
      let file = PreferenceFiles.file(path)
      switch try JudgmentFormat(path: file) {
      case .alpacaEval, .comparisons: continue
      case .judging:
        guard try JudgedTexts.all(of: file).isEmpty else { continue }
        throw PublishedError.content(
          file: path, problem: "was judged without its texts, whose style would be controlled",
          advice: "judge it without --omit-texts, which asks nobody again, or leave --style out")
      case .arenaHard:
        guard answers.isEmpty else { continue }
        throw PublishedError.content(
          file: path, problem: "holds no answers, whose style would be controlled",
          advice: "give those of the models and the baseline with --answers")
      case .mtBench, .scores, .annotation, .annotationKey:
        throw PublishedError.content(
          file: path, problem: "holds no answers, whose style would be controlled",
          advice: "give a folder of plumb judge, or leave --style out")
      }
    }
  }
}
