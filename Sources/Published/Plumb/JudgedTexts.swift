import Corpus
import Foundation
import Runs

/// The texts behind the judgments of a file: of a folder of `plumb judge` its `texts.jsonl`, of a run its
/// samples.
public enum JudgedTexts {
  /// - Parameter path: a `judgments.jsonl`, or a file of judgments of a run.
  /// - Returns: nothing where the texts were left out.
  public static func all(of path: String) throws(PublishedError) -> [String] {
    let file = URL(filePath: path).standardizedFileURL
    let beside = file.deletingLastPathComponent().appending(path: "texts.jsonl")
    if FileManager.default.fileExists(atPath: beside.path) {
      return try read(JudgedText.self, beside).map(\.text)
    }
    guard let run = RunJudgments.run(of: file) else { return [] }
    let samples = try read(SampleRecord.self, run.samples).filter { $0.index == 0 }.map(\.text)
    return try samples + read(ChosenRecord.self, run.chosen).map(\.text)
  }

  private static func read<Record: Codable>(
    _ type: Record.Type, _ url: URL
  ) throws(PublishedError) -> [Record] {
    guard FileManager.default.fileExists(atPath: url.path) else { return [] }
    do {
      return try Journal<Record>.read(url).records
    } catch {
      throw .content(
        file: url.relativePath, problem: "cannot be read: \(error)",
        advice: "give the folder as it was written")
    }
  }
}
