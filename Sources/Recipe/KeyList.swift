/// Every key that a reader of recipes knows, found by letting it read sections that hold little.
///
/// The reader runs with nothing written, with everything, with each optional key alone, and with each
/// word of each choice; where a word decides whether a key is read at all, the key depends on it.
public struct KeyList: Sendable {
  public struct Key: Equatable, Sendable {
    public var declaration: KeyDeclaration
    /// Everything that may stand there, of one setting or another: words of a choice, or a number.
    public var forms: [KeyDeclaration.Form] = []
    /// Choices that decide whether the key is read, with the words for which it is.
    public var conditions: [Condition] = []
    /// Whether the default differs between words of a choice.
    public var varies = false
    /// Settings under which the key was seen: an example of a section that takes it.
    public var witness: [Setting] = []
  }

  public struct Condition: Equatable, Sendable {
    public var choice: String
    public var words: [String]
  }

  public struct Setting: Equatable, Sendable {
    public var path: String
    public var word: String

    public init(_ path: String, _ word: String) {
      self.path = path
      self.word = word
    }
  }

  /// In the order in which the reader asks for them.
  public let keys: [Key]
  /// Keys that the reader asks for and never declares, which is a mistake in the reader.
  public let undeclared: [String]

  public subscript(path: String) -> Key? { keys.first { $0.declaration.path == path } }

  /// - Parameters:
  ///   - settings: what the section holds in every reading, as `kind: align`.
  ///   - read: the reader; its mistakes are nobody's.
  public init(_ settings: [Setting] = [], read: @escaping (Section) -> Void) {
    var walk = KeyWalk(read: read)
    walk.run(settings)
    keys = walk.keys
    undeclared = walk.undeclared
  }
}

extension KeyList {
  /// What a reader makes of a section that holds nothing.
  public static func reading<Value>(_ read: (Section) -> Value) -> Value {
    read(Section(holding: [], nil))
  }
}

/// The readings behind a ``KeyList``.
private struct KeyWalk {
  let read: (Section) -> Void
  var keys: [KeyList.Key] = []
  private var places: [String: Int] = [:]
  private var asked: Set<String> = []
  /// For every choice the paths that were seen with each of its words.
  private var seen: [String: [(word: String, paths: Set<String>)]] = [:]
  private var choices: [String] = []
  /// How often a section was read, and how often each key of it was then.
  private var readings: [String: Int] = [:]
  private var declarations: [String: Int] = [:]

  init(read: @escaping (Section) -> Void) {
    self.read = read
  }

  var undeclared: [String] { asked.filter { places[$0] == nil }.sorted() }

  mutating func run(_ base: [KeyList.Setting]) {
    var open: [(settings: [KeyList.Setting], presence: KeyObserver.Presence)] = [
      (base, .none), (base, .all),
    ]
    var known = Set(base.map(\.path))
    var tried: Set<String> = []
    while !open.isEmpty {
      let (settings, presence) = open.removeFirst()
      let observer = observe(settings, presence)
      for path in observer.optional where tried.insert(path).inserted {
        open.append((settings, .only(path)))
      }
      for path in observer.order {
        guard case .choice(let words) = observer.declared[path]?.form,
          known.insert(path).inserted
        else { continue }
        choices.append(path)
        // All words now, so that what depends on the choice is told from what does not.
        seen[path] = words.map { word in
          let setting = settings + [KeyList.Setting(path, word)]
          var paths: Set<String> = []
          for presence in [presence, .all] {
            paths.formUnion(observe(setting, presence, notes: false).order)
            open.append((setting, presence))
          }
          return (word, paths)
        }
      }
    }
    for place in keys.indices {
      keys[place].conditions = conditions(of: keys[place])
      // What is not read whenever its section is, something else can stand for.
      let path = keys[place].declaration.path
      if keys[place].conditions.isEmpty, keys[place].declaration.usual == nil,
        declarations[path] != readings[Self.section(of: path)]
      {
        keys[place].declaration.usual = .null
      }
    }
    // What stands in a section follows it.
    let roots = keys.map(\.root)
    let order = keys.indices.sorted { left, right in
      let first = roots.firstIndex(of: roots[left]) ?? 0
      let second = roots.firstIndex(of: roots[right]) ?? 0
      return (first, left) < (second, right)
    }
    keys = order.map { keys[$0] }
    places = Dictionary(uniqueKeysWithValues: keys.enumerated().map { ($1.declaration.path, $0) })
  }

  private mutating func observe(
    _ settings: [KeyList.Setting], _ presence: KeyObserver.Presence, notes: Bool = true
  ) -> KeyObserver {
    let observer = KeyObserver(presence)
    read(Section(holding: settings, observer))
    for path in observer.declared.keys { declarations[path, default: 0] += 1 }
    for section in Set(observer.declared.keys.map(Self.section)) {
      readings[section, default: 0] += 1
    }
    guard notes else { return observer }
    for path in observer.order {
      asked.insert(path)
      guard let declaration = observer.declared[path] else { continue }
      guard let place = places[path] else {
        places[path] = keys.count
        keys.append(
          KeyList.Key(
            declaration: declaration, forms: [declaration.form], witness: settings))
        continue
      }
      if keys[place].declaration.about.isEmpty {
        keys[place].declaration.about = declaration.about
      }
      if keys[place].declaration.usual != declaration.usual { keys[place].varies = true }
      keys[place].admit(declaration.form)
    }
    return observer
  }

  /// What a key stands in; empty for the whole.
  private static func section(of path: String) -> String {
    path.split(separator: ".").dropLast().joined(separator: ".")
  }

  private func conditions(of key: KeyList.Key) -> [KeyList.Condition] {
    let path = key.declaration.path
    return choices.compactMap { choice in
      guard let words = seen[choice], choice != path else { return nil }
      let with = words.filter { $0.paths.contains(path) }.map(\.word)
      guard !with.isEmpty, with.count < words.count else { return nil }
      return KeyList.Condition(choice: choice, words: with)
    }
  }
}

extension KeyList.Key {
  /// The first part of the path.
  fileprivate var root: Substring {
    declaration.path.prefix { $0 != "." }
  }

  /// Another form: words of a choice are added to those that are known.
  fileprivate mutating func admit(_ form: KeyDeclaration.Form) {
    guard !forms.contains(form) else { return }
    guard case .choice(let more) = form,
      let place = forms.firstIndex(where: { if case .choice = $0 { true } else { false } }),
      case .choice(let known) = forms[place]
    else {
      forms.append(form)
      return
    }
    forms[place] = .choice(known + more.filter { !known.contains($0) })
  }
}

extension Section {
  /// A section that nobody wrote, whose reader is listened to.
  fileprivate convenience init(holding settings: [KeyList.Setting], _ observer: KeyObserver?) {
    let place = RecipePlace.override("")
    var root = RecipeNode(content: .mapping([]), place: place)
    for setting in settings {
      root.write(setting.word, at: setting.path.split(separator: ".").map(String.init)[...])
    }
    self.init(path: "", node: root, place: place, ledger: MistakeLedger())
    self.observer = observer
  }
}

extension RecipeNode {
  /// Puts a word below this mapping, with the mappings above it where they are missing.
  fileprivate mutating func write(_ word: String, at keys: ArraySlice<String>) {
    guard case .mapping(var entries) = content, let key = keys.first else { return }
    var value: RecipeNode
    let place = entries.firstIndex { $0.key == key }
    if keys.count == 1 {
      value = RecipeNode(content: .scalar(text: word, quoted: false), place: self.place)
    } else {
      value =
        place.map { entries[$0].value } ?? RecipeNode(content: .mapping([]), place: self.place)
      value.write(word, at: keys.dropFirst())
    }
    let entry = RecipeNode.Entry(key: key, keyPlace: self.place, value: value)
    if let place { entries[place] = entry } else { entries.append(entry) }
    content = .mapping(entries)
  }
}
