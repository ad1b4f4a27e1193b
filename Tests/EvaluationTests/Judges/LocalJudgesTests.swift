import Foundation
import Judging
import Policy
import Runs
import Testing
import Torch

@testable import Evaluation

/// Models in this process as judges, on a language of a few letters.
@Suite struct LocalJudgesTests {
  let world: TinyWorld

  init() throws { world = try TinyWorld(letters: 3) }

  /// A template without a prompt, whose delimiters the tiny vocabulary cannot write: only the
  /// candidates' letters are left.
  private func template(_ header: String) throws -> PromptTemplate {
    try PromptTemplate(
      "---\nasks: comparison\nslots: first, second\n\(header)\n---\n---\n{{first}}\n{{second}}\n",
      name: "own")
  }

  private func folder(
    _ name: String, seed: UInt64 = 1, positions: Int = 512, reward: Bool = false
  ) throws -> URL {
    let url = world.folder.appending(path: name)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    let model = try world.model(seed: seed, positions: positions)
    let decoder =
      try reward
      ? model.decoder.copied(labels: 1, headFrom: Generator(seed: seed, stream: "head"))
      : model.decoder
    try decoder.save(to: url)
    try world.tokenizer.save(to: url)
    return url
  }

  private func question(_ first: String, _ second: String) -> JudgeQuestion {
    JudgeQuestion(id: "1", prompt: "", candidates: [first, second])
  }

  @Test func `labels have the probabilities of the next token, over the whole vocabulary`() throws {
    let judge = try ModelJudge(
      JudgeFolder(folder("m"), name: "m"),
      template: template("label: a => first\nlabel: b => second\nmax-tokens: 1"), sampling: .init())
    let pairs = [("ab", "c"), ("b", "a"), ("cc", "cab")]
    let questions = pairs.map { question($0.0, $0.1) }
    let judgments = try judge.judgments(of: questions)
    let model = try LanguageModel.load(folder("m"))
    for ((question, judgment), pair) in zip(zip(questions, judgments), pairs) {
      let prompt = try model.prompt(
        template("label: a => first\nlabel: b => second").render(question).plain)
      #expect(prompt.count >= pair.0.count + pair.1.count)
      let layout = try Layout(prompts: [prompt], positions: 512)
      let logits: [Double] = try model.decoder.hidden(layout)
        .slice(0, prompt.count - 1..<prompt.count).linear(model.decoder.head).values()
      // All rows of the embedding, the one without a token too, as transformers takes them.
      let all = logits.map(exp).reduce(0, +)
      let (first, second) = (exp(logits[0]) / all, exp(logits[1]) / all)
      let verdict = try #require(judgment.verdict)
      #expect(abs((verdict.preference ?? 0) - first / (first + second)) < 1e-6)
      #expect(abs((verdict.mass ?? 0) - (first + second)) < 1e-6)
      #expect(verdict.label == (first > second ? "A" : "B"))
    }
  }

  @Test func `a context without room for any question is known from the folder alone`() throws {
    let own = try template("verdict: a => first\nverdict: b => second\nmax-tokens: 9")
    let short = try folder("short", positions: 8)
    let said = try #require(try ModelJudge.contextProblem(of: short, name: "short", template: own))
    #expect(
      said.hasPrefix("the context of short holds 8 tokens, and template own takes "), "\(said)")
    #expect(said.contains("up to 9 for the reply; take a model with a longer context"), "\(said)")
    try FileManager.default.removeItem(at: short.appending(path: "model.safetensors"))
    #expect(try ModelJudge.contextProblem(of: short, name: "short", template: own) != nil)
    #expect(
      try ModelJudge.contextProblem(of: folder("long"), name: "long", template: own) == nil)
  }

  @Test func `a label of several tokens has the product of their probabilities`() throws {
    let model = try world.model(seed: 3)
    let labels = try LabelProbabilities(["ab", "c"], model)
    let found = try labels.probabilities(after: [[0, 1], [2]])
    for (prompt, shares) in zip([[0, 1], [2]], found) {
      func share(_ tokens: [Int]) throws -> Double {
        let sequence = prompt + tokens.dropLast()
        let layout = try Layout(prompts: [sequence], positions: 16)
        let logits: [Double] = try model.decoder.hidden(layout)
          .slice(0, sequence.count - 1..<sequence.count).linear(model.decoder.head).values()
        return exp(logits[tokens[tokens.count - 1]]) / logits.map(exp).reduce(0, +)
      }
      #expect(abs(try share([0]) * share([0, 1]) - (shares["ab"] ?? 0)) < 1e-6)
      #expect(abs(try share([2]) - (shares["c"] ?? 0)) < 1e-6)
    }
    #expect(throws: PolicyError.input("the judge's tokenizer cannot write the label Yes")) {
      _ = try LabelProbabilities(["Yes"], model)
    }
  }

  @Test func `what is written is read by the template's rule, and says how it ended`() throws {
    let judge = try ModelJudge(
      JudgeFolder(folder("w"), name: "w"),
      template: template("verdict: a => first\nverdict: b => second\nmax-tokens: 3"),
      sampling: .init(temperature: 1, seed: 5))
    let questions = (0..<40).map { number in
      JudgeQuestion(
        id: "\(number)", prompt: "",
        candidates: ["abc", String(repeating: "a", count: number % 7)],
        repetition: number / 7)
    }
    let judgments = try judge.judgments(of: questions)
    for judgment in judgments {
      let reply = try #require(judgment.reply)
      switch judgment.state {
      case .verdict:
        #expect(reply == "a" || reply == "b")
        #expect(judgment.preference == (reply == "a" ? 1 : 0))
      case .truncated:
        #expect(judgment.reason == "cut off after 3 tokens without an end")
      case .empty: #expect(reply == "")
      default: #expect(judgment.state == .unparsable && reply != "a" && reply != "b")
      }
    }
    #expect(
      Set(judgments.map(\.state)).count >= 3, "the replies are too much alike to show anything")
    // Each reply follows from its own question, whatever stands beside it.
    #expect(try judge.judgments(of: questions) == judgments)
    for place in [0, 11, 39] {
      #expect(try judge.judgments(of: [questions[place]])[0].reply == judgments[place].reply)
    }
    // Other draws for another seed.
    let other = try ModelJudge(
      JudgeFolder(folder("w"), name: "w"),
      template: template("verdict: a => first\nverdict: b => second\nmax-tokens: 3"),
      sampling: .init(temperature: 1, seed: 6))
    #expect(try other.judgments(of: questions).map(\.reply) != judgments.map(\.reply))
  }

  @Test func `a prompt beyond the context is a failure of its question alone`() throws {
    let judge = try ModelJudge(
      JudgeFolder(folder("short", positions: 128), name: "short"),
      template: template("verdict: a => first\nverdict: b => second\nmax-tokens: 64"),
      sampling: .init())
    let long = question(String(repeating: "abc", count: 60), "a")
    let near = question(String(repeating: "a", count: 20), "b")
    let model = try LanguageModel.load(folder("short", positions: 128))
    let count = try model.prompt(
      template("verdict: a => first").render(long).plain
    ).count
    let judgments = try judge.judgments(of: [question("a", "b"), long, near])
    #expect(judgments[1].state == .failed)
    #expect(
      judgments[1].reason
        == "longer than the judge's context: the prompt has \(count) tokens, and the "
        + "context of short holds 128; take a judge with a longer one, or a shorter template")
    #expect(try judge.objection(to: long) == judgments[1])
    #expect(judgments[0].state != .failed && judgments[2].state != .failed)
    #expect(try judge.judgments(of: [near])[0] == judgments[2])
  }

  @Test func `the higher reward wins, equal ones tie, and a text beyond the context fails`() throws
  {
    let judge = RewardJudge(
      try JudgeFolder(folder("r", seed: 7, positions: 16, reward: true), name: "x/r"))
    #expect(judge.identity.name == "r")
    let reward = try ModelReward(
      name: "r", model: LanguageModel.load(folder("r", seed: 7, positions: 16, reward: true)))
    let questions = [
      JudgeQuestion(id: "1", prompt: "a", candidates: ["b", "cc"]),
      JudgeQuestion(id: "2", prompt: "a", candidates: ["cc", "b"]),
      JudgeQuestion(id: "3", prompt: "a", candidates: ["b", "b"]),
      JudgeQuestion(id: "4", prompt: "a", candidates: ["b", String(repeating: "c", count: 16)]),
      JudgeQuestion(id: "5", prompt: "a", candidates: ["cc"]),
    ]
    let judgments = try judge.judgments(of: questions)
    let values = try reward.rewards(of: ["ab", "acc"])
    #expect(values[0] != values[1])
    let isFirst = values[0] > values[1]
    #expect(judgments[0].preference == (isFirst ? 1 : 0))
    #expect(judgments[1].preference == (isFirst ? 0 : 1))
    #expect(judgments[2].verdict == Verdict(label: "tie", preference: 0.5))
    #expect(
      judgments[3].reason
        == "longer than the judge's context: prompt and output have 17 tokens, and the "
        + "context of r holds 16")
    #expect(judgments[4].verdict?.score == values[1])
  }

  @Test func `the reward of generated reviews judges without a folder`() throws {
    let judge = RewardJudge.synthetic
    let judgments = try judge.judgments(of: [
      JudgeQuestion(id: "1", prompt: "The film was", candidates: [" wonderful.", " dreadful."])
    ])
    #expect(judgments[0].verdict != nil)
    #expect(try judge.objection(to: JudgeQuestion(id: "1", prompt: "", candidates: [""])) == nil)
  }

  @Test func `a model is told by what its files hold, not by where they lie`() throws {
    let one = try JudgeFolder(folder("one"), name: "one")
    let same = try JudgeFolder(folder("same"), name: "elsewhere/same")
    #expect(one.digest == same.digest)
    #expect(try JudgeFolder(folder("other", seed: 2), name: "other").digest != one.digest)
    let url = try folder("tokens")
    let file = url.appending(path: "tokenizer_config.json")
    try Data(#"{"eos_token": "</s>", "x": 1}"#.utf8).write(to: file)
    #expect(try JudgeFolder(url, name: "tokens").digest != one.digest)
    // An optimiser's state beside it changes nothing.
    try Data("x".utf8).write(
      to: world.folder.appending(path: "same").appending(path: "training.safetensors"))
    let again = try JudgeFolder(world.folder.appending(path: "same"), name: "same")
    #expect(again.digest == one.digest)
  }

  @Test func `a folder of the wrong kind says how to judge with it`() throws {
    let language = try JudgeFolder(folder("lm"), name: "lm")
    let rewards = try JudgeFolder(folder("rm", reward: true), name: "rm")
    let question = question("a", "b")
    #expect(
      throws: PolicyError.input(
        "lm has no reward head with one output; a language model judges with model:lm")
    ) { _ = try RewardJudge(language).judgments(of: [question]) }
    let template = try template("verdict: a => first\nverdict: b => second")
    #expect(
      throws: PolicyError.input("rm has a reward head and writes nothing; judge with reward:rm")
    ) {
      _ = try ModelJudge(rewards, template: template, sampling: .init())
        .judgments(of: [question])
    }
    #expect(
      throws: JudgingError.setting(
        "model:lm has no temperature of its own; give one, as in --temperature 0")
    ) {
      _ = try ModelJudge(language, template: template, sampling: .init(temperature: nil))
    }
  }
}
