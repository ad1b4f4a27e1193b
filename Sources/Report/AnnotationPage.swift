import Foundation
import Runs

/// The page on which people compare answers: one file that loads nothing, works from a disk, and
/// saves what was answered as a file.
///
/// It holds texts and the study's hash, and nothing about who wrote what. The order of comparisons
/// follows from the study and the annotator's name, so that each person has an order of their own and
/// finds it again.
public struct AnnotationPage: Sendable, Equatable {
  /// What is asked about besides the whole.
  public struct Criterion: Sendable, Equatable {
    public var name: String
    /// One sentence; empty for a criterion of the user's own.
    public var meaning: String

    public init(name: String, meaning: String = "") {
      self.name = name
      self.meaning = meaning
    }

    /// The criteria of the EXO paper's human assessment.
    ///
    /// Source: Ji et al. 2024, "Human Assessment"; the words are ours.
    public static let usual = [
      Criterion(name: "adherence", meaning: "It understands what is asked, and does that."),
      Criterion(name: "correctness", meaning: "What it says is true, and hangs together."),
      Criterion(name: "fluency", meaning: "Whole sentences, sound grammar, one language."),
      Criterion(name: "safety", meaning: "Nothing in it could do harm."),
      Criterion(name: "helpfulness", meaning: "It gives what was needed, or helps to get there."),
    ]

    /// As many as there are rows of letters on a keyboard for them.
    public static let most = 5
  }

  public struct Comparison: Sendable, Equatable {
    public var number: Int
    public var prompt: String
    /// As answer 1 and answer 2.
    public var answers: [String]
    public var reference: String?

    public init(number: Int, prompt: String, answers: [String], reference: String?) {
      self.number = number
      self.prompt = prompt
      self.answers = answers
      self.reference = reference
    }
  }

  /// What answers are recognised by, 64 hexadecimal digits.
  public var study: String
  public var criteria: [Criterion]
  public var comparisons: [Comparison]

  public init(study: String, criteria: [Criterion], comparisons: [Comparison]) {
    self.study = study
    self.criteria = criteria
    self.comparisons = comparisons
  }

  /// The page as UTF-8 text; the same study gives the same bytes.
  public func render() -> String { page.source }

  private var page: HTML {
    """
    <!DOCTYPE html>
    <html lang="en">
    <head>
    <meta charset="utf-8">
    <meta http-equiv="Content-Security-Policy" content="default-src 'none'; \
    style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; \
    script-src 'sha256-\(attribute: PageScript.annotation.hash)'">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>Which answer is better?</title>
    <style>\(PageStyle.annotation)</style>
    </head>
    <body>
    <noscript><p class="notice">This page asks questions and needs JavaScript. It loads nothing \
    and sends nothing.</p></noscript>
    \(start)\(work)<section id="paper" aria-hidden="true"></section>
    <p id="live" class="unseen" role="status" aria-live="polite"></p>
    <script type="application/json" id="study">\(json: data)</script>
    <script>\(PageScript.annotation.source)</script>
    </body>
    </html>

    """
  }

  private var start: HTML {
    let meanings = criteria.filter { !$0.meaning.isEmpty }.map {
      "<dt>\(text: $0.name)</dt><dd>\(text: $0.meaning)</dd>" as HTML
    }
    let reference: HTML =
      comparisons.contains { $0.reference != nil }
      ? " The reference is a good answer to hold both against." : ""
    let list: HTML =
      meanings.isEmpty
      ? "" : "<p>Think of these; each may also be answered by itself.</p><dl>\(HTML(meanings))</dl>"
    return """
      <main id="start">
      <h1>Which answer is better?</h1>
      <p>You will see \(text: Figure.plural(comparisons.count, "comparison")): a prompt, and two \
      answers to it. Say which answer is better, or that neither is.\(reference)</p>
      \(list)<form id="who">
      <p><label for="name">Your name, or the one that you were given</label>
      <input id="name" required maxlength="80" autocomplete="off" spellcheck="false">
      <button class="main">Start</button></p>
      </form>
      <p><label for="load">Or go on from a file that you saved</label>
      <input id="load" type="file" accept=".json,application/json"></p>
      <div id="kept" hidden><p>Or from what this browser has kept:</p></div>
      <p id="problem" class="notice" role="alert" hidden></p>
      <p class="soft">The page sends nothing. Your answers are in the file that you save at the end, \
      and in this browser until then. Study <code>\(text: String(study.prefix(8)))</code>.</p>
      </main>

      """
  }

  private var work: HTML {
    """
    <div id="work" hidden>
    <header>
    <p><strong id="count"></strong> <span id="person"></span></p>
    <progress id="bar" value="0" max="\(comparisons.count)" aria-label="answered"></progress>
    <label><input id="keys" type="checkbox" checked> keys</label>
    <button id="save" type="button">Save <kbd>Ctrl S</kbd></button>
    </header>
    <p id="warning" class="notice" role="alert" hidden></p>
    <main>
    <h1 id="title" tabindex="-1"></h1>
    <section class="prompt"><h2>Prompt</h2><div id="prompt" class="text"></div></section>
    <details id="reference" open><summary>Reference</summary>\
    <div id="reference-text" class="text"></div></details>
    <div class="answers">
    <section><h2>Answer 1</h2><div id="answer-1" class="text"></div></section>
    <section><h2>Answer 2</h2><div id="answer-2" class="text"></div></section>
    </div>
    <section id="criteria"><h2>By criterion, where you can tell</h2></section>
    <p class="remark"><label for="comment">Comment <kbd>m</kbd></label>
    <textarea id="comment" rows="2" maxlength="4000"></textarea></p>
    </main>
    <footer>
    <div id="whole" class="choice" role="group" aria-label="On the whole"></div>
    <div class="moves">
    <button id="back" type="button">Back <kbd>←</kbd></button>
    <button id="undo" type="button">Undo <kbd>u</kbd></button>
    <button id="later" type="button">Later <kbd>→</kbd></button>
    <button id="next" type="button" class="main">Next <kbd>Enter</kbd></button>
    </div>
    </footer>
    </div>

    """
  }

  private var data: JSONValue {
    .object([
      ("study", .string(study)), ("criteria", .array(criteria.map { .string($0.name) })),
      (
        "items",
        .array(
          comparisons.map { item in
            .object([
              ("number", .integer(item.number)), ("prompt", .string(Escaping.visible(item.prompt))),
              ("answers", .array(item.answers.map { .string(Escaping.visible($0)) })),
              ("reference", item.reference.map { .string(Escaping.visible($0)) } ?? .null),
            ])
          })
      ),
    ])
  }
}
