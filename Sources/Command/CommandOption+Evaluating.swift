extension CommandOption {
  static let evaluationPrompts = CommandOption(
    "prompts", value: "FILE", isRepeatable: true,
    help: "prompts for models, in any layout that recipes read; repeatable")
  static let reward = CommandOption(
    "reward", value: "R", help: "what ranks completions: a reward model, or synthetic")
  static let referencePolicy = CommandOption(
    "reference", value: "MODEL", help: "what all are compared with (default: the first)")
  static let panel = CommandOption(
    "judge", value: "JUDGE", isRepeatable: true,
    help: "who compares completions, as for plumb judge; repeatable")
  static let evaluationOutput = CommandOption(
    "output", letter: "o", value: "RUN", help: "where it goes (default: runs/evaluate-<models>)")
  static let completions = CommandOption(
    "samples", value: "N", help: "completions of each prompt (default: 4)")
  static let samplingTemperature = CommandOption(
    "temperature", value: "T", help: "of the models that are measured (default: 1)")
  static let evaluationLength = CommandOption(
    "max-tokens", value: "N", help: "longest completion (default: 256)")
  static let evaluationDevice = CommandOption(
    "device", value: "DEVICE", help: "cpu, cuda or cuda:0 (default: cpu)")
  static let precision = CommandOption(
    "precision", value: "TYPE", help: "of matrix products: float32 or bfloat16 (default: float32)")
  static let chatTemplate = CommandOption(
    "chat-template", value: "NAME",
    help: "in the place of the models' own: chatml, llama3, …, or ./FILE.jinja")

  /// Of `plumb evaluate` with models.
  static let evaluating =
    [
      evaluationPrompts, reward, referencePolicy, panel, evaluationOutput, limit, completions,
      samplingTemperature, topK, topP, evaluationLength, seed, evaluationDevice, precision,
      chatTemplate,
    ] + ofServers + evaluationJudging + [requireOfModels, set]

  /// How the judges among them are asked; recipes have keys of these names.
  static let evaluationJudging = [
    template, swap, repetitions, canaries, omitted, lengthKey, topLogprobs, keyVariable,
    allowsPlain, certificates, deadline, concurrency, prices, maximumCost, maximumRequests, cache,
    noCache,
  ]
}
