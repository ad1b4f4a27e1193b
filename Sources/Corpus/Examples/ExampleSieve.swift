/// Leaves out what a source says is too long or a repetition.
struct ExampleSieve {
  private let mostCharacters: Int?
  private let deduplicates: Bool
  private var seen: Set<ExampleContent> = []

  init(_ source: DataSource) {
    mostCharacters = source.mostCharacters
    deduplicates = source.deduplicates
  }

  mutating func takes(_ example: some Example, _ notes: RowNotes?) -> Bool {
    guard mostCharacters != nil || deduplicates else { return true }
    let content = example.content
    if let mostCharacters, content.length > mostCharacters {
      notes?.long += 1
      return false
    }
    if deduplicates, !seen.insert(content).inserted {
      notes?.duplicates += 1
      return false
    }
    return true
  }
}
