import Runs

/// Rows that repeat one another, exactly or nearly, within data sets and across them.
///
/// Rows are looked at in order. One that is near to an earlier one that was kept belongs to it, the
/// most similar one where there are several; otherwise it is kept itself. Answers have to be near by
/// themselves too: prompts are often longer. So a group is a kept row
/// and what removing duplicates would remove for it. Texts of a row may stand in any order: a pair
/// whose label is turned round is a repetition.
public struct Repetitions: Sendable {
  /// A row that repeats another.
  public struct Case: Sendable, Equatable, Encodable {
    public let row: String
    public let of: String
    /// Jaccard's coefficient; 1 for the same bytes.
    public let similarity: Double
  }

  /// Within one data set.
  public struct Within: Sendable, Equatable, Encodable {
    /// Rows with the same bytes as an earlier row of their group.
    public var exact = 0
    /// Other rows that are not the first of their group.
    public var near = 0
    /// Groups in which rows contradict one another, and the rows that do so to fewer of their group
    /// than they agree with.
    public var contradicted = 0
    public var flips = 0
    /// The first row that is near, and the first that contradicts.
    public var first: Case?
    public var firstFlip: Case?
  }

  /// Rows of one data set that an earlier one has too.
  public struct Across: Sendable, Equatable, Encodable {
    public let set: String
    public let other: String
    /// Rows with the bytes of a row of the other set, and other rows of the group of one.
    public var exact = 0
    public var near = 0
    public var first: Case?
  }

  /// By the data sets' places.
  public private(set) var within: [Within]
  /// Pairs of sets that share rows.
  public private(set) var across: [Across] = []

  private struct Member {
    let set: Int
    let row: Int
    /// Tells the different texts of a group apart; 0 is the kept row's.
    let text: Int
    /// To the kept row.
    let similarity: Double
  }

  /// What of rows is compared; a row without it repeats nothing.
  public enum Compared: Sendable {
    case rows
    case prompts

    func texts(of row: AuditedRow) -> [String] {
      switch self {
      case .rows: row.all
      case .prompts: row.prompt.map { [$0] } ?? []
      }
    }
  }

  public init(_ sets: [AuditedSet], comparing compared: Compared = .rows) {
    let texts = compared.texts
    within = sets.map { _ in Within() }
    var members: [[Member]] = []
    let index = NearIndex { Shingles(texts(sets[members[$0][0].set].rows[members[$0][0].row])) }
    var known: [String: (group: Int, text: Int, similarity: Double)] = [:]
    for (set, content) in sets.enumerated() {
      for (row, audited) in content.rows.enumerated() {
        let said = texts(audited)
        guard !said.isEmpty else { continue }
        let key = Self.key(said)
        if let (group, text, similarity) = known[key] {
          members[group].append(Member(set: set, row: row, text: text, similarity: similarity))
          continue
        }
        let shingles = Shingles(said)
        let hash = MinHash(shingles)
        let kept = index.matches(shingles, hash).lazy.compactMap { match in
          let earlier = members[match.entry][0]
          let other = sets[earlier.set].rows[earlier.row]
          let similarity =
            compared == .rows ? audited.nearness(to: other, match) : match.similarity
          return similarity.map { (match.entry, $0) }
        }.first
        if let (group, similarity) = kept {
          let text = members[group].count
          known[key] = (group, text, similarity)
          members[group].append(
            Member(set: set, row: row, text: text, similarity: similarity))
        } else {
          known[key] = (members.count, 0, 1)
          members.append([Member(set: set, row: row, text: 0, similarity: 1)])
          index.append(hash, isEmpty: shingles.all.isEmpty)
        }
      }
    }
    var pairs: [[Int]: Across] = [:]
    for group in members where group.count > 1 { count(group, sets, &pairs, texts) }
    across = pairs.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map(\.value)
  }

  private mutating func count(
    _ group: [Member], _ sets: [AuditedSet], _ pairs: inout [[Int]: Across],
    _ compared: (AuditedRow) -> [String]
  ) {
    func row(_ member: Member) -> AuditedRow { sets[member.set].rows[member.row] }
    func texts(_ member: Member) -> [String] { compared(row(member)) }
    func example(_ member: Member, _ other: Member) -> Case {
      let similarity =
        member.text == other.text
        ? 1 : Shingles(texts(member)).similarity(to: Shingles(texts(other)))
      return Case(row: row(member).id, of: row(other).id, similarity: similarity)
    }
    let bySet = Dictionary(grouping: group, by: \.set)
    for (set, members) in bySet.sorted(by: { $0.key < $1.key }) {
      var seen: Set<Int> = [members[0].text]
      for member in members.dropFirst() {
        if seen.insert(member.text).inserted {
          within[set].near += 1
        } else {
          within[set].exact += 1
        }
        if within[set].first == nil { within[set].first = example(member, members[0]) }
      }
      let turned = members.filter { row($0).contradicts(row(members[0])) }
      if let first = turned.first {
        within[set].contradicted += 1
        within[set].flips += min(turned.count, members.count - turned.count)
        if within[set].firstFlip == nil { within[set].firstFlip = example(first, members[0]) }
      }
      for (other, earlier) in bySet where other < set {
        let places = [set, other]
        var found = pairs[places] ?? Across(set: sets[set].name, other: sets[other].name)
        for member in members {
          if let same = earlier.first(where: { $0.text == member.text }) {
            found.exact += 1
            if found.first == nil { found.first = example(member, same) }
          } else {
            found.near += 1
            if found.first == nil { found.first = example(member, earlier[0]) }
          }
        }
        pairs[places] = found
      }
    }
  }

  /// The same for the same texts in any order.
  private static func key(_ texts: [String]) -> String {
    let all = texts.map { ByteText($0) }.sorted()
    return SHA256.hex(of: all.map { "\($0.text.utf8.count):\($0.text)" }.joined())
  }
}

extension AuditedRow {
  /// How near a row is to one that is near it as a whole; nil where only the prompts are: of a long
  /// prompt there are often several answers.
  fileprivate func nearness(to other: AuditedRow, _ match: NearIndex.Match) -> Double? {
    guard prompt != nil, other.prompt != nil, !(texts.isEmpty && other.texts.isEmpty) else {
      return match.similarity
    }
    let answers = Shingles(texts).similarity(to: Shingles(other.texts))
    return answers >= NearIndex.threshold ? min(answers, match.similarity) : nil
  }

  /// Whether two rows of nearly the same texts say the opposite of each other.
  func contradicts(_ other: AuditedRow) -> Bool {
    switch (label, other.label) {
    case (.preference, .preference):
      let ours = texts.map { Shingles([$0]) }
      let theirs = other.texts.map { Shingles([$0]) }
      let same = ours[0].similarity(to: theirs[0]) + ours[1].similarity(to: theirs[1])
      let turned = ours[0].similarity(to: theirs[1]) + ours[1].similarity(to: theirs[0])
      return turned > same
    case (.mark(let ours), .mark(let theirs)): return ours != theirs
    case (.scores(let ours), .scores(let theirs)):
      // Of two completions that both have, each the first of its text, one is better here and there.
      let places = Dictionary(zip(other.texts.map { ByteText($0) }, theirs)) { first, _ in first }
      let common = zip(texts, ours).compactMap { text, score in
        places[ByteText(text)].map { (score, $0) }
      }
      return common.indices.contains { first in
        common[..<first].contains { earlier in
          (earlier.0 - common[first].0) * (earlier.1 - common[first].1) < 0
        }
      }
    default: return false
    }
  }
}
