import Foundation
import Statistics
import TestSupport
import Testing

@testable import Published

@Suite struct AnnotationTests {
  private static let systems = ["exo", "dpo", "ppo", "sft"].map {
    AnnotationKey.System(name: $0, sha256: "hash of \($0)")
  }

  /// The paper's protocol: 100 prompts of more, three match-ups of the first system.
  private static func design(seed: UInt64 = 7, limit: Int? = 100) -> AnnotationDesign {
    AnnotationDesign(
      systems: systems,
      prompts: (0..<150).map { number in
        AnnotationDesign.Prompt(
          text: "prompt \(number)", answers: (0..<4).map { "answer \(number) of \($0)" },
          reference: "good")
      }, matchUps: [[0, 1], [0, 2], [0, 3]], limit: limit, criteria: ["fluency"], seed: seed)
  }

  @Test func `every match-up has the same prompts, and each side half of them`() {
    let key = Self.design().key
    #expect(key.items.map(\.number) == Array(1...300))
    #expect(Set(key.items.map(\.prompt)).count == 100)
    for other in 1...3 {
      let own = key.items.filter { $0.shown.contains(other) }
      #expect(own.count == 100 && Set(own.map(\.prompt)).count == 100)
      #expect(own.count { $0.shown[0] == 0 } == 50)
    }
    // The order tells nothing: match-ups are mixed from the first comparisons on.
    #expect(Set(key.items.prefix(20).map { $0.shown.max() ?? 0 }).count == 3)
  }

  @Test func `what is shown is what the key says, and the seed decides it alone`() {
    let design = Self.design()
    for (item, shown) in zip(design.key.items, design.comparisons) {
      let number = shown.prompt.split(separator: " ")[1]
      #expect(shown.answers == item.shown.map { "answer \(number) of \($0)" })
      #expect(shown.number == item.number && shown.reference == "good")
    }
    #expect(Self.design() == design)
    #expect(Self.design(seed: 8).key.study != design.key.study)
    #expect(Self.design(limit: nil).comparisons.count == 450)
    #expect(Self.design(limit: 500).comparisons.count == 450)
    #expect(design.equal == 0)
  }

  @Test func `a key is read back as written, and a changed one refused`() throws {
    let key = Self.design(limit: 3).key
    let file = try TemporaryFile("page.key.json", key.text)
    #expect(try AnnotationKey.read(file.path) == key)
    #expect(try JudgmentFormat(path: file.path) == .annotationKey)
    let changed = try TemporaryFile(
      "page.key.json", key.text.replacing("\"name\": \"dpo\"", with: "\"name\": \"sft\""))
    #expect(
      message { _ = try AnnotationKey.read(changed.path) }
        == "\(changed.path):2:10 study — is not the hash of what the file holds — it was changed; "
        + "restore it, or write it anew with plumb annotate and the same files")
  }

  private func answers(_ rows: String, study: String, annotator: String = "anna") -> String {
    """
    {
      "kind": "plumb annotation", "version": 1, "study": "\(study)",
      "annotator": "\(annotator)",
      "answers": [
    \(rows)
      ]
    }
    """
  }

  @Test func `answers become shares of the match-up's first system, wherever it stood`() throws {
    let key = Self.design(limit: 2).key
    let rows = key.items.map { item in
      "{\"item\": \(item.number), \"preference\": \"1\", \"criteria\": {\"fluency\": \"2\"}}"
    }
    let file = try TemporaryFile(
      "a.json", answers(rows.dropLast().joined(separator: ",\n"), study: key.study))
    let (read, _) = try AnnotationAnswers.read(file.path, keys: [key])
    let preferences = Preference.all(read, key)
    #expect(preferences.count == 6)
    let items = (1...3).flatMap { other in key.items.filter { $0.shown.contains(other) } }
    for (item, preference) in zip(items, preferences) where item.number < 6 {
      let isFirst = item.shown[0] == 0
      #expect(preference.matchUp.first == "exo" && preference.firstIsShownFirst == isFirst)
      #expect(preference.share == (isFirst ? 1 : 0))
      #expect(preference.criteria == ["fluency": isFirst ? 0 : 1])
      #expect(preference.rater == .init(name: "anna", isHuman: true))
    }
    #expect(preferences.map(\.matchUp.second) == ["dpo", "dpo", "ppo", "ppo", "sft", "sft"])
    let missing = preferences.filter { $0.share == nil }
    #expect(missing.map(\.gap) == ["not answered"])
  }

  @Test func `what the page does not write is refused with its place`() throws {
    let key = Self.design(limit: 2).key
    for (rows, place) in [
      (
        "{\"item\": 7}",
        "5:10 answers[0].item — is 7, which the page does not have — restore the file"
      ),
      (
        "{\"item\": 1}, {\"item\": 1}",
        "5:23 answers[1].item — is 1 again — keep one of the answers"
      ),
      (
        "{\"item\": 1, \"preference\": \"left\"}",
        "5:27 answers[0].preference — is \"left\" — give one of 1, tie, 2"
      ),
      (
        "{\"item\": 1, \"criteria\": {\"colour\": \"1\"}}",
        "5:36 answers[0].criteria.colour — is no criterion of the page — restore the file"
      ),
      ("{\"item\": \"1\"}", "5:10 answers[0].item — is \"1\" — give a whole number"),
    ] {
      let file = try TemporaryFile("a.json", answers(rows, study: key.study))
      #expect(
        message { _ = try AnnotationAnswers.read(file.path, keys: [key]) }
          == "\(file.path):\(place)")
    }
    let foreign = try TemporaryFile("a.json", answers("", study: "0123456789"))
    #expect(
      message { _ = try AnnotationAnswers.read(foreign.path, keys: [key]) }
        == "\(foreign.path):2:54 study — is of the page 01234567 — the key is of "
        + "\(key.study.prefix(8)); give the key and the answers of one page")
    #expect(
      message { _ = try PreferenceFiles([foreign.path]) }
        == "\(foreign.path):2:54 study — is of the page 01234567 — "
        + "give the .key.json that plumb annotate wrote beside the page as well")
    let cut = try TemporaryFile("a.json", String(answers("", study: "0").dropLast(3)))
    #expect(
      message { _ = try PreferenceFiles([cut.path]) }.hasPrefix("\(cut.path):6:"))
  }

  @Test func `one person's answers count once`() throws {
    let key = Self.design(limit: 2).key
    let keyFile = try TemporaryFile("page.key.json", key.text)
    let one = try TemporaryFile("a.json", answers("{\"item\": 1}", study: key.study))
    let two = try TemporaryFile("b.json", answers("{\"item\": 2}", study: key.study))
    #expect(
      message { _ = try PreferenceFiles([keyFile.path, one.path, two.path]) }
        == "\(two.path): holds answers of 'anna', as \(one.path) does — give the later file of the "
        + "two, or save them under different names")
    #expect(
      message { _ = try PreferenceFiles([keyFile.path]) }
        == "\(keyFile.path): is a key without answers — give the files that its page saved as well")
  }
}
