import Foundation
import Testing

/// `plumb compare` of runs in which settings were tried.
@Suite struct EqualTermsTests {
  /// A copy of the run of three prompts, with something more in its evaluation.
  private func compare(
    _ arguments: String..., changing change: (inout [String: Any]) -> Void
  ) throws -> Program.Outcome {
    var outcome: Program.Outcome?
    try Program.withFolder { folder in
      let run = folder.appending(path: "run")
      try FileManager.default.copyItem(at: URL(filePath: Program.run), to: run)
      let file = run.appending(path: "evaluation.json")
      var record = try #require(
        JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
      change(&record)
      try JSONSerialization.data(withJSONObject: record).write(to: file)
      outcome = try Program.start(arguments: ["compare", run.path] + arguments)
    }
    return try #require(outcome)
  }

  private static var number: [String: Any] {
    [
      "name": "reward", "subject": "dpo", "value": 1.25, "low": 0.5, "high": 2.0, "count": 12,
      "clusters": 4, "unit": "", "direction": "higher", "method": "made", "version": 1,
      "nonfinite": 0, "confidence": 0.95,
    ]
  }
  private static var terms: [String: Any] {
    [
      "by": "reward", "selectionPrompts": 32, "selectionSeeds": [10, 11], "prompts": 48,
      "seeds": [0, 1], "remarks": ["One seed measured."],
      "methods": [
        [
          "name": "dpo", "title": "DPO-pref", "settings": 2,
          "trials": [["group": "dpo-1", "step": 8, "kl": 2.5, "reward": 1.0]],
          "readings": [
            [
              "question": "kl", "at": 2.0,
              "parts": [["group": "dpo-1", "step": 8, "weight": 1.0]],
              "reward": number, "kl": number,
            ],
            ["question": "kl", "at": 16.0, "parts": [[String: Any]]()],
          ],
        ] as [String: Any]
      ],
      "contrasts": [
        [
          "first": "dpo", "second": "exo", "cap": 2.0, "difference": number, "pValue": 0.0001,
          "correctedPValue": 0.0004, "verdict": "higher",
        ] as [String: Any]
      ],
    ]
  }

  @Test func `methods at equal KL stand below the ranks`() throws {
    let outcome = try compare { $0["equalTerms"] = Self.terms }
    #expect(outcome.code == 0, "\(outcome.complaint)")
    #expect(
      outcome.output.hasSuffix(
        """
        Selection: Only settings that a selection chose on other prompts and seeds stand here; tried were dpo 1 (settings × checkpoints).

        Reward at equal KL: chosen on 32 prompts and seeds 10, 11, measured on 48 others and seeds 0, 1

        method  trials  at             reward  interval        KL reached  interval
        dpo          1  KL at most 2     1.25  [0.50, 2.00]          1.25  [0.50, 2.00]
        dpo          1  KL at most 16       –                out of reach

        first  second  KL at most  difference  interval      Holm p  first is
        dpo    exo              2        1.25  [0.50, 2.00]  <0.001  higher

        Intervals of a method's caps hold together, and so do those of its means. Differences are of the reward; Holm p is corrected for all pairs and caps; the luck of choosing is counted in.
        Caps out of reach: the farthest that any reaches is 2.5. Caps within reach of all: evaluation.selection.at.kl: [0.62, 1.2, 2.5]; or train farther, with a weaker beta, a higher rate or more steps.
        One seed measured.

        """), "\(outcome.output)")
  }

  @Test func `programs get the same`() throws {
    let lines = try compare("--json") { $0["equalTerms"] = Self.terms }.output
      .split(separator: "\n").map(String.init)
    #expect(lines.count { $0.contains("\"kind\":\"equal-kl\"") } == 2)
    #expect(lines.count { $0.contains("\"kind\":\"equal-kl-contrast\"") } == 1)
    #expect(lines.contains { $0.contains("\"trials\":1") && $0.contains("\"at\":2") })
  }

  @Test func `settings that were tried on what ranks them are marked`() throws {
    let outcome = try compare { record in
      guard var policies = record["policies"] as? [[String: Any]], var last = policies.last else {
        return
      }
      last["sweep"] = "dpo"
      policies[policies.count - 1] = last
      var other = last
      other["id"] = "dpo-2/step-4"
      other["group"] = "dpo-2"
      other["isFinal"] = false
      record["policies"] = policies + [other]
    }
    #expect(
      outcome.output.hasSuffix(
        "\nSelection: Tried and shown on the prompts that rank them: dpo 2 settings. The best of them is chosen "
          + "on what it shows, which is too good; evaluation.selection chooses apart.\n"),
      "\(outcome.output)")
  }
}
