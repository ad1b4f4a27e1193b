/// A parsed value with its place: what libyaml's events build, and what sections read.
struct RecipeNode: Sendable {
  struct Entry: Sendable {
    var key: String
    var keyPlace: RecipePlace
    var value: RecipeNode
  }

  enum Content: Sendable {
    /// `quoted` is true where the author asked for text (`"5"`), so that it is never a number.
    case scalar(text: String, quoted: Bool)
    case sequence([RecipeNode])
    case mapping([Entry])
  }

  var content: Content
  var place: RecipePlace
  /// Nodes below this one and itself, aliases expanded; bounds what an alias may cost.
  var size = 1
  /// Drawn at random by a sweep: nobody wrote this value.
  var isDrawn = false

  /// An empty value, `~` or `null`.
  var isNull: Bool {
    guard case .scalar(let text, false) = content else { return false }
    return text.isEmpty || text == "~" || text == "null"
  }

  /// The value in a message: `"abc"`, `-1`, `a list`, `a mapping`.
  var shown: String {
    switch content {
    case .scalar where isNull: "nothing"
    case .scalar(let text, let quoted):
      quoted || ScalarGrammar.isText(text) ? Quoted.text(text) : Quoted.plain(text)
    case .sequence: "a list"
    case .mapping: "a mapping"
    }
  }

  /// The scalar's text, or nil for lists, mappings and null.
  var text: String? {
    guard case .scalar(let text, _) = content, !isNull else { return nil }
    return text
  }

  /// The scalar's text where the author did not quote it.
  private var plainText: String? {
    guard case .scalar(let text, false) = content else { return nil }
    return text
  }

  var integer: Int? { plainText.flatMap(ScalarGrammar.integer) }
  var number: Double? { plainText.flatMap(ScalarGrammar.number) }
  var boolean: Bool? {
    switch plainText {
    case "true": true
    case "false": false
    default: nil
    }
  }
}
