import Foundation
import Policy
import Published
import Runs

/// Has checkpoints sit examinations, and compares each with the reference item by item.
///
/// Models are loaded one at a time, and only where an answer is missing. Answers are kept chunk by
/// chunk below `directory`; the same call after an interruption goes on with the next chunk and ends
/// with the same record.
public final class Examination {
  let papers: [ExamPaper]
  let subjects: [Subject]
  let directory: URL
  /// What else decides answers: the chat template that stands in the place of the models' own.
  let context: String
  let confidence: Double
  let shouldStop: () -> Bool
  let progress: (EvaluationProgress) -> Void
  private let share: WorkShare

  /// - Parameters:
  ///   - subjects: the checkpoints, the reference first.
  ///   - directory: where answers are kept.
  ///   - shouldStop: asked before each chunk.
  public init(
    _ papers: [ExamPaper], subjects: [Subject], directory: URL, context: String = "",
    confidence: Double = 0.95, shouldStop: @escaping () -> Bool = { false },
    progress: @escaping (EvaluationProgress) -> Void = { _ in }
  ) {
    self.papers = papers
    self.subjects = subjects
    self.directory = directory
    self.context = context
    self.confidence = confidence
    self.shouldStop = shouldStop
    self.progress = progress
    share = WorkShare(Double(subjects.count * papers.reduce(0) { $0 + $1.items.count }))
  }

  /// How it ended.
  public enum Outcome: Sendable, Equatable {
    case finished(ExamRecord, costs: [PhaseCost])
    case interrupted
  }

  /// - Throws: ``ExamError``, and what loading, sampling, rewards and files throw.
  public func run() throws -> Outcome {
    var names: Set<String> = []
    for name in papers.map(\.settings.name) + subjects.map(\.policy.id)
    where !names.insert(name).inserted { throw ExamError.repeated(name) }
    do {
      var costs: [PhaseCost] = []
      // `[subject][paper]`
      let answers = try subjects.map { try sit($0, &costs) }
      try write(answers)
      return .finished(record(answers), costs: costs)
    } catch is WorkFolder.Interruption {
      return .interrupted
    }
  }

  /// The answers of a policy to all papers.
  private func sit(_ subject: Subject, _ costs: inout [PhaseCost]) throws -> [[ExamAnswer]] {
    var loaded: LanguageModel?
    func model() throws -> LanguageModel {
      if let loaded { return loaded }
      let model = try subject.load()
      loaded = model
      return model
    }
    let folder = try WorkFolder(directory, id: subject.policy.id)
    return try papers.map { paper in
      let size = ExamWork.chunkSize(paper)
      let chunks = (paper.items.count + size - 1) / size
      let name = paper.settings.name
      var work: ExamWork?
      let found = try folder.complete(
        "answers_\(WorkFolder.name(of: name))",
        key: paper.identity + [subject.policy.weights, context], chunks: chunks,
        shouldStop: shouldStop,
        progress: share.following(
          subject.policy.id, name, chunks: chunks,
          each: Double(paper.items.count) / Double(max(1, chunks)), progress),
        make: { (index, meter: inout CostMeter) -> ExamChunk in
          let current = try work ?? ExamWork(paper, model(), policy: subject.policy.id)
          work = current
          return try current.chunk(index, &meter)
        })
      costs += found.costs
      return found.chunks.flatMap(\.answers)
    }
  }

  /// A grade of one policy's answers; of a log-ratio too, where it is not the reference.
  func grade(_ answers: [[[ExamAnswer]]], subject: Int, paper: Int) -> ExamGrade {
    var grade = ExamGrade(paper: papers[paper], answers: answers[subject][paper])
    // Log-probabilities have a ratio, rewards have none.
    let areRewards = [0, subject].contains { answers[$0][paper].contains(where: \.areRewards) }
    if subject > 0, papers[paper].kind.form == .completions, !areRewards {
      grade.reference = answers[0][paper]
    }
    return grade
  }
}
