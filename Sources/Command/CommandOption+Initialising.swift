extension CommandOption {
  static let initialModel = CommandOption(
    "model", value: "MODEL", help: "folder of a model, or its name in the Hugging Face cache")
  static let initialPairs = CommandOption(
    "pairs", value: "FILE", help: "rows of prompt, chosen and rejected")
  static let initialPrompts = CommandOption(
    "prompts", value: "FILE", help: "rows of prompts; the policy learns from its own answers")
  static let initialDemonstrations = CommandOption(
    "demonstrations", value: "FILE", help: "rows of prompt and completion")
  static let initialReward = CommandOption(
    "reward", value: "FOLDER", help: "folder of a reward model, or synthetic")
  static let initialJudge = CommandOption(
    "judge", value: "JUDGE", help: "who compares answers, as for plumb judge")
  static let initialFile = CommandOption(
    "output", letter: "o", value: "FILE", help: "the recipe to write (default: recipe.yaml)")
  static let replaces = CommandOption("replace", help: "write over a file that is there")

  static let initialising = [
    initialModel, initialPairs, initialPrompts, initialDemonstrations, initialReward, initialJudge,
    initialFile, replaces,
  ]
}
