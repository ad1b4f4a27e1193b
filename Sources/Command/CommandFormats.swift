import Runs

/// The words that `--format` takes with a command.
///
/// Every command has ``OutputFormat/text`` and ``OutputFormat/json``; what prints tables has all that
/// commands share. Some have words of their own for what else they write.
struct CommandFormats: Sendable, Equatable {
  let shared: [OutputFormat]
  /// Those of the command alone.
  let own: [String]

  var words: [String] { shared.map(\.rawValue) + own }

  /// Without a default, so that a new command has to say what it prints.
  static func of(_ name: CommandName) -> CommandFormats {
    switch name {
    case .evaluate, .exam, .judge, .calibrate, .compare, .diff, .check, .data, .model, .doctor,
      .leaderboard, .agreement, .power, .methods, .help:
      CommandFormats(shared: OutputFormat.allCases, own: [])
    // Rows that are sentences for a reader.
    case .verify, .theory: CommandFormats(shared: [.text, .json, .csv], own: [])
    case .plan:
      CommandFormats(
        shared: OutputFormat.allCases, own: PlanRequest.Schedule.allCases.map(\.rawValue))
    case .report: CommandFormats(shared: OutputFormat.allCases, own: ["list"])
    // Its ranking is a table; for programs plumb compare has the records.
    case .run: CommandFormats(shared: [.text, .json, .markdown, .latex], own: [])
    case .train, .watch, .explain, .annotate, .capsule, .export, .merge, .sample, .initialise,
      .completion, .schema:
      CommandFormats(shared: [.text, .json], own: [])
    // Of the files that it writes; beside them there is a line for a reader.
    case .logs: CommandFormats(shared: [], own: ["tensorboard", "csv", "trackio"])
    }
  }
}
