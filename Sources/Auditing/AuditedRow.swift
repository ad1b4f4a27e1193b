import Corpus
import Runs

/// A row of any layout, as it is looked over for what would spoil an experiment.
public struct AuditedRow: Sendable, Equatable {
  /// What the row says of its texts, which another row may contradict.
  public enum Label: Sendable, Equatable {
    case none
    /// The first text is preferred to the second.
    case preference
    /// A class of the only text.
    case mark(Int)
    /// A number for each text; the higher one is better.
    case scores([Double])
  }

  public let id: String
  /// The words of what the texts follow; nil where a row is whole texts.
  public let prompt: String?
  /// Completions, or the whole text; empty for prompts.
  public let texts: [String]
  public let label: Label

  public init(_ id: String, prompt: String? = nil, _ texts: [String] = [], label: Label = .none) {
    self.id = id
    self.prompt = prompt
    self.texts = texts
    self.label = label
  }

  /// Prompt and texts.
  public var all: [String] { (prompt.map { [$0] } ?? []) + texts }
}

/// The rows of a data set of a recipe.
public struct AuditedSet: Sendable {
  public let name: String
  public let layout: RowLayout
  public let rows: [AuditedRow]

  public init(name: String, layout: RowLayout, rows: [AuditedRow]) {
    self.name = name
    self.layout = layout
    self.rows = rows
  }

  /// Reads a source; bad rows are left out, for others tell of them.
  ///
  /// - Throws: `CorpusError` for files that cannot be read.
  public init(name: String, reading source: DataSource) throws {
    let layout = try source.layout()
    let notes = RowNotes(forgivesBadRows: true)
    let rows: [AuditedRow]
    switch layout {
    case .pairs:
      rows = try source.preferencePairs(notes).map {
        AuditedRow(
          $0.id, prompt: $0.prompt.words, [$0.chosen, $0.rejected], label: .preference)
      }
    case .groups:
      rows = try source.scoredGroups(notes).map {
        AuditedRow($0.id, prompt: $0.prompt.words, $0.completions, label: .scores($0.scores))
      }
    case .demonstrations:
      rows = try source.demonstrations(notes).map {
        let said = [$0.completion, $0.fields ?? ""].filter { !$0.isEmpty }.joined(separator: " ")
        return AuditedRow($0.id, prompt: $0.prompt.words, [said])
      }
    case .labelledCompletions:
      rows = try source.labelledCompletions(notes).map {
        AuditedRow(
          $0.id, prompt: $0.prompt.words, [$0.completion], label: .mark($0.isDesirable ? 1 : 0))
      }
    case .labelledTexts:
      rows = try source.labelledTexts(notes).map {
        AuditedRow($0.id, [$0.text], label: .mark($0.label))
      }
    case .prompts:
      rows = try source.prompts(notes).map { AuditedRow($0.id, prompt: $0.dialogue.words) }
    case .texts:
      rows = try source.plainTexts(notes).map { AuditedRow($0.id, [$0.text]) }
    }
    self.init(name: name, layout: layout, rows: rows)
  }
}
