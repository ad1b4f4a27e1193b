/// What a page says of a run that is not finished: how far it is, and as of when.
///
/// It is the one part of a page that depends on a clock, and no finished page has it.
public struct LiveNote: Sendable, Equatable {
  /// A stage for one seed, or a measuring.
  public struct Part: Sendable, Equatable {
    public var name: String
    /// How much of it is done, 0 to 1.
    public var share: Double

    public init(name: String, share: Double) {
      self.name = name
      self.share = share
    }
  }

  /// `stage 3 of 7, about 12:40 left`.
  public var place: String
  /// What is going on, with its newest numbers.
  public var work: String
  /// All of the run, in order.
  public var parts: [Part]
  /// When this was so, as ISO 8601 in UTC.
  public var time: String
  /// Seconds after which a browser asks for the page again; nil where the run has stopped.
  public var renewal: Int?
  /// What goes on with it.
  public var command: String

  public init(
    place: String, work: String, parts: [Part], time: String, renewal: Int?, command: String
  ) {
    self.place = place
    self.work = work
    self.parts = parts
    self.time = time
    self.renewal = renewal
    self.command = command
  }

  /// For the page's head.
  var refresh: HTML {
    guard let renewal else { return "" }
    return "<meta http-equiv=\"refresh\" content=\"\(renewal)\">\n"
  }

  /// Of this note alone: a finished page holds nothing of it.
  static let style: HTML = """
    .live{border:1px solid var(--accent);border-left-width:6px;background:var(--raised);
    padding:.7rem 1rem;margin:0 0 1.25rem}
    .live p{margin:.15rem 0;overflow-wrap:anywhere}
    .live progress{display:block;width:100%;height:.7rem;margin:.4rem 0;accent-color:var(--accent)}
    .live ol{columns:15rem;list-style:none;padding:0;margin:.4rem 0 0;font-size:.85rem}
    .live li{break-inside:avoid}.live .done{color:var(--soft)}.live .now{font-weight:600}
    """

  /// The note itself, for the top of the page.
  var html: HTML {
    let share = parts.isEmpty ? 0 : parts.reduce(0) { $0 + $1.share } / Double(parts.count)
    let percent = Int((share * 100).rounded(.down))
    let heading: HTML =
      renewal == nil
      ? "<strong>The run has stopped before its end.</strong> It was at \(text: place)."
      : "<strong>The run is on:</strong> \(text: place)."
    let rest: HTML =
      renewal.map {
        """
        As of \(text: time). The page renews itself every \($0) seconds; if the time stands still, plumb watch \
        says what became of the run.
        """
      } ?? "As of \(text: time). To go on: <code>\(text: command)</code>"
    var items: HTML = ""
    for part in parts {
      let isDone = part.share >= 1
      let kind: HTML = isDone ? "done" : part.share > 0 ? "now" : "open"
      let sign: HTML = isDone ? "✓" : part.share > 0 ? "▸" : "·"
      let amount: HTML =
        part.share > 0 && !isDone ? " \(Int((part.share * 100).rounded(.down)))\u{A0}%" : ""
      items += "<li class=\"\(kind)\">\(sign) \(text: part.name)\(amount)</li>"
    }
    return """
      <div class="live" role="status"><p>\(heading)</p>
      <progress max="100" value="\(percent)">\(percent)\u{A0}%</progress>
      <p>\(text: work)</p>
      <ol>\(items)</ol>
      <p><small>\(rest)</small></p></div>

      """
  }
}
