import Command
import Foundation
import Judging
import Runs
import Statistics

/// `plumb bench calibration`: how often a win rate that `plumb judge --calibration` corrects holds the
/// truth; one JSON line a cell, for `benchmarks/judged-evidence`.
///
/// Sets of judgments go through the function that the command calls, as its records.
struct CalibrationBench {
  let sets: Int
  private var generator = SeededGenerator(seed: 20_261_130)
  private let output = Output(format: .json, isQuiet: false)

  init(sets: Int) { self.sets = sets }

  /// A judge that errs, for or against the first system.
  struct World {
    let share: Double
    /// Of people's verdicts, and of the judge's.
    let ties: Double
    /// How often the judge says what people say, where the first system wins and where it loses.
    let hits: Double
    let rejections: Double

    var truth: Double { (1 - ties) * share + ties / 2 }
  }

  struct Cell: Encodable {
    let way: String
    let labels: Int
    let prompts: Int
    let share: Double
    let ties: Double
    let hits: Double
    let rejections: Double
    let sets: Int
    /// Of all sets; one without an interval is not covered.
    let coverage: Double
    let width: Double
    /// Of the judge's own interval: what is mended.
    let uncorrected: Double
    /// Share of sets whose interval is on the wrong side of one half.
    let wrong: Double
  }

  /// - Parameter only: one of the numbers of labels; nil for all.
  mutating func run(only: Int? = nil) throws {
    let sizes = only.map { [$0] } ?? [30, 100, 300]
    for labels in sizes {
      for (share, ties) in [(0.5, 0.0), (0.6, 0), (0.9, 0), (0.6, 0.3)] {
        for (hits, rejections) in [(0.9, 0.9), (0.75, 0.75), (0.95, 0.65)] {
          let world = World(share: share, ties: ties, hits: hits, rejections: rejections)
          try output.print(json: cell(world, labels: labels, prompts: 1000, isTransported: false))
        }
      }
    }
    for labels in sizes {
      for share in [0.5, 0.6, 0.9] {
        for right in [0.9, 0.75] {
          let world = World(share: share, ties: 0, hits: right, rejections: right)
          try output.print(json: cell(world, labels: labels, prompts: 1000, isTransported: true))
        }
      }
    }
  }

  private mutating func cell(
    _ world: World, labels: Int, prompts: Int, isTransported: Bool
  ) throws -> Cell {
    var (covered, plain, wrong) = (0, 0, 0)
    var width = 0.0
    for _ in 0..<sets {
      let rows = draw(world, prompts)
      // Labels of other comparisons are of systems of equal strength: only the errors are alike.
      let other = World(
        share: 0.5, ties: world.ties, hits: world.hits, rejections: world.rejections)
      let labelled =
        isTransported ? draw(other, labels, prefix: "other") : Array(rows.prefix(labels))
      let record = CalibrationRecord(
        version: "", judge: JudgeIdentity(name: "judge", facts: [:]), raters: 1, table: [],
        agreement: nil, kappa: nil, gwet: nil, order: nil, longerWins: nil,
        longerWinsByPeople: nil,
        labels: labelled.map {
          CalibrationRecord.Label(
            content: $0.pair.content ?? "", prompt: $0.pair.id, people: $0.people,
            majority: $0.people, judge: $0.pair.judgment.preference ?? 0.5, excess: 0)
        })
      let pairs = rows.map(\.pair)
      let own = Inference().share(pairs.map { [$0.judgment.preference ?? 0.5] })?.interval
      if own?.contains(world.truth) == true { plain += 1 }
      guard let rate = CorrectedRate.of(pairs, by: record, sha256: "")?.rate, let low = rate.low,
        let high = rate.high
      else { continue }
      if low <= world.truth, world.truth <= high { covered += 1 }
      if world.truth >= 0.5 ? high < 0.5 : low > 0.5 { wrong += 1 }
      width += high - low
    }
    let count = Double(sets)
    return Cell(
      way: isTransported ? "rates" : "labels", labels: labels, prompts: prompts,
      share: world.share, ties: world.ties, hits: world.hits, rejections: world.rejections,
      sets: sets, coverage: Double(covered) / count, width: width / count,
      uncorrected: Double(plain) / count, wrong: Double(wrong) / count)
  }

  private mutating func draw(
    _ world: World, _ count: Int, prefix: String = "p"
  ) -> [(pair: JudgedPair, people: Double)] {
    (0..<count).map { number in
      let people: Double =
        generator.uniform() < world.ties ? 0.5 : generator.uniform() < world.share ? 1 : 0
      var said: Double = generator.uniform() < 0.5 ? 1 : 0
      if people == 1 { said = generator.uniform() < world.hits ? 1 : 0 }
      if people == 0 { said = generator.uniform() < world.rejections ? 0 : 1 }
      // A judge that calls ties as people do, but half of them.
      if people == 0.5, generator.uniform() < 0.5 { said = 0.5 }
      let id = "\(prefix)\(number)"
      return (
        JudgedPair(
          id: id, prompt: id, answers: ["a", "b"], lengths: [1, 1],
          judgment: Judgment(verdict: Verdict(label: "", preference: said))), people
      )
    }
  }
}
