/// The commands of Plumb, in the order the help lists them.
public enum CommandName: String, Sendable, CaseIterable {
  case run, train, watch, evaluate, exam, judge, annotate, calibrate, compare, diff, report,
    capsule,
    verify,
    export, merge, logs, sample,
    check, plan, data, model, doctor
  case leaderboard, agreement, power, theory
  /// What the program knows, for whoever asks it.
  case methods, explain
  case initialise = "init"
  case completion, schema, help
}
