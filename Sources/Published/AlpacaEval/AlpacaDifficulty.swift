import Runs
import Statistics

/// The difficulty of each of AlpacaEval 2's 805 instructions, and the rows that anchor its fits.
public struct AlpacaDifficulty: Sendable, Equatable {
  /// In the order of the baseline's file of outputs, as a logit.
  public let values: [Double]

  public init(values: [Double]) { self.values = values }

  /// Reads a table of `index` and `instruction_difficulty`, indices from 0 in order.
  ///
  /// - Throws: ``PublishedError`` where the file is no such table.
  public init(path: String) throws(PublishedError) {
    let table = try DelimitedTable(path: path)
    let (index, difficulty) = (
      try table.column("index"), try table.column("instruction_difficulty")
    )
    values = try table.rows.indices.map { row throws(PublishedError) in
      guard try table.number(row, index) == Double(row),
        let value = try table.number(row, difficulty)
      else {
        throw DelimitedTable.problem(
          table.file, table.lines[row], "not the difficulty of instruction \(row)",
          "give one row for each instruction, in order")
      }
      return value
    }
  }

  /// The anchor of length control, from the baseline's answers and its answers when told to be
  /// concise and to be verbose.
  ///
  /// - Throws: ``PublishedError`` where a variant lacks an instruction of the baseline, or there are
  ///   not as many instructions as difficulties.
  public func anchor(
    baseline: [AlpacaOutput], variants: [[AlpacaOutput]]
  ) throws(PublishedError) -> LengthAnchor {
    let advice = "give the three files of one baseline, with the difficulties of its instructions"
    guard baseline.count == values.count else {
      throw .content(
        file: baseline.first?.generator ?? "the baseline",
        problem: "\(baseline.count) answers and \(values.count) difficulties", advice: advice)
    }
    var excesses: [[Double]] = []
    for variant in variants {
      let lengths = Dictionary(
        variant.map { (ByteText($0.instruction), $0.length) },
        uniquingKeysWith: { first, _ in first })
      var row: [Double] = []
      for answer in baseline {
        guard let length = lengths[ByteText(answer.instruction)] else {
          throw .content(
            file: variant.first?.generator ?? "a variant",
            problem: "lacks an instruction of the baseline", advice: advice)
        }
        row.append(Double(answer.length - length))
      }
      excesses.append(row)
    }
    guard let anchor = LengthAnchor(excesses: excesses, difficulties: values) else {
      throw .content(
        file: baseline.first?.generator ?? "the baseline",
        problem: "a variant's answers are all as long as the baseline's", advice: advice)
    }
    return anchor
  }
}
