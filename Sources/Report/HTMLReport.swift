import Runs

/// Makes one self-contained page from the records of runs.
///
/// The page depends on nothing but its arguments: no clock, no random ids, no order of hashing. It
/// loads nothing, runs one script whose hash its security policy names, and is complete without it.
public enum HTMLReport {
  /// The page as UTF-8 text.
  ///
  /// With several runs, a comparison comes first and each run follows in full.
  public static func render(_ inputs: [ReportInput], options: ReportOptions = ReportOptions())
    -> String
  {
    let studies = Study.all(inputs)
    let title = options.title ?? self.title(inputs)
    var contents: HTML = ""
    var body: HTML = ""
    if studies.count > 1 {
      body += Figure.section(
        id: "comparison", title: "All runs", ComparisonSection(studies: studies).html)
      contents += "<li><a href=\"#comparison\">All runs</a></li>"
    }
    for study in studies {
      let sections = self.sections(of: study, options)
      let links = sections.map {
        "<li><a href=\"#\(attribute: study.prefix + $0.id)\">\($0.title)</a></li>" as HTML
      }
      let chapters = sections.map {
        Figure.section(id: study.prefix + $0.id, title: $0.title, $0.body)
      }
      if studies.count > 1 {
        body +=
          "<h1 class=\"run\">\(text: study.input.name)</h1>\n\(SummarySection(study: study).html)"
        contents += "<li>\(text: study.input.name)<ul>\(HTML(links))</ul></li>"
      } else {
        contents += HTML(links)
      }
      body += HTML(chapters)
    }
    if studies.isEmpty { body += "<p class=\"empty\">There is no run to report on.</p>\n" }
    // Of a run that is on, nothing may be measured yet.
    let saysNothing = options.live != nil && inputs.allSatisfy(\.evaluation.policies.isEmpty)
    let lead: HTML =
      studies.count == 1 && !saysNothing ? SummarySection(study: studies[0]).html : ""
    return page(title: title, contents: contents, lead: lead, body: body, live: options.live).source
  }

  /// The name of the run that a page of one run is about, as its title has it; nil for other pages.
  public static func runName(ofPage page: String) -> String? {
    guard let start = page.range(of: "<title>"),
      let end = page.range(
        of: ": evaluation report</title>", range: start.upperBound..<page.endIndex)
    else { return nil }
    return Escaping.text(of: String(page[start.upperBound..<end.lowerBound]))
  }

  private static func title(_ inputs: [ReportInput]) -> String {
    inputs.isEmpty
      ? "Evaluation report" : inputs.map(\.name).joined(separator: ", ") + ": evaluation report"
  }

  private static func sections(of study: Study, _ options: ReportOptions) -> [(
    id: String, title: HTML, body: HTML
  )] {
    let prefix = study.prefix
    let frontiers = [
      FrontierSection(studies: [study], gain: "reward", id: prefix + "reward-kl").html,
      FrontierSection(studies: [study], gain: "held_out_reward", id: prefix + "held-out-kl").html,
      FrontierSection(studies: [study], gain: "classifier_accuracy", id: prefix + "accuracy-kl")
        .html,
    ].compactMap { $0 }
    let sections: [(id: String, title: HTML, body: HTML?)] = [
      ("gates", "What was required", study.input.gates.map { GateSection(record: $0).html }),
      ("equal", "Reward at equal KL", EqualTermsSection(study: study)?.html),
      ("kl-target", "KL that was aimed at", StrengthSection(study: study).html),
      ("results", "Results", HeadlineSection(studies: [study]).html),
      ("frontier", "Reward and KL", frontiers.isEmpty ? nil : HTML(frontiers)),
      ("over-optimisation", "Over-optimisation", OverOptimisationSection(study: study).html),
      ("density", "Density ratios", DensitySection(study: study, options: options).html),
      ("training", "Training", TrainingSection(study: study).html),
      ("wins", "Head to head", WinRateSection(study: study).html),
      ("judged", "Judged", judged(study)),
      (
        "exams", "Examinations",
        study.input.exams.map { ExamSection(record: $0, study: study).html }
      ),
      ("prompts", "Before and after", BeforeAfterSection(study: study).html),
      (
        "overlap", "Prompts that were trained on",
        study.input.overlap.map { OverlapSection(record: $0, study: study).html }
      ),
      ("cost", "Cost", CostSection(study: study).html),
      ("measurements", "All measurements", MeasurementSection(study: study, options: options).html),
      ("samples", "Samples", SampleSection(study: study, options: options).html),
      ("methods", "Methods", MethodsSection(study: study).html),
    ]
    return sections.compactMap { section in
      section.body.flatMap { $0.isEmpty ? nil : (section.id, section.title, $0) }
    }
  }

  private static func judged(_ study: Study) -> HTML? {
    study.input.judging.flatMap {
      JudgeSection(
        report: $0, spending: study.input.spending, label: study.label(ofSubject:)
      ).html
    }
  }

  /// A whole page around its sections.
  ///
  /// - Parameters:
  ///   - style: of this kind of page alone.
  ///   - live: what is said while the run is not finished.
  static func page(
    title: String, contents: HTML, lead: HTML, body: HTML, style: HTML = "", live: LiveNote? = nil
  ) -> HTML {
    let style = live == nil ? style : "\(style)\(LiveNote.style)"
    let origin: HTML =
      live == nil ? "alone; the same records give the same bytes." : "as far as they are written."
    return """
      <!DOCTYPE html>
      <html lang="en">
      <head>
      <meta charset="utf-8">
      \(live?.refresh ?? "")\
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
      style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; \
      script-src 'sha256-\(attribute: PageScript.report.hash)'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(text: title)</title>
      <style>\(PageStyle.report)\(style)</style>
      </head>
      <body>
      <header>
      <h1>\(text: title)</h1>
      \(live?.html ?? "")\(lead)<nav aria-label="Contents"><ul>\(contents)</ul></nav>
      </header>
      <main>
      \(body)</main>
      <footer>Made by Plumb from the records of the run \(origin)</footer>
      <script>\(PageScript.report.source)</script>
      </body>
      </html>

      """
  }
}
