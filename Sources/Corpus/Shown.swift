import Recipe

/// Foreign text as it may stand in a one-line message: escaped and cut to 60 characters.
enum Shown {
  /// In quotes.
  static func text(_ text: String) -> String { "\"\(plain(text))\"" }

  static func plain(_ text: String) -> String { Quoted.escaped(text, limit: 60) }

  /// What a library says is wrong.
  static func reason(_ text: String) -> String { Quoted.escaped(text, limit: 300) }

  /// A path, whole but for absurd lengths.
  static func path(_ path: String) -> String { Quoted.escaped(path, limit: 400) }
}
