/// A section apart from its document, to be read again with one setting changed.
///
/// What is read of it is recorded nowhere.
public struct SectionDraft: Sendable {
  private let path: String
  private let node: RecipeNode
  private let place: RecipePlace

  init(path: String, node: RecipeNode, place: RecipePlace) {
    self.path = path
    self.node = node
    self.place = place
  }

  /// Reads the section with another value at a path of keys, which need not be written.
  ///
  /// - Returns: what was read, and what is wrong with it, a message each.
  public func read<Result>(
    _ keys: [String], as value: String, _ read: (Section) -> Result
  ) -> (result: Result, problems: [String]) {
    var changed = node
    changed.set(keys[...], to: value)
    let ledger = MistakeLedger()
    let result = read(Section(path: path, node: changed, place: place, ledger: ledger))
    return (result, ledger.mistakes.map(\.message))
  }
}

extension Section {
  /// This section as it is written now.
  public var draft: SectionDraft {
    SectionDraft(
      path: path, node: node ?? RecipeNode(content: .mapping([]), place: place), place: place)
  }
}

extension RecipeNode {
  fileprivate mutating func set(_ path: ArraySlice<String>, to text: String) {
    guard let key = path.first else {
      content = .scalar(text: text, quoted: false)
      return
    }
    var entries: [Entry] = []
    if case .mapping(let written) = content { entries = written }
    let index = entries.firstIndex { $0.key == key } ?? entries.count
    if index == entries.count {
      let empty = RecipeNode(content: .mapping([]), place: place)
      entries.append(Entry(key: key, keyPlace: place, value: empty))
    }
    entries[index].value.set(path.dropFirst(), to: text)
    content = .mapping(entries)
  }
}
