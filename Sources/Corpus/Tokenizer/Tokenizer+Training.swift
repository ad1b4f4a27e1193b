import Foundation

extension Tokenizer {
  /// Trains a byte-level BPE tokenizer with the pattern of GPT-2.
  ///
  /// Deterministic: the most frequent pair is merged first, ties by the lower ids. The special
  /// tokens come first, then the 256 bytes, then the merges in order. The first special token
  /// begins and ends texts, as in GPT-2.
  ///
  /// - Parameters:
  ///   - vocabulary: the number of tokens; fewer are made when the texts hold no pair that could
  ///     still be merged.
  ///   - specialTokens: tokens that only callers place; text that looks like them stays text.
  /// - Throws: ``CorpusError`` when the vocabulary cannot hold the special tokens and the bytes.
  ///
  /// Source: Sennrich et al. 2016, algorithm 1, on words counted once, with incremental counts.
  public static func train(
    on texts: some Sequence<String>, vocabulary: Int,
    specialTokens: [String] = ["<|endoftext|>"]
  ) throws -> Tokenizer {
    let least = specialTokens.count + 256
    guard vocabulary >= least else {
      throw CorpusError.vocabulary(
        problem: "\(vocabulary) tokens cannot hold the 256 bytes and the special tokens; "
          + "ask for at least \(least)")
    }
    guard vocabulary <= 1_000_000 else {
      throw CorpusError.vocabulary(problem: "\(vocabulary) tokens; ask for at most 1000000")
    }
    guard Set(specialTokens).count == specialTokens.count,
      specialTokens.allSatisfy({ !$0.isEmpty && $0.utf8.count <= 1024 })
    else {
      throw CorpusError.vocabulary(
        problem: "special tokens must be distinct, not empty, and at most 1,024 bytes")
    }
    var words = WordCounts(pattern: try compiledGPT2Pattern())
    for text in texts { words.add(text) }
    let alphabet = ByteAlphabet.scalars.sorted().map { String($0) }
    var trainer = MergeTrainer(tokens: specialTokens + alphabet)
    for (word, count) in words.counted() { trainer.add(word, count: count) }
    trainer.run(until: vocabulary)
    let files = TokenizerDocument(
      tokens: trainer.tokens, merges: trainer.merges, specialTokens: specialTokens
    ).files
    return try Tokenizer(files: files, folder: "trained tokenizer")
  }

  private static func compiledGPT2Pattern() throws(CorpusError) -> Pattern {
    do {
      return try Pattern(PreTokenizer.gpt2)
    } catch {
      throw CorpusError.vocabulary(problem: error.problem)
    }
  }
}

/// How often each pre-token occurs.
private struct WordCounts {
  let pattern: Pattern
  private var table = ByteTable(capacity: 1 << 14)
  private var counts: [Int] = []

  init(pattern: Pattern) {
    self.pattern = pattern
  }

  mutating func add(_ text: String) {
    let bytes = Array(text.utf8)
    bytes.withUnsafeBufferPointer { buffer in
      pattern.forEachMatch(in: buffer) { range in
        let (entry, isNew) = table.insert(UnsafeBufferPointer(rebasing: buffer[range]), 0)
        if isNew { counts.append(1) } else { counts[entry] += 1 }
      }
    }
  }

  func counted() -> some Sequence<(ArraySlice<UInt8>, Int)> {
    counts.indices.lazy.map { (table.key($0), counts[$0]) }
  }
}
