import Runs

/// Every comparison of a judging, to be read, searched and filtered.
///
/// Filters are radio buttons that the page's style obeys: they need no script. Search and order do.
struct VerdictSection {
  let comparison: JudgedComparison
  /// Not where the judge's win rate is not shown: then nothing says how often either wins.
  let showsOutcomes: Bool

  var html: HTML? {
    guard !comparison.pairs.isEmpty else { return nil }
    let pairs =
      comparison.pairs.filter { $0.canary == nil } + comparison.pairs.filter { $0.canary != nil }
    let cards = pairs.map { pair in
      ComparisonCard(
        pair: pair, comparison: comparison, texts: comparison.texts,
        people: pair.content.flatMap { comparison.people[$0] }, counts: showsOutcomes)
    }
    return """
      <div data-browser class="verdicts">\(introduction)\(filters(cards))\(tools)<div data-list>
      \(HTML(cards.map(\.html)))</div></div>

      """
  }

  private var introduction: HTML {
    let left: HTML =
      comparison.texts == nil
      ? " Texts were left out when this was judged; their hashes remain." : ""
    return """
      <p>Every comparison with both answers and each reply of the judge. A and B are the answers as the \
      judge saw them. Controls and marks that change the direction of text are shown as \
      symbols.\(left)\(withheld)</p>

      """
  }

  private var withheld: HTML {
    showsOutcomes
      ? ""
      : " <strong>This judge is withheld: what it said is shown, and none of it counts.</strong>"
  }

  private func filters(_ cards: [ComparisonCard]) -> HTML {
    let filed = cards.map { Set($0.tags) }
    let counts = ComparisonFilter.allCases.filter { showsOutcomes || !$0.isOutcome }.map { filter in
      (filter, filed.count { $0.contains(filter) })
    }
    let buttons = counts.filter { $0.1 > 0 }.map { filter, count in
      """
      <label><input type="radio" name="kind" value="\(attribute: filter.rawValue)">\
      \(text: filter.title(comparison.names)) <b>\(text: Numeral.count(count))</b></label>
      """ as HTML
    }
    return """
      <fieldset class="kinds"><legend>Show</legend><label><input type="radio" name="kind" value="" \
      checked>all <b>\(text: Numeral.count(cards.count))</b></label>\(HTML(buttons))</fieldset>

      """
  }

  private var tools: HTML {
    let people: HTML =
      comparison.people.isEmpty ? "" : "<option value=\"0\">disagreement with people</option>"
    return """
      <p class="tools" hidden><label>Search <input type="search" data-search></label> \
      <label>Order <select data-order><option value="">as recorded</option>\
      <option value="down">greatest first</option><option value="up">least first</option></select></label> \
      <label>by <select data-by>\(people)<option value="1">difference in length</option></select></label> \
      <button type="button" data-open>Open all</button> <span data-count aria-live="polite"></span></p>

      """
  }

  /// Hides what is not chosen, for every kind there is; comparisons out of sight cost no layout.
  static let style: HTML = """
    .kinds{border:0;padding:0;margin:1rem 0 .5rem;display:flex;flex-wrap:wrap;gap:.35rem;font-size:.85rem}
    .kinds legend{padding:0 0 .3rem;color:var(--soft)}
    .kinds label{border:1px solid var(--rule);border-radius:1rem;padding:.1rem .7rem .15rem .45rem;cursor:pointer}
    .kinds label:has(:checked){background:var(--raised);border-color:var(--accent)}
    .verdicts .sample{content-visibility:auto;contain-intrinsic-size:auto 3.4rem}
    .verdicts .voices{grid-template-columns:repeat(auto-fit,minmax(min(22rem,100%),1fr))}
    .said{margin:1rem 0 .4rem}
    @media print{.kinds{display:none}.verdicts .sample{content-visibility:visible}}
    \(rules)
    """

  private static let rules: HTML = HTML(
    ComparisonFilter.allCases.map { filter in
      """
      .verdicts:has(input[value="\(attribute: filter.rawValue)"]:checked) \
      .sample:not([data-k~="\(attribute: filter.rawValue)"]){display:none}

      """ as HTML
    })
}
