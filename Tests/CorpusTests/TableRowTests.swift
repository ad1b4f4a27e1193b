import Corpus
import Foundation
import Runs
import TestSupport
import Testing

/// Rows of CSV and TSV files.
@Suite struct TableRowTests {
  private let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func source(_ name: String, _ text: String) throws -> DataSource {
    DataSource(files: [try folder.write(name, text).path])
  }

  private func lines(_ body: () throws -> Void) -> [String] {
    message(body).replacingOccurrences(of: folder.url.path + "/", with: "")
      .split(separator: "\n").map(String.init)
  }

  @Test func `fields may be quoted, and numbers and lists are read out of their texts`() throws {
    let pairs = try source(
      "pairs.csv",
      "\u{FEFF},prompt,chosen,rejected,margin,system\r\n"
        + "0,\"a, \"\"b\"\"\",\"x\ny\",z,1.5,\r\n\r\n1,q,x,y,,be brief\r\n"
    ).preferencePairs()
    #expect(pairs.map(\.id) == ["pairs.csv:2", "pairs.csv:5"])
    #expect(
      pairs.map(\.prompt) == [
        "a, \"b\"", .turns([Turn(.system, "be brief"), Turn(.user, "q")]),
      ])
    #expect(pairs.map(\.chosen) == ["x\ny", "x"])
    #expect(pairs.map(\.margin) == [1.5, nil])
    let texts = try source(
      "t.tsv", "text\tlabel\nit's, well, \"\"\t1\n".replacing("\"\"", with: ""))
    #expect(
      try texts.labelledTexts() == [LabelledText(id: "t.tsv:2", text: "it's, well, ", label: 1)])
    let labelled = try source("k.csv", "prompt,completion,label\np,a,True\np,b,0\n")
    #expect(try labelled.labelledCompletions().map(\.isDesirable) == [true, false])
    let groups = try source(
      "g.csv", "prompt,completions,scores\np,\"[\"\"a\"\", \"\"b\"\"]\",\"[1, 2.5]\"\n")
    #expect(try groups.scoredGroups().map(\.scores) == [[1, 2.5]])
    let chats = try source(
      "c.csv",
      "messages\n\"[{\"\"role\"\": \"\"user\"\", \"\"content\"\": \"\"q\"\"}, "
        + "{\"\"role\"\": \"\"assistant\"\", \"\"content\"\": \"\"a\"\"}]\"\n")
    #expect(try chats.demonstrations().map(\.prompt) == [.asked("q")])
    #expect(try chats.layout() == .demonstrations)
  }

  @Test func `wrong rows are named by line and column, and the others read`() throws {
    let notes = RowNotes(forgivesBadRows: true)
    let rows = try source(
      "w.csv", "prompt,completion\na\n\"b\",\nc,d,e\nf,g\nh,\"i\u{0}\"\n"
    ).demonstrations(notes)
    #expect(rows.map(\.completion) == ["g"])
    #expect(
      notes.bad.map { $0.description.replacingOccurrences(of: folder.url.path + "/", with: "") }
        == [
          "w.csv:2:1 — 1 columns where the header has 2 — "
            + "correct the row; a field with a separator or a line end needs quotes",
          "w.csv:3:5 completion — is empty — remove the row or write the text",
          "w.csv:4:1 — 3 columns where the header has 2 — "
            + "correct the row; a field with a separator or a line end needs quotes",
          "w.csv:6:3 completion — holds a NUL character — remove it",
        ])
  }

  @Test(
    arguments: [
      (
        "text\na\n\"b\n", "3:1 — a quoted field is not closed — the file is cut off; copy it again"
      ),
      ("text\n\"a\"b\n", "2:4 — text after a closing quote — double the quotes inside the field"),
      (
        "text\nab\"c\n",
        "2:3 — a quote inside a field without quotes — put the field in quotes and double the quote"
      ),
      (
        "text,text\na,b\n",
        "1:6 — the column \"text\" stands there twice — "
          + "rename one; the first row of a table names its columns"
      ),
    ])
  func `what a table cannot be read behind is refused, also where bad rows are skipped`(
    _ text: String, _ expected: String
  ) throws {
    let path = try folder.write("t.csv", text).path
    for way in BadRows.Way.allCases {
      let data = DataSource(files: [path], badRows: BadRows(way, most: 1))
      #expect(lines { _ = try data.plainTexts() } == ["t.csv:\(expected)"])
    }
  }

  @Test func `bytes that are not UTF-8 are refused with their field`() throws {
    let path = try folder.write("u.csv", Array("text\nx\na".utf8) + [0xC3, 0x28, 0x0A]).path
    #expect(
      lines { _ = try DataSource(files: [path]).plainTexts() }
        == ["u.csv:3:1 — not UTF-8 — save the file as UTF-8"])
  }

  @Test func `a header alone holds no rows`() throws {
    let data = try source("h.csv", "text\n")
    #expect(
      lines { _ = try data.plainTexts() } == [
        "h.csv: no rows; check the files, part, where and cut"
      ])
  }
}
