import Runs

/// Which prompts of an evaluation stand in data that something was trained on.
///
/// | kind | the prompt |
/// |---|---|
/// | `exact` | has the bytes of a prompt or text of a training row |
/// | `near` | is a near duplicate of one (``NearIndex``) |
/// | `contained` | of eight words or more, stands in one word by word |
///
/// Where prompts are cut from the beginnings of texts, the whole texts are compared: the first words
/// of two texts agree by chance.
///
/// Source: containment by runs of words, as Brown et al. 2020, "Language models are few-shot
/// learners", appendix C.
/// Differs: all of the prompt has to be there, not thirteen words of it.
public struct Overlap: Sendable {
  /// The fewest words of a prompt that is looked for inside texts.
  static let leastWords = 8

  /// Nil for a prompt that stands nowhere; in the order of the prompts.
  public private(set) var found: [OverlapRecord.Found?]
  /// How many prompts stand in each training set, in their order.
  public private(set) var sets: [OverlapRecord.TrainingSet] = []

  /// - Parameters:
  ///   - prompts: rows of prompts, or the texts that prompts are cut from.
  ///   - training: read one after the other; each may be gone once it was looked at.
  public init(
    of prompts: [AuditedRow], in training: some Sequence<(stages: [String], set: AuditedSet)>
  ) {
    let wanted = prompts.map { $0.prompt ?? $0.texts.first ?? "" }
    found = wanted.map { _ in nil }
    let index = NearIndex { Shingles([wanted[$0]]) }
    var exact: [ByteText: [Int]] = [:]
    var openings: [UInt64: [Int]] = [:]
    let words = wanted.map { Shingles.normalised($0) }
    for (place, text) in wanted.enumerated() {
      exact[ByteText(text), default: []].append(place)
      let shingles = Shingles([text])
      index.append(MinHash(shingles), isEmpty: shingles.all.isEmpty)
      if let opening = Self.openings(of: words[place]).first {
        openings[opening.hash, default: []].append(place)
      }
    }
    for (stages, set) in training {
      var here: [Int: OverlapRecord.Found] = [:]
      for row in set.rows {
        for text in row.all where !text.isEmpty {
          func note(_ place: Int, _ kind: OverlapRecord.Kind, _ similarity: Double? = nil) {
            if let known = here[place], known.kind <= kind { return }
            here[place] = OverlapRecord.Found(
              prompt: prompts[place].id, kind: kind, set: set.name, row: row.id,
              similarity: similarity)
          }
          for place in exact[ByteText(text)] ?? [] { note(place, .exact) }
          let shingles = Shingles([text])
          for match in index.matches(shingles, MinHash(shingles)) {
            note(match.entry, .near, match.similarity)
          }
          let said = Shingles.normalised(text)
          for opening in Self.openings(of: said) {
            for place in openings[opening.hash] ?? []
            where Self.stands(words[place], in: said, at: opening.start) {
              note(place, .contained)
            }
          }
        }
      }
      func count(_ kind: OverlapRecord.Kind) -> Int { here.values.count { $0.kind == kind } }
      sets.append(
        OverlapRecord.TrainingSet(
          name: set.name, stages: stages, rows: set.rows.count, exact: count(.exact),
          near: count(.near), contained: count(.contained)))
      for (place, one) in here where found[place].map({ one.kind < $0.kind }) ?? true {
        found[place] = one
      }
    }
  }

  /// A hash of every run of ``leastWords`` words, and where it begins.
  private static func openings(of bytes: [UInt8]) -> [(hash: UInt64, start: Int)] {
    var starts: [Int] = []
    var hashes: [UInt64] = []
    var hash: UInt64 = 0
    for (place, byte) in bytes.enumerated() {
      if place == 0 || bytes[place - 1] == 0x20 { starts.append(place) }
      if byte == 0x20 {
        hashes.append(hash)
        hash = 0
      } else {
        hash = MinHash.mixed(hash ^ UInt64(byte))
      }
    }
    if !bytes.isEmpty { hashes.append(hash) }
    guard hashes.count >= leastWords else { return [] }
    return (0...hashes.count - leastWords).map { first in
      let run = hashes[first..<first + leastWords].reduce(0) { MinHash.mixed($0 ^ $1) }
      return (run, starts[first])
    }
  }

  private static func stands(_ wanted: [UInt8], in bytes: [UInt8], at start: Int) -> Bool {
    let end = start + wanted.count
    guard end <= bytes.count, end == bytes.count || bytes[end] == 0x20 else { return false }
    return bytes[start..<end].elementsEqual(wanted)
  }
}

extension OverlapRecord {
  /// - Parameter asked: the prompts of the evaluation by their ids, or nil for all.
  public init(_ overlap: Overlap, asked: Set<String>? = nil, count: Int) {
    self.init(
      shingle: Shingles.size, threshold: NearIndex.threshold, asked: count,
      sets: overlap.sets,
      prompts: overlap.found.compactMap { $0 }.filter { asked?.contains($0.prompt) ?? true })
  }
}
