import Published
import Recipe

/// One examination as a recipe or a command line asks for it.
public struct ExamSettings: Equatable, Sendable {
  /// What becomes of an item whose prompt the model's context does not hold.
  public enum Length: String, CaseIterable, Sendable {
    /// The examination is refused.
    case refuse
    /// The item is left out and counted.
    case skip
    /// It loses its beginning, as in lm-evaluation-harness, and is counted.
    case cut
  }

  /// What results call it.
  public var name: String
  /// Nil for what the name says, or else the first row of the file.
  public var kind: ExamKind?
  /// Paths, patterns, folders or data sets of the hub's cache.
  public var files: [String]
  /// Examples with their answers in front of each item: the first of ``shotFiles``, of the item's own
  /// category where they tell categories apart.
  public var shots = 0
  public var shotFiles: [String] = []
  /// The first so many items of each category; all where it is nil.
  public var limit: Int?
  /// Prompts are turns, written by the model's chat template.
  public var isChat = false
  public var tooLong = Length.refuse
  /// Leaves out rows that cannot be used, and counts them.
  public var skipsBadRows = false
  /// Written answers of each item.
  public var samples = 1
  /// Of written answers; 0 takes the likeliest token. Nil for 0 of one answer and 1 of several.
  public var temperature: Double?
  /// The longest written answer, in tokens; 256 as in lm-evaluation-harness.
  public var maxTokens = 256
  /// Texts at which a written answer ends; nil for those of the kind.
  public var until: [String]?
  /// Of the random numbers.
  public var seed = 0

  public init(_ name: String, files: [String]) {
    self.name = name
    self.files = files
  }

  public init(_ name: String, from section: Section) {
    self.init(
      name,
      files: section.strings("file", about: "Path, pattern, folder or data set of the hub's cache.")
    )
    if section.has("kind") {
      kind =
        section.choice(
          "kind", about: "What the file holds; without it the name or the columns say so.")
        as ExamKind
    }
    shots = section.int(
      "shots", default: 0, in: 0...1000, about: "Examples with answers in front of each item.")
    shotFiles = section.strings(
      "shots_from", default: [], about: "File that the examples come from.")
    limit = section.optionalInt(
      "limit", in: 1...10_000_000, about: "The first so many items of each category.")
    isChat = section.bool(
      "chat", default: false, about: "Prompts are turns, written by the model's chat template.")
    tooLong = section.choice(
      "too_long", default: tooLong, about: "What becomes of an item that the context does not hold."
    )
    skipsBadRows =
      section.choice(
        "on_bad_rows", default: BadRowsWord.refuse,
        about: "Whether a row that cannot be used ends the exam or is left out and counted.")
      == .skip
    samples = section.int(
      "samples", default: samples, in: 1...10_000, about: "Written answers of each item.")
    temperature = section.optionalDouble(
      "temperature", atLeast: 0, atMost: 100,
      about: "Of written answers; 0 takes the likeliest token.")
    if let temperature, temperature > 0, temperature < Section.leastTemperature {
      section.mistake("temperature", "is 0, or at least \(Section.leastTemperature)")
    }
    maxTokens = section.int(
      "max_tokens", default: maxTokens, in: 1...1_000_000,
      about: "Longest written answer; 256 as in lm-evaluation-harness.")
    if section.has("until") {
      until = section.strings(
        "until", about: "Texts at which a written answer ends; those of the kind without it.")
    }
    seed = section.int("seed", default: 0, in: 0...Int.max, about: "Of the random numbers.")
    if section.has("file"), files.isEmpty { section.mistake("file", "names no file") }
    for (key, problem) in problems { section.mistake(key, problem) }
  }

  private enum BadRowsWord: String, CaseIterable {
    case refuse, skip
  }

  var usedTemperature: Double { temperature ?? (samples > 1 ? 1 : 0) }

  /// What does not go together, by the key to change.
  public var problems: [(key: String, problem: String)] {
    var found: [(String, String)] = []
    if shots > 0, shotFiles.isEmpty {
      found.append(("shots", "needs examples; name their file as shots_from"))
    }
    if shots == 0, !shotFiles.isEmpty {
      found.append(("shots_from", "is not used without shots; say how many"))
    }
    if samples > 1, temperature == 0 {
      found.append(("samples", "are all the same at temperature 0; take 1, or raise temperature"))
    }
    if name.isEmpty || name.contains("/") || name.hasPrefix(".") {
      found.append(("file", "stands under a name that can be no file's; choose another"))
    }
    if let kind = kind ?? ExamKind(named: name), shots > 0, !kind.takesShots {
      found.append(
        (
          "shots",
          kind.form == .choices
            ? "are part of TruthfulQA's prompt already; leave them out"
            : "are for choices and answers; leave them out"
        ))
    }
    return found
  }

  /// What decides which numbers come out, for the key of kept answers.
  var identity: [String] {
    [
      "\(shots)", "\(limit ?? 0)", "\(isChat)", tooLong.rawValue, "\(samples)",
      "\(usedTemperature)", "\(maxTokens)", (until ?? ["\u{1}"]).joined(separator: "\u{2}"),
      "\(seed)",
    ]
  }
}
