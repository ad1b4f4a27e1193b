/// One option of the command line, as the parser reads it and the help prints it.
struct CommandOption: Sendable, Equatable {
  /// Without dashes.
  let name: String
  /// The one-letter form, without its dash.
  let letter: Character?
  /// What the help calls the value; nil for a switch.
  let value: String?
  /// May stand without its value, which is a whole number.
  let isValueOptional: Bool
  /// May be given more than once.
  let isRepeatable: Bool
  /// One line, with the default where there is one.
  let help: String

  init(
    _ name: String, letter: Character? = nil, value: String? = nil, isRepeatable: Bool = false,
    isValueOptional: Bool = false, help: String
  ) {
    self.name = name
    self.letter = letter
    self.value = value
    self.isRepeatable = isRepeatable
    self.isValueOptional = isValueOptional
    self.help = help
  }

  /// `-o, --output DIR`.
  var spelling: String {
    let short = letter.map { "-\($0), " } ?? "    "
    let shown = isValueOptional ? value.map { "[\($0)]" } : value
    return short + "--\(name)" + (shown.map { " \($0)" } ?? "")
  }

  static let json = CommandOption(
    "json", help: "one JSON object per line, for programs: --format json")
  static let quiet = CommandOption("quiet", help: "no progress; results and errors only")
  static let noColor = CommandOption("no-color", help: "no colour (as NO_COLOR=1 does)")
  static let help = CommandOption("help", letter: "h", help: "this text, or a command's")
  static let version = CommandOption("version", help: "the version")

  /// Understood with every command.
  static let common = [json, quiet, noColor, help, version]

  /// How a command prints what it found.
  static func format(of name: CommandName) -> CommandOption {
    let formats = CommandFormats.of(name)
    let words = formats.shared.map(\.rawValue).joined(separator: ", ")
    let help =
      switch name {
      case .logs: "\(formats.own.joined(separator: ", ")); required, repeatable"
      case .plan: "\(words); as a schedule \(formats.own.joined(separator: ", "))"
      case .report: "of TABLE: \(words); or list the tables of RUN"
      default: "\(words) (default: text)"
      }
    return CommandOption("format", value: "FORMAT", isRepeatable: name == .logs, help: help)
  }

  static let output = CommandOption(
    "output", letter: "o", value: "DIR", help: "where the run goes (default: runs/<name>)")
  static let reportFile = CommandOption(
    "output", letter: "o", value: "FILE",
    help: "the HTML file to write; required, but for tables, which else are printed")
  static let page = CommandOption(
    "output", letter: "o", value: "FILE",
    help: "the page, as x.html; x.key.json goes beside it; required")
  static let matchUps = CommandOption(
    "match-ups", value: "first|all",
    help: "compare the first file with each other one, or all pairs")
  static let criteria = CommandOption(
    "criteria", value: "A,B,…",
    help: "asked besides the whole, up to five, or none (default: the EXO paper's)")
  static let theoryFile = CommandOption(
    "output", letter: "o", value: "PLACE",
    help: "write a page (FILE.html), or a folder with a page for each paper")
  static let omitTexts = CommandOption(
    "omit-texts", help: "leave prompts and completions out of the report")
  static let capsuleFile = CommandOption(
    "output", letter: "o", value: "FILE", help: "the capsule to write, as run.tar; required")
  static let omitCapsuleTexts = CommandOption(
    "omit-texts", help: "leave out what policies and judges wrote; numbers stay")
  static let verifiedRun = CommandOption(
    "run", value: "RUN", help: "the run that a capsule was made of, for its checkpoints")
  static let set = CommandOption(
    "set", value: "KEY=VALUE", isRepeatable: true,
    help: "a setting, as in --set stages.sft.max_length=64; repeatable")
  static let only = CommandOption(
    "only", value: "STAGE", isRepeatable: true,
    help: "make this stage alone, beside other processes that make others; repeatable")
  static let seedAlone = CommandOption(
    "seed", value: "N", help: "with --only or --redo: of the training (default: every seed)")
  static let redo = CommandOption(
    "redo", value: "STAGE", isRepeatable: true,
    help: "make this stage anew, and all that is made from it; repeatable")
  static let reuse = CommandOption(
    "reuse", value: "RUN", isRepeatable: true,
    help: "take equal stages over from another run; repeatable")
  static let agreed = CommandOption("yes", help: "with --redo: go on without asking")
  static let live = CommandOption(
    "live", value: "PORT", isValueOptional: true,
    help: "give the page of the run while it is on to browsers of this machine")
  static let prompt = CommandOption(
    "prompt", value: "TEXT", help: "the text to continue (default: nothing, a fresh start)")
  static let promptFile = CommandOption(
    "prompts", value: "FILE", help: "texts to continue, JSON Lines with prompt (or messages)")
  static let chat = CommandOption(
    "chat", help: "talk with the model, a turn a line, by its chat template")
  static let system = CommandOption(
    "system", value: "TEXT", help: "with --chat: what the conversation begins with")
  static let logFolder = CommandOption(
    "output", letter: "o", value: "FOLDER", help: "where the files go; required")
  static let exportFolder = CommandOption(
    "output", letter: "o", value: "FOLDER", help: "the folder to make; required")
  static let seedOfTraining = CommandOption(
    "seed", value: "N", help: "of the training (default: the first)")
  static let step = CommandOption(
    "step", value: "N|best", help: "of the checkpoint (default: the last)")
  static let storedType = CommandOption(
    "dtype", value: "TYPE", help: "float32, bfloat16 or float16 (default: as it is stored)")
  static let shardSize = CommandOption(
    "shard-size", value: "SIZE", help: "the most of one file of weights (default: 5GB)")
  static let samples = CommandOption(
    "number", letter: "n", value: "N", help: "how many completions (default: 1)")
  static let rows = CommandOption(
    "number", letter: "n", value: "N", help: "how many rows to show (default: 3)")
  static let temperature = CommandOption(
    "temperature", value: "T", help: "0 takes the likeliest token (default: 1)")
  static let topK = CommandOption(
    "top-k", value: "K", help: "draw only from the K likeliest tokens (default: all)")
  static let topP = CommandOption(
    "top-p", value: "P", help: "draw only from the fewest that hold P (default: 1, all)")
  static let maximumTokens = CommandOption(
    "max-tokens", value: "N", help: "longest completion (default: 64; of a chat 512)")
  static let seed = CommandOption(
    "seed", value: "S", help: "of the random stream (default: 0)")
  static let difficulty = CommandOption(
    "difficulty", value: "FILE", help: "CSV of instruction difficulties, in the rows' order")
  static let anchor = CommandOption(
    "anchor", value: "FILE", isRepeatable: true,
    help: "outputs of the baseline: as it is, concise, verbose; give all three")
  static let boardJudge = CommandOption(
    "judge", value: "NAME", help: "whose judgments count, where files hold several judges'")
  static let style = CommandOption(
    "style", help: "win rates at equal length and markup as well")
  static let answers = CommandOption(
    "answers", value: "FILE", isRepeatable: true,
    help: "answers of Arena-Hard, whose style is counted; repeatable")
  static let bradleyTerry = CommandOption(
    "bradley-terry", help: "rank by strength; comparisons need no baseline in common")
  static let fields = CommandOption(
    "fields", value: "A,B,…", help: "fields with one rater each (default: a list named ratings)")
  static let scale = CommandOption(
    "scale", value: "SCALE",
    help: "of Krippendorff's alpha: nominal, ordinal, interval, ratio (default: nominal)")
  static let difference = CommandOption(
    "difference", value: "D", help: "to be found, as 0.05 for five points (default: a table)")
  static let deviation = CommandOption(
    "deviation", value: "SD", help: "of one preference (default: the pilot's, or 0.5)")
  static let correlation = CommandOption(
    "correlation", value: "R", help: "of two models' preferences (default: the pilots')")
  static let prompts = CommandOption(
    "prompts", letter: "n", value: "N", help: "what so many prompts can show")
  static let seeds = CommandOption(
    "seeds", value: "S", help: "trainings of each method (default: 1, luck left out)")
  static let seedDeviation = CommandOption(
    "seed-deviation", value: "SD", help: "of a method's mean between trainings")
  static let expectedAgreement = CommandOption(
    "agreement", value: "SHARE",
    help: "of a judge with people: plan their labels of the judged --prompts")
  static let labels = CommandOption(
    "labels", value: "N", help: "what so many labels can show")
  static let significance = CommandOption(
    "significance", value: "A", help: "two-sided level of the test (default: 0.05)")
  static let referenceFolder = CommandOption(
    "output", letter: "o", value: "FOLDER",
    help: "of reference: the folder for its pages, which else are printed")
  static let manual = CommandOption("man", help: "the manual page: plumb help --man | man -l -")
  static let powerOption = CommandOption(
    "power", value: "P", help: "chance to find a true difference (default: 0.8)")
}
