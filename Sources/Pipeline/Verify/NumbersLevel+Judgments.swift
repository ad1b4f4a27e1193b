import Comparing
import Foundation
import Judging
import Report
import Runs
import Statistics

extension NumbersLevel {
  mutating func judgments(_ run: RunDirectory, _ input: ReportInput) throws {
    guard let judging = input.judging else { return }
    let file = run.judgmentCalibration
    let calibration =
      FileManager.default.fileExists(atPath: file.path)
      ? try CalibrationFile(file.path, for: nil) : nil
    var samples = try? JudgedSamples(run)
    for comparison in judging.comparisons {
      let url = run.url.appending(path: comparison.file)
      guard FileManager.default.fileExists(atPath: url.path) else {
        lacking([comparison.file], of: "judging.json")
        continue
      }
      let pairs = try Journal<JudgedPair>.read(url).records
      var again = comparison.summary.made(
        againFrom: pairs, confidence: input.evaluation.confidence)
      if comparison.summary.corrected != nil {
        again.corrected = calibration.flatMap {
          CorrectedRate.of(
            pairs, by: $0.record, sha256: $0.sha256,
            Inference(confidence: input.evaluation.confidence))
        }
      }
      numbers += pairs.count
      texts(of: pairs, in: comparison, &samples)
      if again != comparison.summary {
        level.problems.append(
          "judging.json: what is said of \(comparison.summary.first) against "
            + "\(comparison.summary.second) is not what \(comparison.file) gives")
      }
    }
  }

  /// Whether judgments are about what the policies wrote: their hashes against the texts that the run keeps.
  private mutating func texts(
    of pairs: [JudgedPair], in comparison: JudgingReport.Comparison,
    _ samples: inout JudgedSamples?
  ) {
    let (first, second) = (comparison.summary.first, comparison.summary.second)
    guard let known = try? samples?.written(by: first, against: second), !known.isEmpty else {
      level.omit("\(comparison.file): the texts that it is about, which are not kept")
      return
    }
    let others = pairs.filter { pair in
      guard let written = known[ByteText(pair.id)] else { return true }
      return !JudgingQuestions.isAbout(written, pair)
    }
    guard let one = others.first else { return }
    level.problems.append(
      "\(comparison.file): \(others.count) of \(pairs.count) judgments are of other texts than were "
        + "written, the first to \(one.id)")
  }
}
