import Foundation
import Recipe

/// A data set as a recipe names it: files, their layout, and what is done to their texts.
public struct DataSource: Sendable {
  /// Paths of files: relative ones resolved against the recipe's folder, patterns and folders to what
  /// they stand for.
  public let files: [String]
  public let format: RecordFormat
  /// From the names of the field (`text`, `label`, `prompt`, …) to the columns of the files.
  public let columns: [String: String]
  /// The most rows to take, counted after ``part``; nil for all.
  public let limit: Int?
  public let part: DataPart
  /// The rows to take: fields or columns, and the value that each must hold as text.
  public let conditions: [String: String]
  /// How texts are cut into prompt and completion, where demonstrations are made of them.
  public let cut: TextCut?
  public let noise: DataNoise?
  /// Literal texts to replace, in order.
  public let replacements: [(from: String, to: String)]
  public let isLowercased: Bool
  /// Whether markup of special tokens in the texts becomes these tokens.
  public let specialTokens: SpecialTokens
  /// Whether prompts that are plain texts are a user's turn, and what follows them the answer.
  public let isConversation: Bool
  /// Rows made by ``SyntheticReviews`` instead of read from files.
  public let synthetic: Synthetic?
  /// Rows taken from other sources instead of read from files.
  public let mix: DataMix?
  public let badRows: BadRows
  /// Which answers of a conversation become demonstrations.
  public let learntTurns: LearntTurns
  /// Whether examples that say the same as an earlier one are left out.
  public let deduplicates: Bool
  /// The longest example that is taken: its prompt and its longest text together, in Unicode
  /// scalars; nil for all.
  public let mostCharacters: Int?

  public enum LearntTurns: String, CaseIterable, Sendable {
    /// Every answer, each with the turns before it as its prompt.
    case all
    /// The last one, as in all other kinds of rows.
    case last
  }

  /// Which rows of ``SyntheticReviews``.
  public struct Synthetic: Equatable, Sendable {
    public var count: Int
    public var seed: UInt64
    /// 1 for positive reviews alone, 0 for negative ones; nil for both.
    public var label: Int?

    public init(count: Int, seed: UInt64, label: Int? = nil) {
      self.count = count
      self.seed = seed
      self.label = label
    }
  }

  private let rewrites: [(matcher: TextMatcher, content: [UInt8])]

  public init(
    files: [String], format: RecordFormat = .auto, columns: [String: String] = [:],
    limit: Int? = nil, part: DataPart = .all, conditions: [String: String] = [:],
    cut: TextCut? = nil, noise: DataNoise? = nil, replacements: [(from: String, to: String)] = [],
    isLowercased: Bool = false, specialTokens: SpecialTokens = .plain,
    isConversation: Bool = false, synthetic: Synthetic? = nil, mix: DataMix? = nil,
    badRows: BadRows = BadRows(), learntTurns: LearntTurns = .last, deduplicates: Bool = false,
    mostCharacters: Int? = nil
  ) {
    self.mix = mix
    self.badRows = badRows
    self.learntTurns = learntTurns
    self.deduplicates = deduplicates
    self.mostCharacters = mostCharacters
    self.synthetic = synthetic
    self.files = files
    self.format = format
    self.columns = columns
    self.limit = limit
    self.part = part
    self.conditions = conditions
    self.cut = cut
    self.noise = noise
    self.replacements = replacements
    self.isLowercased = isLowercased
    self.specialTokens = specialTokens
    self.isConversation = isConversation
    rewrites = replacements.filter { !$0.from.isEmpty }.map {
      (.literal(Array($0.from.utf8)), Array($0.to.utf8))
    }
  }

  /// Reads the settings; mistakes are recorded in the section.
  ///
  /// - Parameters:
  ///   - directory: the recipe's folder.
  ///   - above: the data sets that the recipe names before this one.
  public init(
    from section: Section, directory: String, among above: [String: DataSource] = [:]
  ) {
    if let mix = section.optionalSection(
      "mix",
      about: "Rows of other data sets in the place of files: their names, each with its weight.")
    {
      self.init(
        files: [],
        limit: section.optionalInt(
          "limit", in: 1...Int.max, about: "Takes the first so many rows, counted after part."),
        mix: DataMix(from: mix, among: above),
        deduplicates: section.bool(
          "deduplicate", default: false,
          about: "Leaves out examples that say the same as an earlier one."),
        mostCharacters: section.optionalInt(
          "max_characters", in: 1...Int.max,
          about: "Leaves out examples longer than this: prompt and longest text together."))
      return
    }
    let noise = section.optionalSection(
      "noise", about: "Spoils a share of the rows, to see what a method makes of bad data."
    ).map { DataNoise(from: $0, among: above) }
    if let generate = section.optionalSection(
      "generate", about: "Film reviews that Plumb writes itself, in the place of files.")
    {
      let count = generate.int("reviews", in: 1...10_000_000, about: "How many reviews to write.")
      let seed = generate.int(
        "seed", default: 0, in: 0...Int.max, about: "Which reviews: another seed gives others.")
      let label = generate.optionalInt(
        "label", in: 0...1,
        about: "1 for positive reviews alone, 0 for negative ones; both without it.")
      self.init(
        files: [], noise: noise,
        synthetic: Synthetic(count: count, seed: UInt64(seed), label: label))
      return
    }
    let base = URL(fileURLWithPath: directory, isDirectory: true)
    let paths = section.strings(
      "files",
      about:
        "Paths, patterns or folders of .jsonl, .json, .csv, .tsv, .parquet or text, plain or packed."
    )
    if section.has("files"), paths.isEmpty { section.mistake("files", "names no file") }
    var files: [String] = []
    for path in paths {
      do throws(DataFiles.Problem) {
        let found = try DataFiles.resolve(path, base: base)
        files += found
        if let missing = found.first(where: { !FileManager.default.fileExists(atPath: $0) }) {
          section.absent("files", at: path, "there is no file \(missing)")
        }
      } catch {
        section.mistake("files", at: path, error.text)
      }
    }
    var columns: [String: String] = [:]
    if let renamed = section.optionalSection(
      "columns", about: "What the columns of the files are called, where they have other names.")
    {
      for name in RowReader.names.keys.sorted() {
        columns[name] = renamed.optionalString(
          name, about: "The column that holds what Plumb calls \(name).")
      }
    }
    let bounds = section.doubles(
      "part", default: [0, 1], atLeast: 0, atMost: 1,
      about: "From which to which share of the rows, as [0, 0.9]; a row stays in its part.")
    if bounds.count != 2 || bounds[0] >= bounds[1] {
      section.mistake("part", "must be two numbers, the smaller first, as in [0.0, 0.6]")
    }
    let pairs = section.stringPairs(
      "replace", about: "Texts to replace, in order, as [[\"from\", \"to\"]].")
    if pairs.contains(where: { $0.from.isEmpty }) {
      section.mistake("replace", "the text to look for is empty")
    }
    let isConversation = section.bool(
      "conversation", default: false,
      about: "Plain prompts are a user turn, written by the model's chat template.")
    if isConversation, section.has("cut") {
      section.mistake(
        "conversation", "the parts of a text that is cut are no turns; leave out one of the two")
    }
    self.init(
      files: files,
      format: section.choice(
        "format", default: RecordFormat.auto,
        about: "How the files are written; auto goes by their names."), columns: columns,
      limit: section.optionalInt(
        "limit", in: 1...Int.max, about: "Takes the first so many rows, counted after part."),
      part: bounds.count == 2 ? DataPart(from: bounds[0], to: bounds[1]) : .all,
      conditions: section.stringMap(
        "where", about: "Takes rows alone whose fields hold these values."),
      cut: section.optionalSection(
        "cut",
        about: "Makes demonstrations of whole texts: words of the prompt, words of the completion."
      ).map { TextCut(from: $0) }, noise: noise,
      replacements: pairs,
      isLowercased: section.bool("lowercase", default: false, about: "Makes texts lower case."),
      specialTokens: section.choice(
        "special_tokens", default: .plain,
        about: "Whether markup such as <|im_end|> in texts is text or these tokens."),
      isConversation: isConversation,
      badRows: BadRows(
        section.choice(
          "on_bad_rows", default: BadRows.Way.refuse,
          about: "Whether a row that cannot be used ends the run or is left out and counted."),
        most: section.double(
          "most_bad_rows", default: BadRows().most, atLeast: 0, atMost: 1,
          about: "The largest share of rows that may be left out.")),
      learntTurns: section.choice(
        "learn_turns", default: LearntTurns.last,
        about: "Which answers of a conversation are learnt: the last, or all, each after its turns."
      ),
      deduplicates: section.bool(
        "deduplicate", default: false,
        about: "Leaves out examples that say the same as an earlier one."),
      mostCharacters: section.optionalInt(
        "max_characters", in: 1...Int.max,
        about: "Leaves out examples longer than this: prompt and longest text together."))
  }

  /// A text after the replacements.
  func rewrite(_ text: String) -> String {
    var text = text
    if !rewrites.isEmpty {
      let bytes = rewrites.reduce(Array(text.utf8)) { $1.matcher.replace($0, with: $1.content) }
      text = String(decoding: bytes, as: UTF8.self)
    }
    return isLowercased ? text.lowercased() : text
  }
}
