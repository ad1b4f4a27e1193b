/// Settings of one section that change together, and all that they may be.
public struct SweepAxis: Equatable {
  /// One value of each setting.
  struct Option {
    var nodes: [RecipeNode]
    /// As names and tables have them: `0.1`, `exo-pref`, `v2` for what has no short name.
    var words: [String]
  }

  /// The shortest ends of the settings' paths that tell them apart: `learning_rate`.
  public let keys: [String]
  /// The words of every option, one for each key.
  public var words: [[String]] { options.map(\.words) }
  public var count: Int { options.count }
  /// From the section down.
  let paths: [[String]]
  let options: [Option]

  /// `beta=0.1`, or `beta=0.1-learning_rate=3e-4` where settings are paired.
  public func name(of option: Int) -> String {
    zip(keys, options[option].words).map { "\($0)=\($1)" }.joined(separator: "-")
  }

  public static func == (left: SweepAxis, right: SweepAxis) -> Bool {
    left.paths == right.paths && left.words == right.words
  }

  /// What an option's value is called: its text where that is short and safe in the name of a
  /// folder, of a path its last part; otherwise its place, as `v2`.
  static func words(for nodes: [RecipeNode]) -> [String] {
    let words = nodes.map(word)
    let known = words.compactMap(\.self)
    guard Set(known).count == known.count else { return nodes.indices.map { "v\($0 + 1)" } }
    return words.enumerated().map { $1 ?? "v\($0 + 1)" }
  }

  private static func word(_ node: RecipeNode) -> String? {
    switch node.content {
    case _ where node.isNull: return "none"
    case .scalar(let text, _):
      let last = text.split(separator: "/").last.map(String.init) ?? text
      return isShort(last) ? last : nil
    case .sequence(let items):
      let words = items.compactMap(\.text)
      let whole = words.joined(separator: "+")
      return words.count == items.count && isShort(whole) ? whole : nil
    case .mapping: return nil
    }
  }

  private static func isShort(_ word: String) -> Bool {
    !word.isEmpty && word.utf8.count <= 32
      && word.utf8.allSatisfy { byte in
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
          UInt8(ascii: "A")...UInt8(ascii: "Z"), UInt8(ascii: "."), UInt8(ascii: "-"),
          UInt8(ascii: "+"), UInt8(ascii: "_"):
          true
        default: false
        }
      }
  }
}
