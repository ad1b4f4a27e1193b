import Foundation
import TestSupport
import Testing

@testable import Evaluation
@testable import Judging
@testable import Pipeline
@testable import Runs
@testable import Serving
@testable import Training

/// Every record is `snake_case` in files, says the same in either spelling, and loses nothing on the way.
@Suite struct RecordSpellingTests {
  /// What a run, a judging or a capsule writes, and what lies inside of it.
  private static var records: [any Codable.Type] {
    [
      StepRecord.self, SampleRecord.self, PhaseCost.self, Provenance.self, RunStatus.self,
      EvaluationRecord.self, EqualTermsRecord.self, ChosenRecord.self, OverlapRecord.self,
      GateRecord.self, ExamRecord.self, AlarmLook.self, StrengthRecord.self, TheoryRecord.self,
      CheckpointManifest.self, CapsuleManifest.self, ReuseRecord.self, WorkKey.self,
      RunLock.Holder.self, JudgingReport.self, JudgingRecord.self, JudgingSummary.self,
      JudgedPair.self, JudgedText.self, CalibrationRecord.self, TournamentRecord.self,
      DriftRecord.self, Spending.self, JudgingStop.self, LedgerRecord.self, BatchState.self,
      DialectBook.Lesson.self, JudgingEstimate.self, SampledChunk.self, BestOfWork.Chunk.self,
      DensityWork.Draw.self, DensityWork.Scores.self, ExamChunk.self, ChunkCosts.self,
      RoundRecord.self, RoundCost.self, RoundLabel.self, SkippedRow.self, LeftOutRecord.self,
      ClassifierTest.self, StageSeal.self, RunOrigin.self, SetAside.Training.self, Dialogue.self,
      TemplateInput.self, Direction.self, TensorType.self,
      ServedRecord.self, ServedAnswer.self, ServedLedger.Record.self,
    ]
  }

  /// Declared as `Codable`, and no records: what processes of one run tell each other, and what reads a part
  /// of a record that stands above.
  private static let others: Set = [
    "Completion", "Episode", "Tally", "Spoilt", "Metrics", "Sum", "Found", "Order", "MadeChunk",
    "Plan", "Line", "Prompt", "Sample", "RoundLine", "CostLine", "Markup", "Setting", "Turn",
    "Role", "Doubt",
  ]

  @Test(arguments: RecordSpellingTests.records.indices)
  func aRecordSaysTheSameInEitherSpelling(_ place: Int) throws {
    #expect(try Self.problem(of: Self.records[place]) == nil)
  }

  /// Other programs read drawn completions by these names.
  @Test func drawnCompletionsKeepTheirNames() throws {
    let row = try RecordExample.of(CandidateRow.self)
    let line = try RecordFile.line(row)
    #expect(String(decoding: line, as: UTF8.self).contains("\"promptTokens\""))
    let other = try RecordFile.encode(row, path: "", spelling: .snake)
    #expect(String(decoding: other, as: UTF8.self).contains("\"prompt_tokens\""))
    for text in [line, other] {
      #expect(try RecordFile.record(CandidateRow.self, of: text) == row)
    }
  }

  @Test func namesThatDoNotComeBackAreFound() throws {
    struct Address: Codable { var baseURL: String }
    struct Spelled: Codable {
      var rate: Double
      private enum CodingKeys: String, CodingKey { case rate = "win_rate" }
    }
    struct Twice: Codable {
      var shareA: Double?
      var other: Double?
      private enum CodingKeys: String, CodingKey {
        case shareA
        case other = "share_a"
      }
    }
    for type in [Address.self, Spelled.self, Twice.self] as [any Codable.Type] {
      #expect(try Self.problem(of: type) != nil, "\(type)")
    }
  }

  @Test func everyDeclaredRecordIsAmongThem() throws {
    let names = RecordExample.Names()
    for type in Self.records + [CandidateRow.self] { _ = try RecordExample.of(type, names) }
    let declaration = /(?:struct|enum|class) (\w+)(?:<[^>]*>)?: [^{\n]*\b(?:Codable|SealedRecord)\b/
    let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent().appending(path: "Sources")
    var count = 0
    for path in try FileManager.default.subpathsOfDirectory(atPath: sources.path)
    where path.hasSuffix(".swift") {
      let text = try String(contentsOf: sources.appending(path: path), encoding: .utf8)
      for match in text.matches(of: declaration) {
        count += 1
        let name = String(match.1)
        #expect(
          names.found.contains(name) || Self.others.contains(name),
          "\(path): \(name) is no record that RecordSpellingTests knows")
      }
    }
    #expect(count > 100)
  }

  /// What is wrong with how a type's keys are spelled.
  private static func problem<Record: Codable>(of type: Record.Type) throws -> String? {
    let value = try RecordExample.of(type)
    let now = try RecordFile.line(value)
    let before = try RecordFile.encode(value, path: "", spelling: .camel)
    let parsed = try [now, before].map {
      try JSONSerialization.jsonObject(with: $0, options: .fragmentsAllowed)
    }
    let keys = parsed.map { self.keys(in: $0).filter { $0 != RecordExample.dataKey } }
    if let key = keys[0].first(where: { $0.contains(where: \.isUppercase) }) {
      return "\(key) is not snake_case"
    }
    if keys[0].count != keys[1].count { return "two keys have one spelling" }
    for text in [now, before] {
      let again = try? RecordFile.line(RecordFile.record(type, of: text))
      if again != now {
        return "\(String(decoding: text, as: UTF8.self)) is read as "
          + (again.map { String(decoding: $0, as: UTF8.self) } ?? "nothing")
      }
    }
    return nil
  }

  private static func keys(in value: Any) -> [String] {
    if let object = value as? [String: Any] { return object.flatMap { [$0] + keys(in: $1) } }
    return (value as? [Any] ?? []).flatMap(keys)
  }
}
