import Corpus
import Runs

/// What to look at in answers to each prompt, as the files of a judging say it: one checklist a prompt,
/// whichever of them holds it.
struct Checklists {
  private var known: [ByteText: (text: String, path: String, row: Int)] = [:]

  /// - Throws: `CorpusError` where two rows of one prompt have different ones.
  init(_ files: [OutputsFile]) throws {
    for file in files {
      for row in file.rows {
        guard let text = row.checklist else { continue }
        let prompt = ByteText(row.instruction)
        guard let first = known[prompt] else {
          known[prompt] = (text, file.path, row.number)
          continue
        }
        guard ByteText(first.text) == ByteText(text) else {
          let other = first.path == file.path ? "" : " of \(first.path)"
          throw CorpusError.file(
            path: file.path,
            problem:
              "row \(row.number) has another checklist than row \(first.row)\(other), which is about "
              + "the same prompt; give a prompt one checklist")
        }
      }
    }
  }

  subscript(prompt: String) -> String? { known[ByteText(prompt)]?.text }
}
