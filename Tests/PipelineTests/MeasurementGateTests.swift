import Command
import Runs
import Testing

@testable import Pipeline

/// What `--require` asks of evaluations and examinations.
@Suite struct MeasurementGateTests {
  private func policy(_ group: String, seed: Int? = nil, step: Int = 4, isFinal: Bool = true)
    -> EvaluatedPolicy
  {
    let parts = [group, seed.map { "seed-\($0)" }, "step-\(step)"].compactMap(\.self)
    return EvaluatedPolicy(
      id: group == "sft" ? group : parts.joined(separator: "/"), group: group, method: group,
      seed: seed, step: step, isFinal: isFinal, options: [:], weights: "w")
  }

  private func measured(
    _ name: String, _ subject: String, _ value: Double, _ half: Double?, against: String? = nil,
    unit: String = ""
  ) -> Measurement {
    Measurement(
      name: name, subject: subject, reference: against, value: value,
      low: half.map { value - $0 }, high: half.map { value + $0 }, count: 9, clusters: 9,
      unit: unit, direction: .higher, method: "")
  }

  private var evaluation: EvaluationRecord {
    EvaluationRecord(
      reference: "sft",
      policies: [
        policy("sft"), policy("exo", step: 2, isFinal: false), policy("exo"),
        policy("dpo", seed: 0), policy("dpo", seed: 1),
      ],
      measurements: [
        measured("reward", "sft", 0, 0.1), measured("reward", "exo/step-2", 0, 0.1),
        measured("reward", "exo/step-4", 0.5, 0.2), measured("reward", "dpo/seed-0/step-4", 3, 0.1),
        measured("reward", "dpo/seed-1/step-4", 3, 0.1), measured("reward", "dpo", 1, 0.2),
        measured("win_rate", "exo/step-4", 0.6, 0.05, against: "sft", unit: "share"),
        measured("win_rate", "exo/step-4", 0.1, 0.05, against: "dpo", unit: "share"),
        measured("kl", "exo/step-4", 2, nil),
      ], bestOf: nil, panels: [], protocolNotes: [])
  }

  private func gate(_ text: String) throws -> Gate {
    let requirement = try #require(Requirement(text))
    return MeasurementGate([requirement], evaluation).held()
  }

  @Test func `without a name every method has to hold, and not the reference`() throws {
    let held = try gate("reward > 0.2")
    #expect(
      held.verdicts.map(\.words) == [
        "--require 'reward > 0.2': met: exo 0.50 [0.30, 0.70]",
        "--require 'reward > 0.2': met: dpo 1.00 [0.80, 1.20]",
      ])
    #expect(held.exitCode == .success)
    #expect(try gate("reward > 0.4").exitCode == .undecided)
    // One misses; that the other cannot be decided does not hide it.
    #expect(try gate("reward < 0.6").exitCode == .expectationMissed)
  }

  @Test func `a name is a method, a policy or the reference`() throws {
    #expect(try gate("exo: reward > 0.4").exitCode == .undecided)
    #expect(try gate("exo/step-2: reward > 0.2").exitCode == .expectationMissed)
    #expect(try gate("dpo/seed-1/step-4: reward > 2").exitCode == .success)
    #expect(try gate("sft: reward > 0.2").exitCode == .expectationMissed)
    // Against the reference, whatever else it was compared with.
    #expect(try gate("exo: win_rate > 0.5").verdicts.count == 1)
    #expect(try gate("exo: win_rate > 0.5").exitCode == .success)
    // A method without the number passes nothing, and is named.
    let partly = try gate("win_rate > 0.5")
    #expect(partly.exitCode == .undecided)
    #expect(
      partly.verdicts.contains {
        $0.words == "--require 'win_rate > 0.5': cannot be decided: dpo has no such number"
      })
    // A number without an interval decides nothing.
    #expect(try gate("kl < 5").exitCode == .undecided)
  }

  @Test func `what is missing in spite of all decides nothing`() throws {
    #expect(
      try gate("ppo: kl < 5").verdicts.map(\.words) == [
        "--require 'ppo: kl < 5.0': cannot be decided: no kl of ppo was measured"
      ])
    #expect(try gate("perplexity < 5").exitCode == .undecided)
  }

  @Test func `an examination is held by its metrics and by accuracy`() throws {
    func record(_ models: [String]) -> ExamRecord {
      ExamRecord(
        reference: models[0],
        policies: models.map {
          EvaluatedPolicy(
            id: $0, group: $0, method: $0, seed: nil, step: nil, isFinal: true, options: [:],
            weights: "w")
        },
        exams: [
          ExamRecord.Exam(
            name: "arc", kind: "arc", form: "", files: [], shots: 0, shotFiles: [], isChat: false,
            items: 9, skippedRows: 0, primary: "acc_norm", notes: [])
        ], sittings: [],
        scores: models.enumerated().flatMap { place, name in
          [
            ExamRecord.Score(
              exam: "arc", measured("acc", name, 0.2 + 0.3 * Double(place), 0.1, unit: "share")),
            ExamRecord.Score(
              exam: "arc",
              measured("acc_norm", name, 0.4 + 0.3 * Double(place), 0.1, unit: "share")),
            ExamRecord.Score(
              exam: "arc", category: "easy", measured("acc", name, 0, 0.1, unit: "share")),
          ]
        }, contrasts: [], confidence: 0.95)
    }
    func code(_ text: String, _ models: [String]) throws -> ExitCode {
      MeasurementGate([try #require(Requirement(text))], record(models)).held().exitCode
    }
    #expect(try code("accuracy > 0.25", ["one"]) == .success)
    #expect(try code("acc > 0.25", ["one"]) == .undecided)
    #expect(try code("accuracy > 0.55", ["one", "two"]) == .success)
    #expect(try code("one: accuracy > 0.55", ["one", "two"]) == .expectationMissed)
    #expect(try code("arc: acc > 0.35", ["one", "two"]) == .success)
    #expect(try code("mmlu: acc > 0.35", ["one", "two"]) == .undecided)
  }
}
