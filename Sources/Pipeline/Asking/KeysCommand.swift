import Command
import Foundation
import Recipe

/// `plumb help recipe [KIND]`: the keys of a recipe, as the readers declare them.
public struct KeysCommand {
  let kind: String?
  let console: Console

  public init(kind: String?, console: Console) {
    self.kind = kind
    self.console = console
  }

  public func perform() throws -> ExitCode {
    let all = RecipeKeys.all
    guard let name = kind else {
      if console.givesRecords {
        for kind in all.kinds { try print(kind) }
      } else {
        console.print(Self.overview)
        console.print("")
        console.print(
          "plumb help recipe KIND lists its keys; plumb methods lists objectives and methods.")
        console.print(
          "Any setting of a stage may be a sweep: {sweep: [0.1, 0.3]}; plumb help sweep says more.")
      }
      return .success
    }
    guard !KnownWords.sweeps.contains(name) else {
      for line in Self.sweeps { console.print(line) }
      return .success
    }
    guard let kind = all[name] else {
      let names = all.kinds.map(\.name)
      throw CommandError.unknownKind(
        name, nearest: NearestName.of(name, among: names), known: names)
    }
    if console.givesRecords {
      try print(kind)
    } else {
      for line in Self.lines(kind) { console.print(line) }
    }
    return .success
  }

  private func print(_ kind: RecipeKeys.Kind) throws {
    for key in kind.keys { try console.print(json: KeyLine(key, of: kind.name)) }
  }

  static var overview: TextTable {
    var table = TextTable([("kind", .left), ("keys", .right), ("stands at", .left)])
    for kind in RecipeKeys.all.kinds {
      table.append([kind.name, "\(kind.keys.count)", kind.summary])
    }
    return table
  }

  /// How settings are swept.
  static let sweeps = [
    "sweep: any setting of a stage may take several values; the stage is then trained with each of them.",
    "",
    "  beta: {sweep: [0.1, 0.3]}",
    "      each value; several swept settings of a stage cross",
    "  sweep: zip",
    "      beside them in the stage: lists of one length, paired",
    "  learning_rate: {sweep: {log_uniform: [1e-4, 5e-3], trials: 16}}",
    "      drawn at random (or uniform); those of several settings of a stage together",
    "  --set 'stages.dpo.beta={sweep: [0.1, 0.3]}'",
    "      of a recipe that is there, without changing it", "",
    "Stages get the names of their settings (dpo-beta=0.1). evaluation.selection chooses among them on prompts and",
    "seeds of its own (plumb help recipe selection); without it the table says that it shows what it was chosen by.",
  ]

  static func lines(_ kind: RecipeKeys.Kind) -> [String] {
    ["\(kind.name): \(kind.summary)", ""] + KeyLines.lines(kind.keys)
  }
}

/// Keys for a terminal.
enum KeyLines {
  /// More words of a choice than these are left to `plumb methods`.
  private static let most = 13

  /// Two lines or three for each key: what it takes, what it means, what it goes with.
  static func lines(_ keys: [KeyList.Key]) -> [String] {
    let width = min(28, keys.map(\.declaration.path.count).max() ?? 0)
    return keys.flatMap { key -> [String] in
      let declaration = key.declaration
      let name = declaration.path.padding(
        toLength: max(width, declaration.path.count), withPad: " ", startingAt: 0)
      var lines = ["  \(name)  \(head(key))"]
      if !declaration.about.isEmpty { lines.append("      \(declaration.about)") }
      for condition in key.conditions { lines.append("      with \(words(condition))") }
      return lines
    }
  }

  private static func head(_ key: KeyList.Key) -> String {
    let declaration = key.declaration
    var words = key.forms.map(form).joined(separator: ", or ")
    if let range = declaration.range { words += " \(range)" }
    switch declaration.form {
    case .mapping, .named: return words
    default: break
    }
    switch declaration.usual {
    case nil: words += "; required"
    case .null: words += "; optional"
    default: words += "; default \(declaration.usualWords)"
    }
    return key.varies ? words + " (other with other settings)" : words
  }

  private static func form(_ form: KeyDeclaration.Form) -> String {
    if case .choice(let names) = form, names.count > most {
      return "one of \(names.count) (plumb methods)"
    }
    return form.words
  }

  private static func words(_ condition: KeyList.Condition) -> String {
    let shown = condition.words.prefix(8).joined(separator: ", ")
    let rest = condition.words.count - 8
    return "\(condition.choice): \(shown)" + (rest > 0 ? " and \(rest) more" : "")
  }
}

/// A key as a line of JSON.
struct KeyLine: Encodable {
  let kind: String?
  let key: String
  let type: String
  let values: [String]?
  let required: Bool
  let `default`: String?
  let varies: Bool
  let range: String?
  let meaning: String
  let with: [String: [String]]

  init(_ key: KeyList.Key, of kind: String?) {
    self.kind = kind
    let declaration = key.declaration
    self.key = declaration.path
    type = key.forms.map { form in
      if case .choice = form { "choice" } else { form.words }
    }.joined(separator: " or ")
    let words = key.forms.flatMap { form -> [String] in
      if case .choice(let names) = form { names } else { [] }
    }
    values = words.isEmpty ? nil : words
    required = declaration.usual == nil
    switch declaration.usual {
    case nil, .null: self.default = nil
    default: self.default = declaration.usualWords
    }
    varies = key.varies
    range = declaration.range
    meaning = declaration.about
    with = Dictionary(key.conditions.map { ($0.choice, $0.words) }) { first, _ in first }
  }
}
