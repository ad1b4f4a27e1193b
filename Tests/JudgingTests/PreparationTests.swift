import Foundation
import Runs
import Synchronization
import Testing

@testable import Judging

/// Judges whose models lie in this process: asked in batches, remembered like servers.
@Suite struct PreparationTests {
  /// Prefers the longer candidate, and says with how many others it was asked; an empty candidate
  /// is beyond it. Answers single candidates with their length.
  private final class Counting: BatchJudge {
    let identity: JudgeIdentity
    var batches: [[String]] = []

    init(_ name: String = "counting") {
      identity = JudgeIdentity(name: name, facts: ["kind": name])
    }

    func objection(to question: JudgeQuestion) throws -> Judgment? {
      question.candidates.contains("") ? Judgment(.failed, reason: "an empty candidate") : nil
    }

    func tokens(for question: JudgeQuestion) throws -> TokenUsage? {
      try objection(to: question) == nil ? TokenUsage(input: 5, output: 2) : nil
    }

    func judgments(of questions: [JudgeQuestion]) throws -> [Judgment] {
      batches.append(questions.map(\.id))
      return try questions.map { question in
        if let objection = try objection(to: question) { return objection }
        var judgment = Judgment(choosing: question.candidates.map { Double($0.count) })
        judgment.reply = "one of \(questions.count)"
        return judgment
      }
    }
  }

  private static func questions(_ count: Int) -> [JudgeQuestion] {
    (0..<count).map {
      JudgeQuestion(
        id: "\($0)", prompt: "\($0)",
        candidates: $0 % 2 == 0 ? ["long answer", "short"] : ["x", "answer"])
    }
  }

  private func session(
    _ settings: JudgingSettings, _ models: [String: Counting], _ folder: URL,
    cache: AnswerCache? = nil
  ) async throws -> JudgingSession {
    let assembly = try JudgeAssembly(settings, environment: [:]) { _, name, _, _ in
      guard let model = models[name] else { throw JudgingError.setting("no \(name)") }
      return model
    }
    return try await JudgingSession(
      assembly, ledger: folder.appending(path: "ledger.jsonl"), cache: cache)
  }

  @Test func `both orders are asked in batches of sixteen, in the order of the questions`()
    async throws
  {
    try await Fixtures.withFolder { folder in
      let model = Counting()
      let session = try await session(JudgingSettings(judges: ["model:a"]), ["a": model], folder)
      let (judgments, stop) = try await session.perform(Self.questions(10))
      #expect(stop == nil)
      #expect(judgments.map { $0?.preference } == (0..<10).map { $0 % 2 == 0 ? 1 : 0 })
      #expect(judgments[3]?.combination == .orders)
      // Twenty questions: 0, 0 swapped, 1, 1 swapped, …
      #expect(model.batches.map(\.count) == [16, 4])
      #expect(model.batches[1] == ["8", "8", "9", "9"])
      #expect(await session.spending.requests == 0)
    }
  }

  @Test func `what is on the ledger is not asked again, and a failure is`() async throws {
    try await Fixtures.withFolder { folder in
      var questions = Self.questions(20)
      questions[17].candidates[1] = ""
      let settings = JudgingSettings(judges: ["model:a"])
      let first = Counting()
      var judgments = try await session(settings, ["a": first], folder).perform(questions).judgments
      #expect(judgments[17]?.state == .failed)
      #expect(judgments[17]?.reason == "an empty candidate")
      #expect(first.batches.count == 3)
      // Nothing but the failure is left, and it needs no model.
      let second = Counting()
      let again = try await session(settings, ["a": second], folder).perform(questions).judgments
      #expect(second.batches.isEmpty)
      #expect(again == judgments)
      // With the failure mended, the batch that holds it is asked as a whole, and only what was
      // missing is taken.
      questions[17].candidates[1] = "y"
      let third = Counting()
      let mended = try await session(settings, ["a": third], folder).perform(questions).judgments
      #expect(third.batches.map(\.count) == [8])
      judgments[17] = mended[17]
      #expect(mended == judgments)
    }
  }

  @Test func `stopped between two batches it goes on to the same answers`() async throws {
    try await Fixtures.withFolder { folder in
      let questions = Self.questions(40)
      let settings = JudgingSettings(judges: ["model:a"])
      let whole = Counting()
      let undisturbed = try await session(
        settings, ["a": whole], folder.appending(path: "other").creating()
      ).perform(questions).judgments
      let asked = Mutex(0)
      let first = Counting()
      let (none, stop) = try await session(settings, ["a": first], folder).perform(
        questions,
        interruption: {
          asked.withLock { count in
            count += 1
            return count > 2 ? JudgingError.interrupted : nil
          }
        })
      #expect(stop as? JudgingError == .interrupted)
      #expect(none.allSatisfy { $0 == nil } && first.batches.count == 2)
      let second = Counting()
      let (judgments, end) = try await session(settings, ["a": second], folder).perform(questions)
      #expect(end == nil && second.batches.count == 3)
      // Replies say how many were asked together: the batches were the same.
      #expect(judgments == undisturbed)
    }
  }

  @Test func `other runs' answers are taken from the shared file`() async throws {
    try await Fixtures.withFolder { folder in
      let cache = try AnswerCache(path: folder.appending(path: "cache.sqlite").path)
      let settings = JudgingSettings(judges: ["model:a"])
      let questions = Self.questions(5)
      let first = try await session(
        settings, ["a": Counting()], folder.appending(path: "1").creating(), cache: cache
      ).perform(questions).judgments
      let model = Counting()
      let other = try await session(
        settings, ["a": model], folder.appending(path: "2").creating(), cache: cache)
      #expect(try await other.perform(questions).judgments == first)
      #expect(model.batches.isEmpty)
      #expect(await other.spending.remembered == 10)
      // Another model is another judge.
      let changed = Counting("changed")
      _ = try await session(
        settings, ["a": changed], folder.appending(path: "3").creating(), cache: cache
      ).perform(questions)
      #expect(changed.batches.count == 1)
    }
  }

  @Test func `a jury holds models, computed judges and repetitions together`() async throws {
    try await Fixtures.withFolder { folder in
      let (one, two) = (Counting("one"), Counting("two"))
      var settings = JudgingSettings(judges: ["model:a", "reward:b", "shorter"])
      settings.repetitions = 2
      let session = try await session(settings, ["a": one, "b": two], folder)
      let judgment = try #require(try await session.perform(Self.questions(1)).judgments[0])
      // Two of three prefer the longer one.
      #expect(judgment.preference == 1)
      #expect(judgment.parts?.map(\.preference) == [1, 1, 0])
      // Two orders, each twice.
      #expect(one.batches.joined().count == 4 && two.batches.joined().count == 4)
      #expect((session.judge as? Jury)?.judges.map(\.identity.name) == ["one", "two", "shorter"])
    }
  }

  @Test func `a template about single candidates asks for ratings`() async throws {
    try await Fixtures.withFolder { folder in
      let model = Counting()
      var settings = JudgingSettings(judges: ["model:a"])
      settings.template = "score"
      let session = try await session(settings, ["a": model], folder)
      let judgment = try #require(try await session.perform(Self.questions(1)).judgments[0])
      #expect(judgment.preference == 1)
      #expect(judgment.leaves.map { $0.verdict?.score } == [11, 5, 5, 11])
      // The same two ratings serve both orders.
      #expect(model.batches.joined().count == 2)
    }
  }

  /// Forty comparisons in both orders are eighty questions of a model, and forty of whoever waits.
  @Test func `progress counts comparisons from the first to the last`() async throws {
    try await Fixtures.withFolder { folder in
      for judges in [["model:a"], ["model:a", "longer"]] {
        let place = folder.appending(path: "\(judges.count)")
        try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
        let session = try await session(
          JudgingSettings(judges: judges), ["a": Counting()], place)
        var seen: [JudgingRun.Progress] = []
        _ = try await session.perform(Self.questions(40), progress: { seen.append($0) })
        #expect(seen.count > 3)
        #expect(seen.allSatisfy { $0.total == 40 && $0.failed == 0 })
        #expect(seen.map(\.done) == seen.map(\.done).sorted())
        #expect(seen.first?.done == 0 && seen.last?.done == 40)
      }
    }
  }

  @Test func `a rehearsal asks no model and counts its questions`() async throws {
    let model = Counting()
    let assembly = try JudgeAssembly(
      JudgingSettings(judges: ["model:a", "chat:m@http://localhost:1/v1"]), environment: [:]
    ) { _, _, _, _ in model }
    let unfit = JudgeQuestion(id: "3", prompt: "3", candidates: ["", "x"])
    let estimate = try await assembly.rehearse(Self.questions(3) + [unfit], cache: nil)
    #expect(estimate.local == 8 && estimate.requests == 8)
    #expect(estimate.tooLong == 2)
    #expect(estimate.localInputTokens == 30 && estimate.localOutputTokens == 12)
    #expect(model.batches.isEmpty)
  }

  @Test func `a program without tensors says who has them`() throws {
    #expect(
      throws: JudgingError.setting("reward:x/y is a model, which only plumb-engine can run")
    ) {
      _ = try JudgeAssembly(JudgingSettings(judges: ["reward:x/y"]), environment: [:])
    }
  }
}

extension URL {
  /// The folder, made.
  fileprivate func creating() throws -> URL {
    try FileManager.default.createDirectory(at: self, withIntermediateDirectories: true)
    return self
  }
}
