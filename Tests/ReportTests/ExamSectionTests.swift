import Runs
import Testing

@testable import Report

/// What the page says of examinations.
@Suite struct ExamSectionTests {
  private func record(p: Double, difference: Double) -> ExamRecord {
    func measured(_ subject: String, _ value: Double, reference: String? = nil) -> Measurement {
      Measurement(
        name: "acc_norm", subject: subject, reference: reference, value: value, low: value - 0.01,
        high: value + 0.006, count: 500, clusters: 500, unit: "share", direction: .higher,
        method: "share <right>; exact")
    }
    func policy(_ id: String) -> EvaluatedPolicy {
      EvaluatedPolicy(
        id: id, group: id == "sft" ? id : "exo", method: id, seed: nil, step: nil, isFinal: true,
        options: [:], weights: "")
    }
    return ExamRecord(
      reference: "sft", policies: [policy("sft"), policy("exo/step-9")],
      exams: [
        ExamRecord.Exam(
          name: "arc<b>", kind: "arc", form: "log-likelihood of each choice",
          files: [.init(name: "arc.jsonl", sha256: String(repeating: "a", count: 64))], shots: 1,
          shotFiles: [], isChat: false, items: 500, skippedRows: 1, primary: "acc_norm",
          notes: ["only the first 500 items"])
      ],
      sittings: [
        ExamRecord.Sitting(
          exam: "arc<b>", policy: "exo/step-9", answered: 499, tooLong: 1, cut: 0, unfinished: 0,
          straddling: 0)
      ],
      scores: [
        ExamRecord.Score(exam: "arc<b>", measured("sft", 0.5)),
        ExamRecord.Score(exam: "arc<b>", measured("exo/step-9", 0.5 + difference)),
        ExamRecord.Score(exam: "arc<b>", category: "earth", measured("sft", 0.25)),
      ],
      contrasts: [
        ExamRecord.Contrast(
          exam: "arc<b>", difference: measured("exo/step-9", difference, reference: "sft"),
          pValue: p, correctedPValue: p, test: "McNemar's exact test", gained: 3, lost: 5)
      ], confidence: 0.95)
  }

  private func page(_ record: ExamRecord) -> String {
    var input = Fixture().input()
    input.exams = record
    return HTMLReport.render([input])
  }

  @Test func `a cost is the difference turned round, with its interval`() throws {
    let page = page(record(p: 0.4, difference: -0.004))
    // −0.4 points [−1.4, 0.2]: a cost of 0.4 [−0.2, 1.4]; the interval supports two decimals.
    #expect(
      page.contains(
        "<strong>exo</strong>: alignment cost 0.40\u{A0}points [−0.20, 1.40] of arc&lt;b&gt; (acc_norm): "
          + "not resolved"))
    #expect(page.contains("<td class=\"n\">3 / 5</td>"))
    #expect(page.contains("500 items, log-likelihood of each choice, 1 example in front."))
    #expect(
      page.contains(
        "only the first 500 items; 1 row of the file could not be used; exo: 1 items too long and left out"
      ))
    #expect(page.contains("<a href=\"#exams\">Examinations</a>"))
    #expect(page.contains("share &lt;right&gt;; exact"))
    #expect(!page.contains("arc<b>"))
  }

  @Test func `a verdict follows the corrected test`() {
    #expect(page(record(p: 0.01, difference: -0.05)).contains("(acc_norm): a loss"))
    #expect(page(record(p: 0.01, difference: 0.05)).contains("(acc_norm): a gain"))
  }

  @Test func `without examinations the page is as it was`() {
    #expect(!HTMLReport.render([Fixture().input()]).contains("Examinations"))
  }
}
