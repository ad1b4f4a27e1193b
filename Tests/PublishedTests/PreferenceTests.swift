import Foundation
import Statistics
import TestSupport
import Testing

@testable import Published

@Suite struct PreferenceTests {
  private static let matchUp = MatchUp("new", "old")

  /// One rater's shares, prompt by prompt; nil is a gap.
  private func rated(
    _ name: String, _ shares: [Double?], isHuman: Bool = true, _ matchUp: MatchUp = matchUp
  ) -> [Preference] {
    shares.enumerated().map { place, share in
      Preference(
        prompt: "p\(place)", matchUp: matchUp, rater: .init(name: name, isHuman: isHuman),
        share: share, gap: share == nil ? "unparsable" : nil)
    }
  }

  private func summary(_ preferences: [Preference]) -> MatchUpSummary {
    MatchUpSummary(Self.matchUp, preferences, bootstrap: ClusterBootstrap(resamples: 200))
  }

  @Test func `one rater has the share's interval, and gaps have bounds`() throws {
    let own = summary(rated("anna", [1, 1, 0.5, 0, nil]))
    let tally = try #require(own.members[0].tally)
    #expect(counts(tally.wins, tally.ties, tally.losses) == [2, 1, 1])
    #expect(tally.gaps == ["unparsable": 1])
    // (2 + ½)/4; with the gap lost 2.5/5, won 3.5/5.
    #expect(tally.winRate?.value == 0.625)
    #expect(tally.winRate == Inference().share([[1], [1], [0.5], [0]]))
    #expect(tally.bounds == Interval(0.5, 0.7))
    #expect(own.people == nil && own.majority == nil && own.agreementOfPeople == nil)
  }

  @Test func `several people are averaged by prompt, and most of them decide the majority`() throws
  {
    let all = summary(
      rated("anna", [1, 1, 0.5, 0]) + rated("ben", [1, 0.5, 0.5, 0])
        + rated("cleo", [1, 0, 0, 1]))
    let together = try #require(all.people)
    #expect(counts(together.wins, together.ties, together.losses) == [5, 3, 4])
    // (3 + 1.5 + 1 + 1)/12.
    #expect(isClose(all.people?.winRate?.value, 6.5 / 12, within: 1e-15))
    #expect(all.people?.winRate?.clusters == 4 && all.people?.winRate?.count == 12)
    // Win; three different answers; two ties; two losses.
    let majority = try #require(all.majority)
    #expect(counts(majority.wins, majority.ties, majority.losses) == [1, 2, 1])
    // Pairs that agree: 3/3, 0/3, 1/3, 1/3.
    let raw = all.agreementOfPeople?.summary.raw
    #expect(isClose(raw?.value, (1 + 0 + 1.0 / 3 + 1.0 / 3) / 4, within: 1e-15))
    #expect(all.agreementOfPeople?.pairs.map(\.second) == ["ben", "cleo", "cleo"])
    // anna and ben agree on 3 of 4; p_e = (2·1 + 1·2 + 1·1)/16.
    let kappa = all.agreementOfPeople?.pairs[0].kappa?.value
    #expect(isClose(kappa, (0.75 - 5.0 / 16) / (1 - 5.0 / 16), within: 1e-15))
  }

  @Test func `answers that are all alike are not without error`() {
    let all = summary(rated("anna", [1, 1, 1, 1]) + rated("ben", [1, 1, 1, 1]))
    // Four prompts, not eight answers: Clopper and Pearson, 0.025^(1/4).
    #expect(isClose(all.people?.winRate?.interval?.low, 0.3976, within: 1e-4))
    #expect(all.people?.winRate?.interval?.high == 1)
  }

  @Test func `a judge is held against people, and its win rate corrected`() throws {
    // People on ten prompts, the judge on thirty. Rows are people's win, tie, loss.
    let people: [Double] = [1, 1, 1, 1, 0, 0, 0, 0, 0.5, 0.5]
    let judge: [Double] = [1, 1, 1, 0, 0, 0, 1, 0.5, 1, 0.5] + (0..<20).map { $0 < 15 ? 1 : 0 }
    let all = summary(rated("anna", people) + rated("gpt", judge, isHuman: false))
    let calibration = try #require(all.calibrations.first)
    #expect(calibration.table == [[3, 0, 1], [1, 1, 0], [1, 1, 2]])
    #expect(calibration.comparisons == 10)
    #expect(calibration.agreement?.value == 0.6)
    // p_e = (4·5 + 2·2 + 4·3)/100.
    #expect(isClose(calibration.kappa?.value, (0.6 - 0.36) / 0.64, within: 1e-12))
    #expect(calibration.people?.value == 0.5 && calibration.judged?.value == 0.6)
    #expect(isClose(calibration.judgedOnAll?.value, (6 + 15) / 30, within: 1e-12))
    let powered = PredictionPowered(
      human: people, judge: Array(judge.prefix(10)), unlabelled: Array(judge.dropFirst(10)))
    #expect(
      isClose(
        calibration.predictionPowered?.estimate.value, try #require(powered).estimate.value,
        within: 1e-12))
    // Of 28 decided verdicts 20 are wins; of people's 4 wins 3 hit, of their 3 decided losses 2.
    let rate = RoganGladen.estimate(judged: (20, 28), hits: (3, 4), rejections: (2, 3))
    #expect(calibration.roganGladen == rate)
  }

  @Test func `a judge that was fooled agrees with nobody`() throws {
    let judges = ["gpt", "fool", "claude"]
    let preferences = judges.flatMap { rated($0, [1, 0, 1, 0.5], isHuman: false) }
    let canaries = (0..<4).map { place in
      Preference(
        prompt: "p\(place)", matchUp: Self.matchUp, rater: .init(name: "fool", isHuman: false),
        share: 1, canary: .empty)
    }
    func agreement(_ fooled: [Preference]) throws -> RaterAgreement {
      try #require(
        MatchUpSummary(
          Self.matchUp, preferences, canaries: fooled, bootstrap: ClusterBootstrap(resamples: 50)
        ).agreementOfJudges)
    }
    #expect(try agreement([]).raters == judges)
    let honest = try agreement(canaries)
    #expect(honest.raters == ["gpt", "claude"] && honest.summary.ratings == 8)
  }

  @Test func `judges and people who share no prompt are not held against each other`() {
    let judged = rated("gpt", [1, 0], isHuman: false).map { one in
      var other = one
      other.prompt = "other \(one.prompt)"
      return other
    }
    #expect(summary(rated("anna", [1, 0]) + judged).calibrations.isEmpty)
  }

  @Test func `a comparison turned round says the same`() {
    let one = Preference(
      prompt: "p", matchUp: Self.matchUp, rater: .init(name: "a", isHuman: false), share: 0.75,
      orders: .init(direct: 1, swapped: 0.5), criteria: ["x": 1], firstIsShownFirst: true)
    let turned = one.flipped
    #expect(turned.matchUp == MatchUp("old", "new") && turned.share == 0.25)
    // "old" shown first is the order in which "new" was shown second.
    #expect(turned.orders == .init(direct: 0.5, swapped: 0))
    #expect(turned.criteria == ["x": 0] && turned.firstIsShownFirst == false)
    #expect(turned.flipped == one)
  }

  // MARK: Files

  @Test func `what Plumb exports is read back as written, and as the same preference`() throws {
    let annotation = AlpacaAnnotation(
      instruction: "i", dataset: "d", baselineOutput: "b", baseline: "old", modelOutput: "m",
      model: "new", annotator: "gpt", preference: 1, price: 0.5, completion: "first\n\nsecond")
    let arena = ArenaJudgment(
      question: "1", model: "new", judge: "gpt", category: "c", baseline: "old",
      verdicts: [.better, .muchBetter], texts: ["x", ""],
      prompts: [[.init(role: "user", content: "?")], []])
    let pair = PairJudgment(
      question: "12", first: "new", second: "old", judge: ["gpt", "t"], direct: .first,
      swapped: .first, turn: 1, prompts: ["?", "?"], texts: ["x", nil], time: 0)
    let plain = ComparisonRow(
      id: "1", prompt: "i", outputs: ["m", "b"], models: ["new", "old"], judge: "gpt",
      state: "verdict", preference: 1, replies: ["x", "y"])
    let files = [
      try TemporaryFile("a.json", AlpacaAnnotation.text([annotation])),
      try TemporaryFile("b.jsonl", ArenaJudgment.text([arena])),
      try TemporaryFile("c.jsonl", PairJudgment.text([pair])),
      try TemporaryFile("d.jsonl", ComparisonRow.text([plain])),
    ]
    // They go when nothing holds them any more.
    defer { withExtendedLifetime(files) {} }
    #expect(try AlpacaAnnotation.read(files[0].path) == [annotation])
    #expect(try ArenaJudgment.read(files[1].path) == [arena])
    #expect(try PairJudgment.read(files[2].path) == [pair])
    #expect(try ComparisonRow.read(files[3].path) == [plain])
    for file in files {
      let read = try PreferenceFiles([file.path]).preferences
      #expect(read.map(\.matchUp) == [Self.matchUp] && read.map(\.share) == [1])
      #expect(read.map(\.rater) == [.init(name: "gpt", isHuman: false)])
    }
    let human = try PreferenceFiles([files[0].path], human: [files[3].path]).preferences
    #expect(human.map(\.rater.isHuman) == [false, true])
    // The same prompt's text is the same prompt.
    #expect(human[0].prompt == human[1].prompt)
  }

  @Test func `the fields are those that the benchmarks' own programs read`() throws {
    let annotation = AlpacaAnnotation(
      instruction: "i", baselineOutput: "b", baseline: "old", modelOutput: "m", model: "new",
      annotator: "gpt", preference: nil)
    #expect(
      AlpacaAnnotation.text([annotation]) == """
        [
        {"instruction": "i", "output_1": "b", "generator_1": "old", "dataset": null, \
        "output_2": "m", "generator_2": "new", "annotator": "gpt", "preference": null, \
        "price_per_example": null, "time_per_example": null, "raw_completion": null}
        ]

        """)
    let arena = ArenaJudgment(
      question: "1", model: "new", judge: "gpt", baseline: "old", verdicts: [nil, .tie],
      texts: ["", "x"])
    #expect(
      ArenaJudgment.text([arena]) == """
        {"uid": "1", "category": null, "judge": "gpt", "model": "new", "baseline": "old", \
        "games": [{"score": null, "judgment": {"answer": ""}, "prompt": []}, \
        {"score": "A=B", "judgment": {"answer": "x"}, "prompt": []}]}

        """)
    let pair = PairJudgment(
      question: "12", first: "new", second: "old", judge: ["gpt", "t"], direct: .error,
      swapped: .tie, turn: 1, time: 0)
    #expect(
      PairJudgment.text([pair]) == """
        {"question_id": 12, "model_1": "new", "model_2": "old", "g1_winner": "error", \
        "g2_winner": "tie", "judge": ["gpt", "t"], "g1_user_prompt": null, \
        "g2_user_prompt": null, "g1_judgment": null, "g2_judgment": null, "turn": 1, \
        "tstamp": 0.0}

        """)
  }

  @Test func `single scores of two models by one judge become comparisons`() throws {
    func scores(_ model: String, _ values: [Double?]) -> [SingleScore] {
      values.enumerated().map { place, value in
        SingleScore(question: "\(place)", model: model, judge: "gpt-4", score: value, turn: 1)
      }
    }
    let file = try TemporaryFile(
      "s.jsonl", SingleScore.text(scores("new", [9, 5, 7, nil]) + scores("old", [8, 6, 7, 3])))
    let files = try PreferenceFiles([file.path])
    #expect(files.preferences.map(\.share) == [1, 0, 0.5, nil])
    #expect(files.preferences.allSatisfy { $0.matchUp == Self.matchUp })
    let report = try PreferenceReport(files)
    #expect(report.scores.map(\.mean?.value) == [7, 6])
    #expect(report.scores.map(\.unscored) == [1, 0])
  }

  @Test func `a judging and its own export are not counted twice`() throws {
    let folder = try TemporaryFolder()
    try folder.write("judgments.jsonl", "")
    try folder.write("annotations.json", "[]")
    let export = folder.url.appending(path: "annotations.json").path
    #expect(
      throws: PublishedError.content(
        file: export, problem: "is an export of the judgments.jsonl beside it, which is given too",
        advice: "give one of the two")
    ) { try PreferenceFiles([folder.url.path, export]) }
  }

  @Test func `an export behind a link is an export`() throws {
    let folder = try TemporaryFolder()
    try folder.write("judgments.jsonl", "")
    try folder.write("annotations.json", "[]")
    let link = folder.url.appending(path: "link").path
    try FileManager.default.createSymbolicLink(
      atPath: link, withDestinationPath: folder.url.appending(path: "annotations.json").path)
    #expect(
      throws: PublishedError.content(
        file: link, problem: "is an export of the judgments.jsonl beside it, which is given too",
        advice: "give one of the two")
    ) { try PreferenceFiles([folder.url.path, link]) }
  }

  @Test func `comparisons that are named in different ways are not added up`() throws {
    let annotation = AlpacaAnnotation(
      instruction: "i", baselineOutput: "b", baseline: "old", modelOutput: "m", model: "new",
      annotator: "gpt", preference: 1)
    let plain = ComparisonRow(
      id: "1", prompt: "i", outputs: ["m", "b"], models: ["new", "old"], judge: "gpt",
      state: "verdict", preference: 1, replies: ["x", "y"])
    let arena = ArenaJudgment(
      question: "1", model: "old", judge: "gpt", category: "c", baseline: "new",
      verdicts: [.better, .better], texts: ["", ""])
    let pair = PairJudgment(
      question: "1", first: "new", second: "old", judge: ["gpt", "t"], direct: .first,
      swapped: .first, turn: 1, prompts: ["?", "?"], texts: ["x", nil], time: 0)
    let scores = ["new", "old"].map {
      SingleScore(question: "1", model: $0, judge: "gpt", score: 1, turn: 1)
    }
    let files = [
      try TemporaryFile("annotations.json", AlpacaAnnotation.text([annotation])),
      try TemporaryFile("arena-hard.jsonl", ArenaJudgment.text([arena])),
      try TemporaryFile("mt-bench.jsonl", PairJudgment.text([pair])),
      try TemporaryFile("comparisons.jsonl", ComparisonRow.text([plain])),
      try TemporaryFile("scores.jsonl", SingleScore.text(scores)),
    ]
    defer { withExtendedLifetime(files) {} }
    for (one, other) in [(0, 1), (1, 2), (2, 0), (3, 1), (0, 4), (1, 4)] {
      let paths = [files[one].path, files[other].path]
      let systems = other == 1 ? "old against new" : "new against old"
      #expect(
        message { _ = try PreferenceFiles(paths) }
          == "\(paths[1]): judges \(systems) by gpt, as \(paths[0]) does, and names comparisons in "
          + "another way: nothing says which are the same — give one of the two")
      // People and a judge of one name are two raters.
      #expect(try PreferenceFiles([paths[0]], human: [paths[1]]).preferences.count == 2)
    }
    // Named by the texts in both, it is one comparison.
    let same = try PreferenceFiles([files[0].path, files[3].path])
    #expect(same.preferences.count == 1 && same.remarks == [.repeated(rows: 1)])
  }

  @Test func `a file without judgments is named`() throws {
    let outputs = try TemporaryFile("o.json", "[{\"instruction\": \"i\", \"output\": \"o\"}]")
    #expect(
      message { _ = try PreferenceFiles([outputs.path]) }.hasPrefix(
        "\(outputs.path): is no file of judgments — give annotations of AlpacaEval"))
    let broken = try TemporaryFile("o.jsonl", "{\"games\": [}\n")
    #expect(message { _ = try PreferenceFiles([broken.path]) }.hasPrefix("\(broken.path):1:12 — "))
    let wrong = try TemporaryFile(
      "judgments.jsonl", "{\"id\": \"1\", \"lengths\": [1, 2], \"judgment\": {\"state\": 3}}\n")
    #expect(
      message { _ = try PreferenceFiles([wrong.path]) }
        == "\(wrong.path): has no judge.json beside it, which names files and judge — give the file "
        + "where plumb judge wrote it")
  }

  @Test(.enabled(if: SharedData.isPresent)) func `published judgments keep their numbers`() throws {
    func report(_ names: String...) throws -> PreferenceReport {
      try PreferenceReport(
        PreferenceFiles(names.map { try SharedData.url($0).path }),
        bootstrap: ClusterBootstrap(resamples: 50))
    }
    let alpaca = try report(
      "alpaca-eval/annotations/weighted_alpaca_eval_gpt4_turbo/alpaca-7b.json.gz")
    // The leaderboard's row: 2.59145, 17 wins, 785 losses, 3 draws.
    let tally = try #require(alpaca.matchUps.first?.members.first?.tally)
    #expect(isClose(tally.winRate?.value, 0.0259145, within: 5e-8))
    #expect(counts(tally.wins, tally.losses, tally.ties) == [17, 785, 3])
    // Its ORIGIN.md: 18 and 20 agree, two have an error, all others are ties under MT-bench's rule.
    let bench = try report("mt-bench/model_judgment/gpt-4_pair.jsonl.gz")
    let pairs = try #require(bench.matchUps.first?.members.first)
    let wins = try #require(pairs.tally)
    #expect(counts(wins.wins, wins.losses, wins.ties) == [18, 20, 35])
    #expect(wins.gaps == ["unparsable": 2])
    #expect(pairs.position?.table == [[18, 5, 16], [0, 8, 3], [2, 1, 20]])
    let single = try report("mt-bench/model_judgment/gpt-4_single.jsonl.gz")
    #expect(isClose(single.scores.first?.mean?.value, (8.3625 + 8.0375) / 2, within: 1e-12))
    let arena = try report(
      "arena-hard/v0.1/model_judgment/DeepSeek-R1-Distill-Llama-70B/gpt-4-0314.jsonl.gz")
    #expect(arena.matchUps.first?.members.first?.tally?.winRate?.value == 0.5)
  }
}
