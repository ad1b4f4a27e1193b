import Foundation
import Runs
import TestSupport
import Testing

@testable import Corpus

/// `conversation: true`: prompts that are plain texts become a user's turn.
@Suite struct PlainConversationTests {
  private func source(_ folder: TemporaryFolder, _ rows: String) throws -> DataSource {
    DataSource(files: [try folder.write("rows.jsonl", rows).path], isConversation: true)
  }

  @Test func `every kind of row takes them`() throws {
    let folder = try TemporaryFolder()
    let asked = Dialogue.turns([Turn(.user, "Why?")])
    let pairs = try source(
      folder, #"{"prompt": "Why?", "chosen": "So.", "rejected": "No."}"# + "\n")
    #expect(try pairs.preferencePairs().map(\.prompt) == [asked])
    #expect(try pairs.prompts().map(\.dialogue) == [asked])
    let shown = try source(folder, #"{"instruction": "Why?", "input": "", "output": "So."}"# + "\n")
    #expect(try shown.demonstrations().map(\.prompt) == [asked])
    let context = try source(
      folder, #"{"instruction": "Why?", "input": "Here.", "output": "So."}"# + "\n")
    #expect(
      try context.demonstrations().map(\.prompt) == [.turns([Turn(.user, "Why?\n\nHere.")])])
    let labelled = try source(
      folder, #"{"prompt": "Why?", "completion": "So.", "label": true}"# + "\n")
    #expect(try labelled.labelledCompletions().map(\.prompt) == [asked])
    let groups = try source(
      folder, #"{"prompt": "Why?", "completions": ["So.", "No."], "scores": [1, 0]}"# + "\n")
    #expect(try groups.scoredGroups().map(\.prompt) == [asked])
  }

  @Test func `what is a conversation already stays one`() throws {
    let folder = try TemporaryFolder()
    let rows = try source(
      folder,
      #"{"messages": [{"role": "system", "content": "Be."}, {"role": "user", "content": "Why?"}, "#
        + #"{"role": "assistant", "content": "So."}]}"# + "\n")
    #expect(
      try rows.demonstrations().map(\.prompt)
        == [.turns([Turn(.system, "Be."), Turn(.user, "Why?")])])
  }

  @Test func `a transcript is no single turn`() throws {
    let folder = try TemporaryFolder()
    let rows = try source(
      folder,
      #"{"chosen": "\n\nHuman: Why?\n\nAssistant: So.", "rejected": "\n\nHuman: Why?\n\nAssistant: No."}"#
        + "\n")
    #expect(
      message { _ = try rows.preferencePairs() }.contains(
        "is a transcript of several turns — conversation takes prompts that are one turn"))
  }
}
