import Corpus
import Foundation
import Runs

/// What policies of a run wrote when it was evaluated, in the place of files of outputs: the first
/// completion of each prompt.
public struct RunOutputs {
  private let path: String
  private let run: RunDirectory
  /// Behind the run's path; empty where the run alone is named.
  private let name: String
  private let record: EvaluationRecord

  /// - Parameter path: a run's folder, or a policy or method of its evaluation behind it, as
  ///   `runs/reviews/exo-rw` and `runs/reviews/exo-rw/seed-1/step-96`.
  /// - Returns: nil where there is no evaluated run on the way.
  public init?(_ path: String) throws {
    var parts = path.split(separator: "/", omittingEmptySubsequences: false)
    while parts.count > 1, parts.last == "" { parts.removeLast() }
    for count in (1...parts.count).reversed() {
      let run = RunDirectory(URL(filePath: parts[..<count].joined(separator: "/") + "/"))
      guard
        [run.evaluation, run.samples].allSatisfy({
          FileManager.default.fileExists(atPath: $0.path)
        })
      else { continue }
      self.path = path
      self.run = run
      name = parts[count...].joined(separator: "/")
      record = try RecordFile.read(
        EvaluationRecord.self, from: run.evaluation, advice: RecordAdvice.measured)
      return
    }
    return nil
  }

  /// Of the reference and of each method the first final policy, in the order of the evaluation.
  private var voices: [EvaluatedPolicy] {
    var groups: Set<String> = []
    return record.policies.filter { policy in
      policy.isFinal && groups.insert(policy.group).inserted
    }
  }

  /// Whether the run alone was named, and no policy of it.
  public var isWhole: Bool { name.isEmpty }

  /// All that one can name: the reference first.
  public func files() throws -> [OutputsFile] {
    let all = try isWhole ? voices : [policy()]
    return try all.map(file)
  }

  /// - Throws: `CorpusError.file` where a run of several policies was named, with their names.
  func file() throws -> OutputsFile { try file(policy()) }

  private func policy() throws -> EvaluatedPolicy {
    func bare(_ name: String) -> String { name.hasPrefix("./") ? String(name.dropFirst(2)) : name }
    let kept = record.policies.filter { $0.isFinal || $0.id == record.reference }
    let found =
      kept.first { bare($0.id) == bare(name) } ?? voices.first { bare($0.group) == bare(name) }
    if let found { return found }
    let folder = run.url.relativePath
    let offer = voices.map { "\(folder)/\(bare($0.group))" }.joined(separator: ", ")
    throw CorpusError.file(
      path: path,
      problem: isWhole
        ? "is a run; name what one of its policies wrote: \(offer)"
        : "is no policy whose outputs the run keeps; there is \(offer)")
  }

  private func file(_ policy: EvaluatedPolicy) throws -> OutputsFile {
    var rows: [OutputsFile.Row] = []
    let hash = SHA256()
    for sample in try Journal<SampleRecord>.read(run.samples).records
    where sample.policy == policy.id && sample.index == 0 {
      rows.append(
        OutputsFile.Row(
          number: rows.count + 1, instruction: sample.dialogue.words, output: sample.text,
          dataset: nil, dialogue: sample.dialogue))
      for text in [sample.prompt, sample.dialogue.words, sample.text] {
        Data("\(text.utf8.count):\(text)".utf8).withUnsafeBytes { hash.update($0) }
      }
    }
    guard !rows.isEmpty else {
      throw CorpusError.file(path: path, problem: "has no samples; evaluate the run again")
    }
    return OutputsFile(
      path: isWhole ? "\(path)/\(policy.group)" : path,
      name: policy.seed == nil ? policy.group : policy.id, sha256: hash.finish(), rows: rows)
  }
}
