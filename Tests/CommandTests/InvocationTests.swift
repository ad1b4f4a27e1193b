import Testing

@testable import Command

@Suite struct InvocationTests {
  private func request(_ line: String) throws -> Request {
    try Invocation(line.split(separator: " ").map(String.init)).request
  }

  @Test func `run without a recipe is the demonstration`() throws {
    #expect(try request("run") == .run(RunRequest(recipe: nil, output: nil, overrides: [])))
  }

  @Test func `what is made anew or taken over goes with neither single stages nor nothing`() throws
  {
    var expected = RunRequest(recipe: "a.yaml", output: nil, overrides: [], seed: 1)
    expected.redo = ["sft", "dpo"]
    expected.reuse = ["runs/b"]
    expected.isAgreed = true
    #expect(
      try request("run a.yaml --redo sft --redo dpo --seed 1 --reuse runs/b --yes")
        == .run(expected))
    for (line, problem) in [
      ("run a.yaml --redo sft --only sft", "--redo does not go with --only; leave one out"),
      ("run a.yaml --reuse b --only sft", "--reuse does not go with --only; leave one out"),
      (
        "run a.yaml --yes", "plumb run wants --redo STAGE beside --yes; plumb run --help says more"
      ),
      (
        "run a.yaml --seed 1",
        "plumb run wants --only STAGE or --redo STAGE beside --seed; plumb run --help says more"
      ),
    ] {
      #expect {
        try self.request(line)
      } throws: { "\($0)" == problem }
    }
  }

  @Test func `options may stand before and after operands, apart or attached`() throws {
    let expected = Request.run(
      RunRequest(recipe: "a.yaml", output: "out", overrides: ["x.y=1", "z=a=b"]))
    #expect(try request("run --set x.y=1 a.yaml --set=z=a=b -o out") == expected)
    #expect(try request("run a.yaml --output=out --set x.y=1 --set z=a=b") == expected)
    #expect(try request("run -oout --set x.y=1 --set z=a=b -- a.yaml") == expected)
  }

  @Test func `examinations have names, files and examples`() throws {
    guard
      case .exam(let exam) = try request(
        "exam a b --task mmlu=x.csv --task gsm8k=y --task mmlu=z.csv --shots 5 --shots gsm8k=8 "
          + "--shots-from mmlu=dev.csv --shots-from gsm8k=train -n 3 --chat --too-long cut")
    else { throw CommandError.missingOption(command: "exam", option: "") }
    #expect(exam.models == ["a", "b"])
    #expect(exam.tasks.map(\.name) == ["mmlu", "gsm8k"])
    #expect(exam.tasks.map(\.files) == [["x.csv", "z.csv"], ["y"]])
    #expect(exam.tasks.map(\.shots) == [5, 8])
    #expect(exam.tasks.map(\.shotFiles) == [["dev.csv"], ["train"]])
    #expect(exam.limit == 3)
    #expect(exam.isChat)
    #expect(exam.tooLong == "cut")
    #expect(exam.maxTokens == 256)
    for (line, expected) in [
      ("exam a", "plumb exam wants --task NAME=FILE; plumb exam --help says more"),
      ("exam a --task x", "--task wants NAME=FILE, as in mmlu=mmlu/test, not `x`"),
      (
        "exam a --task x=y --shots z=5",
        "--shots wants the name of a task (x), = and N, not `z=5`"
      ),
      (
        "exam a --task x=y --shots -1", "--shots wants a whole number from 0 to 1000, not `-1`"
      ),
    ] {
      #expect {
        try self.request(line)
      } throws: { "\($0)" == expected }
    }
  }

  @Test func `every command reads its operands`() throws {
    #expect(
      try request("train r.yaml -o d") == .train(recipe: "r.yaml", output: "d", overrides: []))
    #expect(try request("evaluate runs/a") == .evaluate(run: "runs/a", overrides: []))
    let kl = Requirement(subject: "exo", quantity: "kl", relation: .below, bound: 5)
    #expect(
      try Invocation(["evaluate", "runs/a", "--require", "exo: kl < 5"]).request
        == .evaluate(run: "runs/a", overrides: [], requirements: [kl]))
    #expect(
      try request("compare runs/a runs/b")
        == .compare(runs: ["runs/a", "runs/b"], requirements: []))
    #expect(
      try request("report a b -o r.html --omit-texts")
        == .report(runs: ["a", "b"], output: "r.html", omitsTexts: true))
    #expect(try request("check r.yaml --set a=1") == .check(recipe: "r.yaml", overrides: ["a=1"]))
    #expect(try request("data r.yaml -n5") == .data(recipe: "r.yaml", rows: 5, overrides: []))
    #expect(try request("model gpt2") == .model(directory: "gpt2"))
    #expect(try request("theory") == .theory(output: nil))
    #expect(try request("theory --json -o page.html") == .theory(output: "page.html"))
    #expect(try request("doctor") == .doctor)
  }

  @Test func `judge has the defaults its help states, and reads every option`() throws {
    let plain = try request("judge a b --judge longer")
    guard case .judge(let defaults) = plain else {
      Issue.record("judge is a request of its own")
      return
    }
    #expect(defaults.first == "a" && defaults.second == "b" && defaults.judges == ["longer"])
    #expect(defaults.template == "five-level" && defaults.asksBothOrders)
    #expect(defaults.repetitions == 1 && defaults.canaries == 16 && defaults.temperature == 0)
    #expect(defaults.transport.concurrency == nil && defaults.usesCache)
    #expect(!defaults.isDryRun && defaults.exports.isEmpty && defaults.failUnder == nil)
    guard
      case .judge(let all) = try request(
        "judge a b --judge chat:m --judge first --swap none --temperature server -j4 -n 7 "
          + "--canaries 0 --max-cost 0.5 --prices p.yaml --fail-under 0.5 --export csv --no-cache")
    else {
      Issue.record("judge is a request of its own")
      return
    }
    #expect(all.judges == ["chat:m", "first"] && !all.asksBothOrders && all.temperature == nil)
    #expect(all.transport.concurrency == 4 && all.limit == 7 && all.canaries == 0 && !all.usesCache)
    #expect(
      all.transport.maximumCost == 0.5 && all.transport.prices == "p.yaml" && all.failUnder == 0.5)
    #expect(all.exports == ["csv"])
    for (line, message) in [
      ("judge a b", "plumb judge wants --judge JUDGE; plumb judge --help says more"),
      ("judge a b --judge x --swap maybe", "--swap wants both or none, not `maybe`"),
      ("judge a b --judge x --fail-under 50", "--fail-under wants a number from 0 to 1, not `50`"),
      (
        "judge a b --judge x --max-cost 1",
        "plumb judge wants --prices FILE beside --max-cost; plumb judge --help says more"
      ),
      (
        "judge a b --judge x --export xml",
        "--export wants one of alpaca-eval, arena-hard, mt-bench, csv, jsonl, not `xml`"
      ),
    ] {
      do throws(CommandError) {
        _ = try Invocation(line.split(separator: " ").map(String.init))
        Issue.record("\(line) is wrong")
      } catch {
        #expect("\(error)" == message)
      }
    }
  }

  @Test func `annotate has the defaults its help states, and reads every option`() throws {
    #expect(
      try request("annotate a b -o p.html")
        == .annotate(
          AnnotateRequest(
            files: ["a", "b"], page: "p.html", reference: nil, limit: nil, seed: 0,
            comparesAll: false, criteria: nil)))
    #expect(
      try request(
        "annotate a b c -o p.html --reference g -n 100 --seed 4 --match-ups all --criteria none")
        == .annotate(
          AnnotateRequest(
            files: ["a", "b", "c"], page: "p.html", reference: "g", limit: 100, seed: 4,
            comparesAll: true, criteria: [])))
    for line in ["a,", "a,b,c,d,e,f", "1a", "__proto__", "x<y"] {
      #expect(throws: CommandError.self) {
        try request("annotate a b -o p.html --criteria \(line)")
      }
    }
  }

  @Test func `judge imports files, and asks nobody then`() throws {
    #expect(
      try request("judge --import k a b --human h")
        == .importJudgments(ImportRequest(files: ["k", "a", "b"], human: ["h"])))
    for (line, message) in [
      ("judge --import", "plumb judge wants A B…; plumb judge --help says more"),
      ("judge --import a --judge x", "--judge does not go with --import; leave one out"),
      (
        "judge a b c --judge x --stop-when decided",
        "--stop-when wants ranking or top-K, K from 1 to 2, of 3 files, not `decided`"
      ),
      ("judge a b --judge x --human h", "--human does not go with --judge; leave one out"),
    ] {
      do throws(CommandError) {
        _ = try Invocation(line.split(separator: " ").map(String.init))
        Issue.record("\(line) is wrong")
      } catch {
        #expect("\(error)" == message)
      }
    }
  }

  @Test func `sample has the defaults its help states`() throws {
    #expect(
      try request("sample c")
        == .sample(
          SampleRequest(
            checkpoint: "c", prompt: "", number: 1, temperature: 1, topK: nil, topP: 1,
            maximumTokens: 64, seed: 0)))
    let all = ["sample", "c", "--prompt", "-- hi", "-n", "3", "--temperature", "0", "--top-k", "5"]
    #expect(
      try Invocation(
        all + ["--top-p", "0.5", "--max-tokens", "9", "--seed", "9223372036854775807"]
      ).request
        == .sample(
          SampleRequest(
            checkpoint: "c", prompt: "-- hi", number: 3, temperature: 0, topK: 5, topP: 0.5,
            maximumTokens: 9,
            seed: UInt64(Int.max))))
  }

  @Test func `sample takes a run's stage and a file of prompts`() throws {
    #expect(
      try request("sample r s --prompts p.jsonl")
        == .sample(
          SampleRequest(
            checkpoint: "r", stage: "s", prompt: "", prompts: "p.jsonl", number: 1, temperature: 1,
            topK: nil, topP: 1, maximumTokens: 64, seed: 0)))
    let error = #expect(throws: CommandError.self) {
      try request("sample r --prompt x --prompts p.jsonl")
    }
    #expect(error == .conflict(option: "--prompts", with: "--prompt"))
  }

  @Test func `merge takes an adapter`() throws {
    #expect(
      try request("merge a -o out --dtype float32")
        == .merge(MergeRequest(adapter: "a", output: "out", type: "float32")))
    let error = #expect(throws: CommandError.self) { try request("merge a") }
    #expect(
      error.map { "\($0)" } == "plumb merge wants --output FOLDER; plumb merge --help says more")
  }

  @Test func `export takes a run, a stage, and which checkpoint`() throws {
    #expect(
      try request("export r s -o out")
        == .export(
          ExportRequest(
            place: "r", stage: "s", output: "out", seed: nil, step: .last, type: nil,
            shardBytes: 5_000_000_000)))
    #expect(
      try request("export r/s -o o --seed 3 --step best --dtype bfloat16 --shard-size 2GiB")
        == .export(
          ExportRequest(
            place: "r/s", stage: nil, output: "o", seed: 3, step: .best, type: "bfloat16",
            shardBytes: 2 << 30)))
    for (words, message) in [
      ("export r s", "plumb export wants --output FOLDER; plumb export --help says more"),
      ("export r -o o --step last", "--step wants the number of a step, or best, not `last`"),
      (
        "export r -o o --dtype int8", "--dtype wants one of float32, bfloat16, float16, not `int8`"
      ),
      (
        "export r -o o --shard-size 5",
        "--shard-size wants an amount such as 500MB, 5GB or 2GiB, not `5`"
      ),
      (
        "export r -o o --shard-size 99999999999GB",
        "--shard-size wants an amount such as 500MB, 5GB or 2GiB, not `99999999999GB`"
      ),
    ] {
      let error = #expect(throws: CommandError.self) { try request(words) }
      #expect(error.map { "\($0)" } == message)
    }
  }

  @Test func `common options are understood before and after the command`() throws {
    let invocation = try Invocation(["--json", "doctor", "--quiet", "--no-color"])
    #expect(invocation.format == .json && invocation.isQuiet && invocation.refusesColor)
    #expect(invocation.request == .doctor)
    #expect(try Invocation(["doctor"]).format == .text)
  }

  @Test func `help is asked for in four ways, and wins over missing operands`() throws {
    #expect(try request("") == .help(nil))
    #expect(try request("--help") == .help(nil))
    #expect(try request("train -h") == .help(.train))
    #expect(try request("help train") == .help(.train))
    // What recipes have, without the word recipe.
    #expect(try request("help sweep") == .recipeKeys(kind: "sweep"))
    #expect(try request("help align") == .recipeKeys(kind: "align"))
    #expect(try request("help sample") == .help(.sample))
    #expect(try request("--version") == .version)
  }

  @Test(arguments: [
    ("trian r.yaml", "unknown command `trian`; did you mean train?"),
    ("serve", "unknown command `serve`; plumb --help lists the commands"),
    ("run --otput x", "unknown option `--otput` for plumb run; did you mean --output?"),
    ("run --temp 1", "unknown option `--temp` for plumb run; plumb run --help lists the options"),
    ("sample c --temp 1", "unknown option `--temp` for plumb sample; did you mean --temperature?"),
    ("run -json", "unknown option `-json` for plumb run; did you mean --json?"),
    ("run -x", "unknown option `-x` for plumb run; plumb run --help lists the options"),
    ("--verison", "unknown option `--verison`; did you mean --version?"),
    ("run --output", "--output wants a value: --output DIR"),
    ("report a -o", "-o wants a value: -o FILE"),
    ("doctor --json=yes", "--json takes no value; write it alone"),
    ("run -o a --output b", "--output is given twice; keep one"),
    ("sample c -n 0", "--number wants a whole number from 1 to 100000, not `0`"),
    (
      "sample c --max-tokens 1.5", "--max-tokens wants a whole number from 1 to 10000000, not `1.5`"
    ),
    ("sample c --seed -1", "--seed wants a whole number from 0 to 9223372036854775807, not `-1`"),
    (
      "sample c --seed 18446744073709551615",
      "--seed wants a whole number from 0 to 9223372036854775807, not `18446744073709551615`"
    ),
    (
      "sample c --temperature nan",
      "--temperature wants 0, or a number from 1e-06 to 1000, not `nan`"
    ),
    (
      "sample c --temperature=-0.5",
      "--temperature wants 0, or a number from 1e-06 to 1000, not `-0.5`"
    ),
    (
      "sample c --temperature 1e-300",
      "--temperature wants 0, or a number from 1e-06 to 1000, not `1e-300`"
    ),
    (
      "judge a b --judge first --timeout 1e17",
      "--timeout wants a number above 0 and at most 86400, not `1e17`"
    ),
    (
      "judge a b --judge first -j 9223372036854775807",
      "--max-concurrency wants a whole number from 1 to 4096, not `9223372036854775807`"
    ),
    (
      "judge a b --judge first --canaries 9223372036854775807",
      "--canaries wants a whole number from 0 to 100000, not `9223372036854775807`"
    ),
    ("train", "plumb train wants RECIPE; plumb train --help says more"),
    ("compare", "plumb compare wants RUN…; plumb compare --help says more"),
    ("run a b", "plumb run takes only [RECIPE]; `b` is too much"),
    ("doctor now", "plumb doctor takes nothing; `now` is too much"),
    (
      "report a",
      "plumb report wants --output FILE, or a TABLE (--format list names them); plumb report --help says more"
    ),
  ]) func `a mistake is one line that says what to write`(line: String, message: String) {
    let words = line.split(separator: " ").map(String.init)
    let error = #expect(throws: CommandError.self) { try Invocation(words) }
    #expect(error?.description == message)
  }

  @Test func `an escape sequence in a word does not reach the terminal`() {
    let error = #expect(throws: CommandError.self) { try Invocation(["\u{1B}[2J"]) }
    #expect(error?.description == "unknown command `␛[2J`; plumb --help lists the commands")
  }
}
