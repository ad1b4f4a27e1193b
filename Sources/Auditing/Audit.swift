import Report
import Runs
import Statistics

/// What would spoil an experiment on the data sets of a recipe, as `plumb data` and `plumb check` tell
/// it: length bias, repetitions, labels that contradict one another, and evaluation prompts that were
/// trained on.
public struct Audit: Sendable {
  /// One finding, as a line of text and as one of JSON.
  public struct Line: Encodable, Sendable {
    /// Of an estimate.
    struct Number: Encodable, Sendable {
      let value: Double
      let low: Double?
      let high: Double?

      init(_ estimate: Statistics.Estimate) {
        value = estimate.value
        low = estimate.interval?.low
        high = estimate.interval?.high
      }
    }

    struct Lengths: Encodable, Sendable {
      let pairs: Int
      let equal: Int
      let chosenLonger: Number
      let difference: Number
      let longerIsRight: Number
    }

    public let audit: String
    /// The data set; of ``across`` the later one.
    public let source: String
    public let text: String
    var lengths: Lengths?
    var within: Repetitions.Within?
    var across: Repetitions.Across?
    var overlap: OverlapRecord?
    /// The text says that something is there which harms.
    public var isWarning = true

    private enum CodingKeys: String, CodingKey {
      case audit, source, text, lengths, within, across, overlap
    }
  }

  /// What is meant by a near duplicate.
  public static let nearness =
    "\(NearIndex.threshold) or more of the \(Shingles.size)-byte shingles of either in common"

  /// Of each data set by itself.
  public let within: [[Line]]
  /// Of data sets against one another.
  public let across: [Line]

  /// - Parameters:
  ///   - sets: those of the recipe, in its order.
  ///   - training: names of sets, with the stages that learn from them.
  ///   - evaluation: the set whose prompts the evaluation asks; nil where there is none.
  public init(
    _ sets: [AuditedSet], training: [String: [String]] = [:], evaluation: String? = nil
  ) {
    let rows = Repetitions(sets)
    // Of completions of one prompt there are often several; that is none of the rows' repetition.
    let prompts = Repetitions(sets, comparing: .prompts)
    within = sets.indices.map { place in
      [Self.lengths(sets[place]), Self.repetitions(sets[place], rows.within[place])].compactMap {
        $0
      }
        + (Self.flips(sets[place], rows.within[place]).map { [$0] } ?? [])
    }
    let isAllPrompts = Set(sets.filter { $0.layout == .prompts }.map(\.name))
    var across = rows.across.map { Self.across($0, "rows", "row") }
    across += prompts.across.filter {
      !(isAllPrompts.contains($0.set) && isAllPrompts.contains($0.other))
    }.map { Self.across($0, "prompts", "row's prompt") }
    let learnt = sets.filter { training[$0.name] != nil }
    if let asked = sets.first(where: { $0.name == evaluation }), !learnt.isEmpty {
      let overlap = Overlap(
        of: asked.rows, in: learnt.map { (training[$0.name] ?? [], $0) })
      across.append(Self.overlap(asked, OverlapRecord(overlap, count: asked.rows.count)))
    }
    self.across = across
  }

  /// What harms, a line each that names the data set.
  public var warnings: [String] {
    within.joined().filter(\.isWarning).map { "data.\($0.source): \($0.text)" }
      + across.filter(\.isWarning).map { "data: \($0.text)" }
  }

  private static func lengths(_ set: AuditedSet) -> Line? {
    guard let bias = LengthBias(set.rows) else { return nil }
    let text =
      "length: the chosen completion is longer in \(Percent.text(bias.chosenLonger)) of "
      + "\(Numeral.count(bias.pairs)) pairs, by \(PrintedEstimate(bias.difference).phrase) characters on "
      + "average; to choose the longer one would be right in \(Percent.text(bias.longerIsRight))"
    var line = Line(audit: "length", source: set.name, text: text)
    line.lengths = Line.Lengths(
      pairs: bias.pairs, equal: bias.equal, chosenLonger: Line.Number(bias.chosenLonger),
      difference: Line.Number(bias.difference), longerIsRight: Line.Number(bias.longerIsRight))
    let rule = bias.longerIsRight.interval
    line.isWarning = rule.map { $0.low > 0.5 || $0.high < 0.5 } ?? false
    return line
  }

  private static func repetitions(_ set: AuditedSet, _ found: Repetitions.Within) -> Line {
    let first = found.first.map { "; the first: \(words($0))" } ?? ""
    var line = Line(
      audit: "repetitions", source: set.name,
      text:
        "repetitions: \(count(found.exact, "row repeats", "rows repeat")) an earlier one exactly, "
        + "\(Numeral.count(found.near)) nearly\(first)")
    line.within = found
    line.isWarning = found.exact + found.near > 0
    return line
  }

  private static func flips(_ set: AuditedSet, _ found: Repetitions.Within) -> Line? {
    guard let first = found.firstFlip else { return nil }
    return Line(
      audit: "labels", source: set.name,
      text:
        "labels: \(count(found.contradicted, "text stands", "texts stand")) in several rows "
        + "with opposite labels, at least \(count(found.flips, "of which is", "of which are")) wrong; the "
        + "first: \(words(first))")
  }

  private static func across(_ found: Repetitions.Across, _ kind: String, _ what: String) -> Line {
    let all = found.exact + found.near
    let first = found.first.map { "; the first: \(words($0))" } ?? ""
    let whose = what == "row" ? "rows" : "rows' prompts"
    var line = Line(
      audit: "shared \(kind)", source: found.set,
      text: "\(found.set): \(Numeral.count(all)) \(all == 1 ? what : whose) "
        + "\(all == 1 ? "stands" : "stand") in \(found.other) too, "
        + "\(Numeral.count(found.exact)) exactly and \(Numeral.count(found.near)) nearly\(first)")
    line.across = found
    return line
  }

  private static func overlap(_ asked: AuditedSet, _ record: OverlapRecord) -> Line {
    let sets = record.sets.map(\.name).joined(separator: ", ")
    let known = record.prompts.count
    var text =
      "evaluation prompts: \(Numeral.count(known)) of \(Numeral.count(record.asked)) of "
      + "\(asked.name) \(known == 1 ? "stands" : "stand") in training data (\(sets))"
    if let first = record.prompts.first {
      let kinds = OverlapRecord.Kind.allCases.map { kind in
        "\(kind.rawValue) \(Numeral.count(record.prompts.count { $0.kind == kind }))"
      }
      text +=
        ": \(kinds.joined(separator: ", ")); the first: \(first.prompt) in \(first.set), "
        + first.row
    }
    var line = Line(audit: "overlap", source: asked.name, text: text)
    line.overlap = record
    line.isWarning = known > 0
    return line
  }

  private static func words(_ found: Repetitions.Case) -> String {
    let alike = found.similarity == 1 ? "" : " (\(Numeral.fixed(found.similarity, decimals: 2)))"
    return "\(found.row) is \(found.of)\(alike)"
  }

  private static func count(_ count: Int, _ one: String, _ several: String) -> String {
    "\(Numeral.count(count)) \(count == 1 ? one : several)"
  }
}
