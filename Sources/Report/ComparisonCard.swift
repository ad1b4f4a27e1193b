import Runs

/// One comparison of a judging in full: what was asked, both answers, every reply, and what came of it.
struct ComparisonCard {
  let pair: JudgedPair
  let comparison: JudgedComparison
  /// Texts by their hashes; nil where records hold none.
  let texts: [String: String]?
  /// What people say of the same comparison, as a share of the first; nil where nobody was asked.
  let people: Double?
  /// Not where the judge is withheld: then no preference is an outcome, but those for canaries, which say why.
  let counts: Bool

  /// More of one text than this is in the records alone.
  static let longest = 20_000

  var html: HTML {
    let tags = self.tags.map { "\(text: $0.rawValue)" as HTML }
    var heading: HTML = " <b>\(text: verdict)</b>"
    let marks = self.marks
    if !marks.isEmpty { heading += " <small class=\"marks\">\(text: marks)</small>" }
    if let opening = pair.prompt.flatMap({ texts?[$0] }) {
      let start = SampleText(opening.replacing("\n", with: " "), limit: 110)
      heading += " <span class=\"open\">\(text: start.shown)\(start.omitted > 0 ? "…" : "")</span>"
    }
    let numbers = [gap.map { "\($0)" } ?? "", "\(pair.lengths[0] - pair.lengths[1])"]
    return """
      <details class="sample" data-d="\(attribute: numbers.joined(separator: ","))" \
      data-k="\(HTML(tags, separator: " "))"><summary><code>\(text: pair.id)</code>\(heading)\
      <span class="sums">\(sums)</span></summary>\(asked)\(answers)\(replies)</details>

      """
  }

  // MARK: What came of it

  private var verdict: String {
    pair.canary.map { "\($0.rawValue): \(outcome)" } ?? outcome
  }

  private var outcome: String {
    guard let share = pair.judgment.preference else { return pair.judgment.state.rawValue }
    guard counts || pair.canary != nil else { return "not counted" }
    if share == 0.5 { return "tie" }
    return "\(heading(share > 0.5 ? 0 : 1)) wins"
  }

  /// What a comparison is filed under.
  var tags: [ComparisonFilter] {
    ComparisonFilter.allCases.filter { $0.holds(pair, people: people) }
  }

  private var marks: String {
    var words: [String] = []
    if ComparisonFilter.flipped.holds(pair, people: nil) { words.append("flipped by the order") }
    let states = Judgment.State.allCases.filter { state in
      state != .verdict && pair.judgment.leaves.contains { $0.state == state }
    }
    if pair.judgment.preference != nil {
      words += states.map { "an answer \($0.rawValue)" }
    }
    let broken = pair.judgment.leaves.map { $0.neutralized ?? 0 }.max() ?? 0
    if broken > 0 { words.append("\(Figure.plural(broken, "place")) neutralised") }
    return words.joined(separator: " · ")
  }

  /// How far judge and people are apart, 0 … 1.
  private var gap: Double? {
    guard let people, let share = pair.judgment.preference else { return nil }
    return (1000 * abs(share - people)).rounded() / 1000
  }

  private var sums: HTML {
    var parts: [HTML] = []
    if counts, let share = pair.judgment.preference {
      parts.append("<span>preference for \(text: heading(0)) \(text: Self.share(share))</span>")
    }
    if let people {
      parts.append("<span>people \(text: Self.share(people))</span>")
    }
    parts.append(
      """
      <span>\(text: Numeral.count(pair.lengths[0])) and \(text: Numeral.count(pair.lengths[1])) \
      characters</span>
      """)
    return HTML(parts, separator: " ")
  }

  // MARK: What was asked

  private var asked: HTML {
    "<div class=\"prompt\">\(text(pair.prompt))</div>"
  }

  private var answers: HTML {
    let cards = [0, 1].map { side in
      """
      <div class="voice"><h4>\(text: heading(side))</h4><p>\(text(pair.answers?[side]))</p></div>
      """ as HTML
    }
    let checklist: HTML =
      pair.checklist.map {
        "<div class=\"voice\"><h4>Checklist</h4><p>\(text($0))</p></div>" as HTML
      } ?? ""
    let reference: HTML =
      pair.reference.map {
        "<div class=\"voice\"><h4>Reference</h4><p>\(text($0))</p></div>" as HTML
      } ?? ""
    return "<div class=\"voices\">\(HTML(cards))\(reference)\(checklist)</div>"
  }

  private func heading(_ side: Int) -> String {
    side == 0 && pair.canary != nil ? "canary" : name(side)
  }

  /// The text under a hash, or the hash where texts are left out.
  private func text(_ hash: String?) -> HTML {
    guard let hash else {
      return "<em class=\"cut\">not on record: judged by an older version</em>"
    }
    guard let found = texts?[hash] else {
      return "<em class=\"cut\">left out; SHA-256 <code>\(text: hash)</code></em>"
    }
    return found.isEmpty
      ? "<em class=\"cut\">empty</em>" : SampleText(found, limit: Self.longest).html
  }

  // MARK: What the judge said

  private var replies: HTML {
    let cards = JudgedReply.all(pair.judgment, members: comparison.members).map { reply in
      """
      <div class="voice"><h4>\(text: heading(reply))</h4><small>\(text: facts(reply.judgment))</small>\
      \(words(reply.judgment))</div>
      """ as HTML
    }
    return "<h4 class=\"said\">What the judge said</h4><div class=\"voices\">\(HTML(cards))</div>"
  }

  private func heading(_ reply: JudgedReply) -> String {
    var words = reply.judge.map { [$0] } ?? []
    if let side = reply.rated {
      words.append("\(heading(side)) alone")
    } else {
      words.append(
        "A is \(heading(reply.isSwapped ? 1 : 0)), B is \(heading(reply.isSwapped ? 0 : 1))")
    }
    if let repetition = reply.repetition { words.append("time \(repetition)") }
    return words.joined(separator: " · ")
  }

  private func facts(_ judgment: Judgment) -> String {
    var words: [String] = []
    if let verdict = judgment.verdict {
      words.append("verdict \(verdict.label)")
      if let share = verdict.preference, ![0, 0.5, 1].contains(share) {
        words.append("A with probability \(Numeral.fixed(share, decimals: 3))")
      }
      if let mass = verdict.mass {
        words.append("labels' mass \(Numeral.fixed(mass, decimals: 3))")
      }
    } else {
      words.append(judgment.state.rawValue)
    }
    if let reason = judgment.reason { words.append(reason) }
    if let attempts = judgment.attempts, attempts > 1 { words.append("\(attempts) requests") }
    if let model = judgment.model { words.append(model) }
    return words.joined(separator: " · ")
  }

  private func words(_ judgment: Judgment) -> HTML {
    guard let reply = judgment.reply else {
      return judgment.verdict == nil ? "" : "<p><em class=\"cut\">no text: it was computed</em></p>"
    }
    return "<p>\(SampleText(reply, limit: Self.longest).html)</p>"
  }

  private func name(_ side: Int) -> String { comparison.names[side] }

  private static func share(_ value: Double) -> String { Numeral.fixed(value, decimals: 2) }
}
