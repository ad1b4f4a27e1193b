extension CommandOption {
  static let judge = CommandOption(
    "judge", value: "JUDGE", isRepeatable: true, help: "who judges; required, repeatable")
  static let template = CommandOption(
    "template", value: "NAME", help: "how servers are asked: a name or ./FILE.md (five-level)")
  static let reference = CommandOption(
    "reference", value: "FILE", help: "good answers to the same prompts, for those who want them")
  static let judgingOutput = CommandOption(
    "output", letter: "o", value: "DIR", help: "where it goes (default: runs/judge-<A>-<B>-<JUDGE>)"
  )
  static let limit = CommandOption(
    "limit", letter: "n", value: "N", help: "only the first N prompts")
  static let swap = CommandOption(
    "swap", value: "both|none", help: "ask in both orders, or in the files' order (default: both)")
  static let repetitions = CommandOption(
    "repeat", value: "N", help: "ask every question N times and take the mean (default: 1)")
  static let canaries = CommandOption(
    "canaries", value: "N", help: "prompts for each kind of canary; 0 for none (default: 16)")
  static let judgingTemperature = CommandOption(
    "temperature", value: "T", help: "of models; 'server' leaves it to theirs (default: 0)")
  static let omitted = CommandOption(
    "omit", value: "PART", isRepeatable: true,
    help: "leave out what a server does not take: seed, system, temperature")
  static let lengthKey = CommandOption(
    "max-tokens-key", value: "KEY",
    help: "what the server takes: max_tokens or max_completion_tokens")
  static let topLogprobs = CommandOption(
    "top-logprobs", value: "N", help: "likeliest tokens asked for with labels (default: the most)")
  static let keyVariable = CommandOption(
    "api-key-env", value: "[HOST=]NAME", isRepeatable: true,
    help: "the environment variable that holds a server's key")
  static let allowsPlain = CommandOption(
    "allow-http", help: "ask other machines without encryption")
  static let certificates = CommandOption(
    "ca-file", value: "FILE", help: "certificates to trust instead of the system's")
  static let deadline = CommandOption(
    "timeout", value: "SECONDS", help: "for one request, from first to last byte (default: 120)")
  static let concurrency = CommandOption(
    "max-concurrency", letter: "j", value: "N", help: "most requests at once (default: 16)")
  static let prices = CommandOption(
    "prices", value: "FILE", help: "YAML with US dollars for a million tokens of each model")
  static let maximumCost = CommandOption(
    "max-cost", value: "USD", help: "stop before this much is spent; wants --prices")
  static let maximumRequests = CommandOption(
    "max-requests", value: "N", help: "stop after N requests")
  static let dryRun = CommandOption(
    "dry-run", help: "count requests, tokens and dollars; send nothing")
  static let cache = CommandOption(
    "cache", value: "FILE", help: "answers that runs share (default: in the user's cache folder)")
  static let noCache = CommandOption("no-cache", help: "share no answers with other runs")
  static let stopWhen = CommandOption(
    "stop-when", value: "WORD",
    help: "decided: told from 50 %; of three and more: ranking, top-K")
  static let budget = CommandOption(
    "budget", value: "N", help: "comparisons of three and more files at most")
  static let margin = CommandOption(
    "margin", value: "SHARE",
    help: "stop, too, once it lies within SHARE of 50 %")
  static let failUnder = CommandOption(
    "fail-under", value: "SHARE", help: "exit 1 where A's win rate is lower, as in 0.5")
  static let strict = CommandOption("strict", help: "exit 1 where a canary wins too often")
  static let export = CommandOption(
    "export", value: "FORMAT", isRepeatable: true,
    help: "also write " + JudgeRequest.formats.joined(separator: ", "))

  static let imports = CommandOption(
    "import", help: "ask nobody: read FILE… of judgments that were made before")
  static let human = CommandOption(
    "human", value: "FILE", isRepeatable: true,
    help: "with --import: a file of any format whose judgments people gave")
  static let device = CommandOption(
    "device", value: "DEVICE", help: "of models in this process: cpu, cuda (default: cpu)")
  static let calibration = CommandOption(
    "calibration", value: "FILE",
    help: "of plumb calibrate: correct the win rate by people's labels")
  static let requireAgreement = CommandOption(
    "require-agreement", value: "SHARE",
    help: "of judge and people, by its interval; else exit 1 or 7")
  static let require = CommandOption(
    "require", value: "'Q > X'", isRepeatable: true,
    help: "exit 1 unless Q's interval holds, 7 where undecided: win_rate, …")
  static let requireOfMethods = CommandOption(
    "require", value: "'A: Q > X'", isRepeatable: true,
    help: "exit 1 unless Q's interval holds, 7 where it cannot be decided")
  static let requireOfModels = CommandOption(
    "require", value: "'Q > X'", isRepeatable: true,
    help: "exit 1 unless Q's interval holds, 7 if undecided; 'A: Q > X' for A")
  static let recheck = CommandOption(
    "recheck", value: "SHARE",
    help: "of old answers asked again where new ones come (default: 0.05)")
  static let batch = CommandOption(
    "batch", value: "DIR",
    help: "write requests for a batch service, or read its results; send none")
  static let turn = CommandOption(
    "turn", value: "N", help: "of conversations, judge the first N turns (default: all)")
  static let humanLabels = CommandOption(
    "human", value: "FILE", isRepeatable: true,
    help: "judgments that people gave, of any format; required, repeatable")
  static let calibrationFile = CommandOption(
    "output", letter: "o", value: "FILE", help: "the calibration to write; required")
  static let omitJudgedTexts = CommandOption(
    "omit-texts", help: "keep no prompts and answers in records and page, but their hashes")
  static let judgingReport = CommandOption(
    "report", value: "FILE", help: "also write an HTML page")

  /// Of `plumb judge`.
  static let judging = [
    judge, template, reference, judgingOutput, limit, swap, repetitions, canaries, seed,
    judgingTemperature, omitted, lengthKey, topLogprobs, keyVariable, allowsPlain, certificates,
    deadline, concurrency, prices,
    maximumCost, maximumRequests, dryRun, cache, noCache, stopWhen, margin, budget,
    failUnder, strict, export,
    imports, human,
    device, judgingReport, omitJudgedTexts, calibration, requireAgreement, require, recheck, batch,
    turn,
  ]
}
