import Corpus
import Runs

/// What the page of a human evaluation hides: which system wrote which answer.
///
/// It lies beside the page, which carries only its hash; answers to another page have another one.
public struct AnnotationKey: Sendable, Equatable {
  /// A file of answers that was compared.
  public struct System: Sendable, Equatable {
    public var name: String
    /// Of the file's bytes.
    public var sha256: String

    public init(name: String, sha256: String) {
      self.name = name
      self.sha256 = sha256
    }
  }

  /// One comparison.
  public struct Item: Sendable, Equatable {
    /// On the page, from 1; the order says nothing.
    public var number: Int
    /// SHA-256 of the prompt's text.
    public var prompt: String
    /// Places in `systems` of what is shown as answer 1 and as answer 2.
    public var shown: [Int]
    /// SHA-256 of prompt, answer 1, answer 2 and reference together.
    public var texts: String
  }

  /// Of the format.
  static let version = 1
  static let kind = "plumb annotation key"

  public var seed: UInt64
  public var systems: [System]
  /// Places in `systems`; the win rate is that of the first.
  public var matchUps: [[Int]]
  public var criteria: [String]
  public var items: [Item]

  /// SHA-256 over all of the above.
  public var study: String { SHA256.hex(of: JSONText.line(JSONBuilder.object(members))) }

  /// The names of the two systems of an item, the one whose win rate is measured first, and whether
  /// that one is answer 1.
  public func systems(of item: Item) -> (matchUp: MatchUp, firstIsShownFirst: Bool) {
    let isAsShown = matchUps.contains(item.shown)
    let order = isAsShown ? item.shown : item.shown.reversed()
    return (MatchUp(systems[order[0]].name, systems[order[1]].name), isAsShown)
  }

  private var members: [(String, JSONValue?)] {
    [
      ("kind", .string(Self.kind)), ("version", .integer(Self.version)),
      ("seed", .string("\(seed)")),
      (
        "systems",
        .array(
          systems.map {
            JSONBuilder.object([("name", .string($0.name)), ("sha256", .string($0.sha256))])
          })
      ), ("match_ups", .array(matchUps.map { .array($0.map { .integer($0) }) })),
      ("criteria", .array(criteria.map { .string($0) })),
      (
        "items",
        .array(
          items.map {
            JSONBuilder.object([
              ("number", .integer($0.number)), ("prompt", .string($0.prompt)),
              ("shown", .array($0.shown.map { .integer($0) })), ("texts", .string($0.texts)),
            ])
          })
      ),
    ]
  }

  /// The file: one member a line.
  public var text: String {
    let lines = ([("study", .string(study))] + members).compactMap { name, value in
      value.map { JSONText.line(.string(name)) + ": " + JSONText.line($0) }
    }
    return "{\n" + lines.joined(separator: ",\n") + "\n}\n"
  }
}

extension AnnotationKey {
  /// - Throws: ``PublishedError`` with the place where the file is not a key, or was changed.
  public static func read(_ path: String) throws(PublishedError) -> AnnotationKey {
    let row = try RowFile.object(path)
    guard try row.string("kind") == kind else {
      throw row.wrong("kind", "is not '\(kind)'", advice: "give the file that plumb annotate wrote")
    }
    guard try row.integer("version") == version else {
      throw row.wrong("version", "is not \(version)", advice: "use the Plumb that wrote it")
    }
    guard let seed = UInt64(try row.identifier("seed")) else {
      throw row.wrong("seed", "is no whole number", advice: "restore the file")
    }
    let key = AnnotationKey(
      seed: seed,
      systems: try row.objects("systems").map { system throws(PublishedError) in
        System(name: try system.string("name"), sha256: try system.string("sha256"))
      }, matchUps: try pairs(row), criteria: try row.strings("criteria"),
      items: try row.objects("items").map { item throws(PublishedError) in
        Item(
          number: try item.integer("number"), prompt: try item.string("prompt"),
          shown: try item.numbers("shown").compactMap { Int(exactly: $0) },
          texts: try item.string("texts"))
      })
    let places = Set(key.systems.indices)
    guard try row.string("study") == key.study,
      (key.matchUps + key.items.map(\.shown)).allSatisfy({
        $0.count == 2 && places.isSuperset(of: $0)
      })
    else {
      throw row.wrong(
        "study", "is not the hash of what the file holds",
        advice:
          "it was changed; restore it, or write it anew with plumb annotate and the same files")
    }
    return key
  }

  private static func pairs(_ row: FieldReader) throws(PublishedError) -> [[Int]] {
    guard let lists = row.object["match_ups"]?.array else {
      throw row.wrong("match_ups", "is no list", advice: "restore the file")
    }
    return lists.map { ($0.array ?? []).compactMap(\.integer) }
  }
}
