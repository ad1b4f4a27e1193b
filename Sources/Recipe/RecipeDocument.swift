import Foundation

/// One parsed recipe with its overrides; settings types read themselves from its ``root``.
///
/// Reading never throws: mistakes are collected, and ``finish()`` throws them all at once,
/// together with every key that nobody read.
public final class RecipeDocument {
  /// Larger files are no recipes; the limit keeps a mistaken path from being read for minutes.
  public static let byteLimit = 4 << 20

  /// The file as it is named in messages.
  public let name: String
  /// The root mapping.
  public let root: Section
  /// The bytes that were parsed, without overrides.
  public let source: Data
  let ledger: MistakeLedger

  private init(name: String, root node: RecipeNode, source: [UInt8], ledger: MistakeLedger) {
    self.name = name
    self.source = Data(source)
    self.ledger = ledger
    root = Section(path: "", node: node, place: node.place, ledger: ledger)
  }

  /// A document of a section that is read apart from any file, as ``KeyList`` has it.
  public init(of section: Section) {
    (name, root, source, ledger) = ("", section, Data(), section.ledger)
  }

  /// The folder of the file: paths inside a recipe are relative to it.
  public var directory: String {
    let parent = (name as NSString).deletingLastPathComponent
    return parent.isEmpty ? "." : parent
  }

  /// Reads a file and applies overrides in order.
  ///
  /// - Parameter overrides: `a.b=c`; the value is YAML, missing mappings are made, `a.0.b`
  ///   indexes a list.
  /// - Throws: ``RecipeError`` when the file cannot be read or is not a YAML mapping.
  public static func load(path: String, overrides: [String] = []) throws -> RecipeDocument {
    try parse(bytes: RecipeFile.read(path), name: path, overrides: overrides)
  }

  /// Reads a text; `name` stands for the file in messages.
  ///
  /// - Throws: ``RecipeError`` when the text is not a YAML mapping.
  public static func parse(
    _ text: String, name: String, overrides: [String] = []
  ) throws -> RecipeDocument {
    try parse(bytes: Array(text.utf8), name: name, overrides: overrides)
  }

  private static func parse(
    bytes: [UInt8], name: String, overrides: [String]
  ) throws -> RecipeDocument {
    try RecipeFile.checkUnicode(bytes, name: name)
    var reader = YAMLReader(origin: .file(name: name))
    // libyaml takes a byte order mark for text where it is told the encoding.
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    var root = try reader.read(bytes.starts(with: mark) ? Array(bytes.dropFirst(3)) : bytes)
    if root.isNull { root.content = .mapping([]) }
    guard case .mapping = root.content else {
      throw RecipeError(root.place, "a recipe is a mapping of settings; this is \(root.shown)")
    }
    let ledger = MistakeLedger()
    reader.mistakes.forEach(ledger.add)
    var mistakes: [RecipeError.Mistake] = []
    for override in overrides {
      do {
        try RecipeOverride(override).apply(to: &root)
      } catch {
        mistakes += error.mistakes
      }
    }
    guard mistakes.isEmpty else { throw RecipeError(mistakes) }
    return RecipeDocument(name: name, root: root, source: bytes, ledger: ledger)
  }

  /// Where a setting stands; that of the innermost mapping around it where it is not written.
  ///
  /// - Parameter keys: from the root.
  public func place(of keys: [String], item: Int? = nil) -> RecipePlace {
    guard let last = keys.last else { return root.place }
    var around = root
    for key in keys.dropLast() {
      // Asking for a section makes it one of the recipe's.
      guard around.has(key) else { return around.place(of: key) }
      around = around.section(key)
    }
    return item.map { around.place(of: last, item: $0) } ?? around.place(of: last)
  }

  /// Ends the reading: throws every mistake, sorted by place.
  ///
  /// - Throws: ``RecipeError`` with values of wrong type or range, missing settings, callers'
  ///   own mistakes, keys that nobody read, and beside any of these files that are not there.
  public func finish() throws {
    var mistakes = ledger.mistakes
    root.collectUnread(into: &mistakes, askedAnywhere: root.askedPaths())
    guard !mistakes.isEmpty else { return }
    throw Self.sorted(mistakes + ledger.absences)
  }

  /// Refuses a recipe that names files or folders which are not there: what is about to run needs them.
  ///
  /// - Throws: ``RecipeError`` with all of them.
  public func checkFiles() throws {
    if !ledger.absences.isEmpty { throw Self.sorted(ledger.absences) }
  }

  private static func sorted(_ mistakes: [RecipeError.Mistake]) -> RecipeError {
    let sorted = mistakes.enumerated().sorted { left, right in
      guard let first = left.element.place, let second = right.element.place, first != second
      else { return left.offset < right.offset }
      return RecipePlace.precedes(first, second)
    }
    var known: Set<String> = []
    return RecipeError(sorted.map(\.element).filter { known.insert($0.description).inserted })
  }

  /// Every value that was read, defaults included.
  public var resolved: RecipeValue { root.resolved }

  /// ``resolved`` under `settings`, and under `origins` where each value comes from: a line of
  /// the file, `default`, or `--set …`; where keys are swept, under `sweeps` the names that they stand
  /// for. The same recipe gives the same bytes.
  public func resolvedJSON() -> Data {
    var origins: [String: RecipeValue] = [:]
    root.collectOrigins(into: &origins)
    var record = ["settings": resolved, "origins": .object(origins)]
    let sweeps = root.allVariants()
    if !sweeps.isEmpty { record["sweeps"] = .object(sweeps) }
    var json = ""
    RecipeValue.object(record).append(to: &json)
    return Data((json + "\n").utf8)
  }
}
