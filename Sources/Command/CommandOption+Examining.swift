extension CommandOption {
  static let task = CommandOption(
    "task", value: "NAME=FILE", isRepeatable: true,
    help: "an examination and its file; required, repeatable, also for one name")
  static let shots = CommandOption(
    "shots", value: "N", isRepeatable: true,
    help: "examples in front of each item (default: 0); NAME=N for one task")
  static let shotFile = CommandOption(
    "shots-from", value: "FILE", isRepeatable: true,
    help: "the examples, the first of each subject; NAME=FILE for one task")
  static let itemLimit = CommandOption(
    "limit", letter: "n", value: "N", help: "only the first N items of each subject or subset")
  static let asTurns = CommandOption(
    "chat", help: "prompts and examples as turns, by each model's chat template")
  static let tooLong = CommandOption(
    "too-long", value: "WAY",
    help: "items beyond the context: refuse, skip, or cut (default: refuse)")
  static let badRows = CommandOption(
    "on-bad-rows", value: "WAY", help: "rows that cannot be used: refuse, or skip and count them")
  static let writtenAnswers = CommandOption(
    "samples", value: "K", help: "written answers of each item, for pass@k (default: 1)")
  static let answerTemperature = CommandOption(
    "temperature", value: "T", help: "of written answers (default: 0 for one, 1 for several)")
  static let answerLength = CommandOption(
    "max-tokens", value: "N", help: "longest written answer (default: 256)")
  static let until = CommandOption(
    "until", value: "TEXT", isRepeatable: true,
    help: "where a written answer ends (default: the examination's own); repeatable")
  static let examOutput = CommandOption(
    "output", letter: "o", value: "FOLDER", help: "where it goes (default: runs/exam-<models>)")

  static let examining = [
    task, shots, shotFile, itemLimit, asTurns, chatTemplate, tooLong, badRows, writtenAnswers,
    answerTemperature, answerLength, until, seed, evaluationDevice, precision, examOutput,
    requireOfModels,
  ]
}
