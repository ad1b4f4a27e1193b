import Runs

/// What the policies said: prompts with the completions of all methods side by side.
struct SampleSection {
  let study: Study
  let options: ReportOptions

  private let decimals: Int
  private let hasRewards: Bool

  init(study: Study, options: ReportOptions) {
    self.study = study
    self.options = options
    let rewards = study.input.samples.compactMap(\.reward).filter(\.isFinite)
    hasRewards = !rewards.isEmpty
    let spread = (rewards.max() ?? 1) - (rewards.min() ?? 0)
    decimals = Numeral.decimals(halfWidth: spread / 20) ?? 2
  }

  private struct Voice {
    let policy: EvaluatedPolicy
    let label: String
    let style: SeriesStyle
  }

  var html: HTML? {
    let samples = study.input.samples
    guard !samples.isEmpty else { return nil }
    let voices = self.voices(Set(samples.map(\.policy)))
    var order: [String] = []
    var byPrompt: [String: [String: [SampleRecord]]] = [:]
    let heard = Set(voices.map(\.policy.id))
    for sample in samples where heard.contains(sample.policy) {
      if byPrompt[sample.prompt] == nil { order.append(sample.prompt) }
      byPrompt[sample.prompt, default: [:]][sample.policy, default: []].append(sample)
    }
    let shown = order.prefix(max(0, min(options.maximumSamples, room(for: samples, voices))))
    var items: HTML = ""
    for (index, prompt) in shown.enumerated() {
      items += item(prompt, byPrompt[prompt] ?? [:], voices, index)
    }
    return """
      <div data-browser>\(introduction(shown: shown.count, of: order.count, voices))\(tools(voices))\
      <div data-list>
      \(items)</div></div>

      """
  }

  /// Prompts that fit a page which can still be mailed: about 2 MB. Rewards alone say less, and get
  /// less of it.
  private func room(for samples: [SampleRecord], _ voices: [Voice]) -> Int {
    let perPrompt = (samples.map(\.index).max() ?? 0) + 1
    let cards = options.omitTexts ? 2_000 : 8_000
    return max(1, cards / (max(1, voices.count) * perPrompt))
  }

  /// The reference, and of each group the final checkpoint of its first seed that has samples.
  private func voices(_ sampled: Set<String>) -> [Voice] {
    var voices: [Voice] = []
    if let reference = study.reference, sampled.contains(reference.id) {
      voices.append(Voice(policy: reference, label: reference.id, style: .ink))
    }
    for group in study.groups {
      let own = group.policies.filter { sampled.contains($0.id) }
      guard let policy = own.first(where: \.isFinal) ?? own.last else { continue }
      voices.append(Voice(policy: policy, label: group.label, style: group.style))
    }
    return voices
  }

  private func startsWithReference(_ voices: [Voice]) -> Bool {
    voices.first?.policy.id == study.input.evaluation.reference
  }

  private func introduction(shown: Int, of total: Int, _ voices: [Voice]) -> HTML {
    var words: HTML = "\(text: Figure.plural(shown, "prompt")) of \(total)"
    if shown < total {
      words += "; \(total - shown) left out to keep this page small, they are in samples.jsonl"
    }
    words += ". Each method speaks through the final checkpoint of its first seed."
    if options.omitTexts {
      words += " Texts were left out when this page was made; ids and rewards remain."
    }
    words += """
       Log-ratio: log π(y|x) − log π_ref(y|x) of the whole completion, in nats. Controls and marks \
      that change the direction of text are shown as symbols.
      """
    if !options.omitTexts, startsWithReference(voices), voices.count > 1 {
      words +=
        " Words that the reference's completion of the same number does not have in their place are marked."
    }
    return "<p>\(words)</p>\n"
  }

  private func tools(_ voices: [Voice]) -> HTML {
    let isComparable = hasRewards && startsWithReference(voices) && voices.count > 1
    var choices: HTML = ""
    for (index, voice) in voices.dropFirst().enumerated() {
      choices += "<option value=\"\(index)\">\(text: voice.label)</option>"
    }
    let order: HTML =
      isComparable
      ? """
       <label>Order <select data-order><option value="">as recorded</option>\
      <option value="up">reward lost first</option><option value="down">reward gained first</option>\
      </select></label> <label>by difference of <select data-by>\(choices)</select></label> \
      <label><input type="checkbox" data-worse> only prompts where it got worse</label>
      """ : ""
    return """
      <p class="tools" hidden><label>Search <input type="search" data-search></label>\(order) \
      <button type="button" data-open>Open all</button> <span data-count aria-live="polite"></span></p>

      """
  }

  private func item(
    _ prompt: String, _ records: [String: [SampleRecord]], _ voices: [Voice], _ index: Int
  ) -> HTML {
    let means = voices.map { mean(records[$0.policy.id] ?? []) }
    let promptText =
      voices.lazy.compactMap { records[$0.policy.id]?.first?.dialogue.words }.first ?? ""
    // What the completions of the others are held against, by number.
    let reference =
      startsWithReference(voices)
      ? Dictionary((records[voices[0].policy.id] ?? []).map { ($0.index, $0.text) }) { text, _ in
        text
      } : [:]
    let changes = zip(voices, means).map { voice, average -> Double? in
      guard startsWithReference(voices), voice.policy.id != voices[0].policy.id else { return nil }
      return average.flatMap { now in means[0].map { now - $0 } }
    }
    let differences = changes.dropFirst(startsWithReference(voices) ? 1 : changes.count).map {
      $0.map { "\(attribute: "\(($0 * 1e4).rounded() / 1e4)")" } ?? "" as HTML
    }
    var columns: HTML = ""
    for voice in voices {
      columns += column(voice, records[voice.policy.id] ?? [], besides: reference)
    }
    let summary = study.isCrowded ? ends(voices, means, changes) : sums(voices, means, changes)
    let opening = SampleText(promptText.replacing("\n", with: " "), limit: 110)
    let heading: HTML =
      options.omitTexts
      ? "" : " <span class=\"open\">\(text: opening.shown)\(opening.omitted > 0 ? "…" : "")</span>"
    let whole: HTML =
      options.omitTexts
      ? ""
      : "<div class=\"prompt\">\(SampleText(promptText, limit: options.maximumTextLength).html)</div>"
    return """
      <details class="sample" data-d="\(HTML(differences, separator: ","))"><summary><code>\
      \(text: prompt)</code>\(heading)<span class="sums">\(summary)</span></summary>\
      \(whole)<div class="voices">\(columns)</div></details>

      """
  }

  /// The mean reward of every voice.
  private func sums(_ voices: [Voice], _ means: [Double?], _ changes: [Double?]) -> HTML {
    var words: HTML = ""
    for (place, voice) in voices.enumerated() {
      guard let average = means[place] else { continue }
      let change = changes[place].map { " (\($0 < 0 ? "▼" : "")\(text: signed($0)))" as HTML }
      words += "<span>\(text: voice.label) \(text: print(average))\(change ?? "")</span> "
    }
    return words
  }

  /// Of more voices than a line can hold: the reference, whose reward rose and fell most, and how many fell.
  private func ends(_ voices: [Voice], _ means: [Double?], _ changes: [Double?]) -> HTML {
    let found = changes.enumerated().compactMap { place, change in change.map { (place, $0) } }
      .sorted { ($1.1, $0.0) < ($0.1, $1.0) }
    guard let first = found.first, let last = found.last else {
      return sums(voices, means, changes)
    }
    var kept = [first.0]
    if last.0 != first.0 { kept.append(last.0) }
    if startsWithReference(voices) { kept.insert(0, at: 0) }
    let shown = sums(
      kept.map { voices[$0] }, kept.map { means[$0] }, kept.map { changes[$0] })
    return "\(shown)<span>\(found.count { $0.1 < 0 }) of \(found.count) worse</span>"
  }

  private func mean(_ records: [SampleRecord]) -> Double? {
    let rewards = records.compactMap(\.reward).filter(\.isFinite)
    return rewards.isEmpty ? nil : rewards.reduce(0, +) / Double(rewards.count)
  }

  /// Rewards with as many decimals as the spread of all rewards supports.
  private func print(_ reward: Double) -> String {
    Numeral.fixed(reward, decimals: decimals)
  }

  private func signed(_ value: Double) -> String { (value > 0 ? "+" : "") + print(value) }

  /// - Parameter reference: its completions, by number.
  private func column(
    _ voice: Voice, _ records: [SampleRecord], besides reference: [Int: String]
  ) -> HTML {
    let isReference = voice.policy.id == study.input.evaluation.reference
    var cards: HTML = ""
    for record in records.sorted(by: { $0.index < $1.index }) {
      let reward: HTML =
        record.reward.map { "reward <b>\(text: print($0))</b> · " }
        ?? (hasRewards ? "no reward · " : "")
      let ratio: HTML =
        record.logRatio.map { "log-ratio \(text: Numeral.significant($0)) · " } ?? ""
      let end: HTML =
        record.finished ? " · finished" : " · <strong>truncated</strong>"
      let text = SampleText(record.text, limit: options.maximumTextLength)
      let other = isReference ? nil : reference[record.index]
      let words =
        other.map { text.html(besides: SampleText($0, limit: options.maximumTextLength)) }
        ?? text.html
      let body: HTML = options.omitTexts ? "" : "<p>\(words)</p>"
      cards +=
        """
        <li><small>\(reward)\(ratio)\(text: Figure.plural(record.tokens, "token"))\(end)</small>\
        \(body)</li>

        """
    }
    let empty: HTML = records.isEmpty ? "<p class=\"empty\">no sample</p>" : ""
    return """
      <div class="voice"><h4>\(voice.style.sample())\(text: voice.label)</h4>\
      \(empty)<ol>\(cards)</ol></div>

      """
  }
}
