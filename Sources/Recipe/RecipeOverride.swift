/// One `--set a.b=c`.
struct RecipeOverride {
  private let text: String
  private let keys: [String]
  private let value: RecipeNode

  /// - Throws: ``RecipeError`` unless the text is `key=value` with a YAML value.
  init(_ text: String) throws(RecipeError) {
    self.text = text
    let place = RecipePlace.override(text)
    guard let equals = text.firstIndex(of: "=") else {
      throw RecipeError(place, "an override is written key=value, as in seeds=[7]")
    }
    keys = text[..<equals].split(separator: ".", omittingEmptySubsequences: false).map(String.init)
    guard keys.allSatisfy({ !$0.isEmpty }) else {
      throw RecipeError(place, "an empty key; write key=value, as in seeds=[7]")
    }
    guard keys.count < YAMLReader.depthLimit else {
      throw RecipeError(place, "nested deeper than \(YAMLReader.depthLimit) levels")
    }
    var reader = YAMLReader(origin: .override(text))
    value = try reader.read(Array(text[text.index(after: equals)...].utf8))
    guard reader.mistakes.isEmpty else { throw RecipeError(reader.mistakes) }
  }

  func apply(to root: inout RecipeNode) throws(RecipeError) {
    try set(&root, keys[...], path: [])
  }

  /// A setting of a stage or of data that is not there is a name gone wrong; what makes one is not.
  private func checkNew(
    _ key: String, _ rest: ArraySlice<String>, in path: [String], among known: [String]
  ) throws(RecipeError) {
    let makers = ["stages": ["kind"], "data": ["files", "generate"]]
    guard path.count == 1, let made = makers[path[0]], let setting = rest.first,
      !made.contains(setting), !known.isEmpty
    else { return }
    let advice =
      KeyAdvice.nearest(to: key, among: known).map { "did you mean \(Quoted.plain($0))?" }
      ?? "there is \(known.map(Quoted.plain).joined(separator: ", "))"
    let word = path[0] == "stages" ? "stage" : "data"
    throw RecipeError(
      RecipePlace.override(text), "there is no \(word) \(Quoted.plain(key)); \(advice)")
  }

  /// The key that is meant, and how many parts of the text it takes: a name that is there may hold
  /// dots.
  private static func key(
    _ rest: ArraySlice<String>, among entries: [RecipeNode.Entry]
  ) -> (String, Int) {
    for count in (1...rest.count).reversed() {
      let name = rest.prefix(count).joined(separator: ".")
      if entries.contains(where: { $0.key == name }) { return (name, count) }
    }
    return (rest.first ?? "", 1)
  }

  private func set(
    _ node: inout RecipeNode, _ rest: ArraySlice<String>, path: [String]
  ) throws(RecipeError) {
    let place = RecipePlace.override(text)
    guard let key = rest.first else {
      node = value
      return
    }
    if node.isNull { node = RecipeNode(content: .mapping([]), place: place) }
    switch node.content {
    case .mapping(var entries):
      // Emptied first, so that the entries are changed in place.
      node.content = .mapping([])
      defer { node.content = .mapping(entries) }
      let (key, taken) = Self.key(rest, among: entries)
      let below = path + [key]
      let index = entries.firstIndex { $0.key == key } ?? entries.count
      if index == entries.count {
        try checkNew(key, rest.dropFirst(), in: path, among: entries.map(\.key))
        let empty = RecipeNode(content: .scalar(text: "", quoted: false), place: place)
        entries.append(RecipeNode.Entry(key: key, keyPlace: place, value: empty))
      }
      try set(&entries[index].value, rest.dropFirst(taken), path: below)
    case .sequence(var items):
      node.content = .sequence([])
      defer { node.content = .sequence(items) }
      guard let index = ScalarGrammar.integer(key), items.indices.contains(index) else {
        throw RecipeError(
          place,
          "\(Quoted.plain(path.joined(separator: "."))) is a list of \(items.count); "
            + "\(Quoted.text(key)) is not one of its positions, which count from 0")
      }
      try set(&items[index], rest.dropFirst(), path: path + [key])
    case .scalar:
      throw RecipeError(
        place,
        "\(Quoted.plain(path.joined(separator: "."))) is \(node.shown), not a mapping; "
          + "it has no \(Quoted.text(key))")
    }
  }
}
