/// One side of judged comparisons, as a recipe names it and results print it.
enum JudgedSide: Hashable {
  /// The reference policy's samples.
  case reference
  /// The completions that the evaluation compares with as chosen.
  case chosen
  /// The best of n completions of the reference by the evaluation's reward: `best-of-8`.
  case bestOf(Int)
  /// Policies of one group of the evaluation: of every seed or of one, their last checkpoint or that of a
  /// step (`exo`, `exo/step-40`, `exo/seed-1`, `exo/seed-1/step-40`).
  case policy(group: String, seed: Int?, step: Int?)

  /// The final checkpoints of a group.
  static func group(_ name: String) -> JudgedSide { .policy(group: name, seed: nil, step: nil) }

  /// What a checkpoint's name says behind that of its policy: `seed-1/step-40`.
  ///
  /// - Returns: nil for anything else.
  static func place(_ words: Substring) -> (seed: Int?, step: Int?)? {
    var parts = words.split(separator: "/", omittingEmptySubsequences: false)[...]
    func number(_ head: String) -> Int? {
      guard let part = parts.first, part.hasPrefix(head),
        let number = Int(part.dropFirst(head.count)), "\(head)\(number)" == part
      else { return nil }
      parts.removeFirst()
      return number
    }
    let seed = number("seed-")
    let step = number("step-")
    return parts.isEmpty && (seed != nil || step != nil) ? (seed, step) : nil
  }

  /// The size n of `best-of-n`; nil for another word.
  static func bestOf(_ word: String) -> Int? {
    let head = "best-of-"
    guard word.hasPrefix(head), let size = Int(word.dropFirst(head.count)),
      word == "\(head)\(size)"
    else { return nil }
    return size
  }
}
