import Command
import Foundation
import Report
import Runs
import Statistics

/// `plumb bench coverage`: how often the intervals of this program hold what they should, in worlds
/// where that is known; one JSON line a cell, for `benchmarks/coverage`.
///
/// Many sets of data go through one process: the functions are those that the commands call, which
/// `plumb bench sets` shows by writing some of the sets as the records that commands read.
struct CoverageBench {
  let sets: Int
  private let output = Output(format: .json, isQuiet: false)
  var generator = SeededGenerator(seed: 20_240_601)
  private let inference = Inference()

  init(sets: Int) { self.sets = sets }

  static func main(_ arguments: [String]) -> ExitCode {
    let output = Output(format: .json, isQuiet: false)
    let sets = arguments.count > 1 ? Int(arguments[1]) : nil
    // Hours of work should not begin because of a word that nobody reads.
    let counted = ["coverage", "calibration", "stopping", "equal-kl"]
    if let name = arguments.first, counted.contains(name),
      let wrong = arguments.dropFirst().first(where: { Double($0) == nil })
    {
      output.complain("bench \(name) takes numbers, not \(wrong)")
      return .usage
    }
    switch arguments.first {
    case "coverage":
      var bench = CoverageBench(sets: sets ?? 1000)
      bench.shares()
      bench.seeds()
      bench.families()
      bench.divergences()
      bench.corrections()
      bench.lengths()
      bench.agreements()
      bench.power()
      return .success
    case "calibration", "stopping":
      do {
        if arguments[0] == "calibration" {
          var bench = CalibrationBench(sets: sets ?? 1000)
          try bench.run(only: arguments.count > 2 ? Int(arguments[2]) : nil)
        } else {
          let bench = StoppingBench(runs: sets ?? 2000)
          let share = arguments.count > 2 ? Double(arguments[2]) : nil
          try Waiting.until { try await bench.run(only: share) }
        }
        return .success
      } catch {
        output.complain("bench: \(error)")
        return .fileSystem
      }
    case "tournament":
      do {
        let world = arguments.count > 2 ? Int(arguments[2]) : nil
        try TournamentBench(sets: sets ?? 500).run(only: world)
        return .success
      } catch {
        output.complain("bench: \(error)")
        return .fileSystem
      }
    case "equal-kl":
      do {
        let prompts = arguments.count > 2 ? Int(arguments[2]) : nil
        try EqualKLBench(sets: sets ?? 1000, prompts: prompts ?? 512).run()
        return .success
      } catch {
        output.complain("bench: \(error)")
        return .fileSystem
      }
    case "rows", "tokens": return ReadingBench.main(arguments)
    case "sets", "alike":
      do {
        let sets = CoverageSets(folder: arguments.count > 1 ? arguments[1] : ".")
        if arguments[0] == "sets" { try sets.write() } else { try sets.writeAlike(200) }
        return .success
      } catch {
        output.complain("bench: \(error)")
        return .fileSystem
      }
    default:
      output.complain(
        "bench: coverage [SETS], calibration [SETS [LABELS]], stopping [RUNS [SHARE]], tournament [SETS [WORLD]], equal-kl [SETS [PROMPTS]], "
          + "rows FILE, tokens FOLDER FILE COLUMN, sets FOLDER or alike FOLDER")
      return .usage
    }
  }

  // MARK: Worlds

  /// Chances of prompts that differ by `spread` on the log-odds, and by seeds' `luck`.
  struct World {
    let base: Double
    let spread: Double
    let luck: Double
    let ties: Double

    init(_ share: Double, spread: Double = 1, luck: Double = 0, ties: Double) {
      (base, self.spread, self.luck, self.ties) = (log(share / (1 - share)), spread, luck, ties)
    }

    /// The mean over all prompts and seeds, by the midpoints of 4000 equal parts.
    var truth: Double {
      let width = (spread * spread + luck * luck).squareRoot()
      let parts = 4000
      let mean = (0..<parts).reduce(0.0) { sum, part in
        let z = Normal.quantile((Double(part) + 0.5) / Double(parts)) ?? 0
        return sum + 1 / (1 + exp(-base - width * z))
      }
      return (1 - ties) * mean / Double(parts) + ties / 2
    }
  }

  mutating func hardness(_ world: World, prompts: Int) -> [Double] {
    (0..<prompts).map { _ in world.spread * generator.normal() }
  }

  /// `[seed][prompt][row]`
  mutating func draw(
    _ world: World, hardness: [Double], seeds: Int, rows: Int
  ) -> [[[Double]]] {
    (0..<seeds).map { _ in
      let shift = world.base + world.luck * generator.normal()
      return hardness.map { hardness in
        let chance = 1 / (1 + exp(-shift - hardness))
        return (0..<rows).map { _ in
          if generator.uniform() < world.ties { return 0.5 }
          return generator.uniform() < chance ? 1 : 0
        }
      }
    }
  }

  // MARK: Counting

  struct Tally {
    var sets = 0
    var covered = 0
    var withheld = 0
    var flat = 0
    var width = 0.0

    mutating func add(_ interval: Interval?, _ truth: Double) {
      sets += 1
      guard let interval else {
        withheld += 1
        return
      }
      if interval.contains(truth) { covered += 1 }
      if interval.high <= interval.low { flat += 1 }
      width += interval.high - interval.low
    }
  }

  struct Cell: Encodable {
    let quantity: String
    var prompts: Int
    var share: Double?
    var ties: Double?
    var rows: Int?
    var seeds: Int?
    var sets = 0
    /// Of the sets that got an interval.
    var coverage: Double?
    /// Share of sets that got none.
    var withheld: Double?
    var flat: Int?
    var width: Double?
    /// Share of sets with a finding where there is nothing to find.
    var alarms: Double?

    /// Below what is asked for; so many sets may say so by chance.
    var misses: Bool { (coverage ?? 1) < 0.93 || (alarms ?? 0) > 0.055 }
  }

  /// What one way of drawing data was asked, and what came of it.
  typealias Outcome = (quantity: String, tally: Tally?, alarms: Int?)

  /// Draws sets of data and prints a cell for each question; one that misses is drawn again, twenty
  /// times as many sets from numbers not used before, and only that counts.
  private mutating func measure(
    _ prompts: Int, share: Double? = nil, ties: Double? = nil, rows: Int? = nil,
    seeds: Int? = nil, _ draw: (inout CoverageBench, Int) -> [Outcome]
  ) {
    func cells(_ sets: Int, _ outcomes: [Outcome]) -> [Cell] {
      outcomes.map { outcome in
        var cell = Cell(
          quantity: outcome.quantity, prompts: prompts, share: share, ties: ties, rows: rows,
          seeds: seeds, sets: sets)
        if let tally = outcome.tally {
          let shown = tally.sets - tally.withheld
          cell.coverage = shown > 0 ? Double(tally.covered) / Double(shown) : nil
          cell.withheld = Double(tally.withheld) / Double(sets)
          cell.flat = tally.flat
          cell.width = tally.width / Double(max(1, shown))
        }
        cell.alarms = outcome.alarms.map { Double($0) / Double(sets) }
        return cell
      }
    }
    var found = cells(sets, draw(&self, sets))
    if found.contains(where: \.misses) {
      let again = cells(20 * sets, draw(&self, 20 * sets))
      found = zip(found, again).map { $0.misses ? $1 : $0 }
    }
    for cell in found {
      do {
        try output.print(json: cell)
      } catch {
        output.complain("bench: \(error)")
      }
    }
  }

  // MARK: Questions

  private static let prompts = [2, 5, 20, 100]
  private static let chances = [0.02, 0.5, 0.9, 0.98]

  /// Win rates of judge, import and leaderboard.
  mutating func shares() {
    for prompts in Self.prompts {
      for share in Self.chances {
        for ties in [0, 0.3] {
          for rows in [1, 4] {
            let world = World(share, spread: rows > 1 ? 1 : 0, ties: ties)
            let truth = world.truth
            measure(prompts, share: share, ties: ties, rows: rows) { bench, sets in
              var tally = Tally()
              for _ in 0..<sets {
                let hard = bench.hardness(world, prompts: prompts)
                let table = bench.draw(world, hardness: hard, seeds: 1, rows: rows)
                tally.add(bench.inference.share(table[0])?.interval, truth)
              }
              return [("share", tally, nil)]
            }
          }
        }
      }
    }
  }

  /// Rewards, differences, win rates of compare and report, where two methods are alike.
  mutating func seeds() {
    for seeds in [1, 3, 5, 8] {
      for prompts in Self.prompts {
        for share in Self.chances {
          for ties in [0, 0.3] {
            for rows in [1, 4] {
              let world = World(share, luck: seeds > 1 ? 0.5 : 0, ties: ties)
              let truth = world.truth
              measure(prompts, share: share, ties: ties, rows: rows, seeds: seeds) { bench, sets in
                var (reward, accuracy) = (Tally(), Tally())
                var (difference, wins) = (Tally(), Tally())
                var alarms = 0
                for _ in 0..<sets {
                  let hard = bench.hardness(world, prompts: prompts)
                  let first = bench.draw(world, hardness: hard, seeds: seeds, rows: rows)
                  let second = bench.draw(world, hardness: hard, seeds: seeds, rows: rows)
                  let inference = bench.inference
                  reward.add(inference.estimate(.real, seeds: first)?.interval, truth)
                  accuracy.add(inference.estimate(.share, seeds: first)?.interval, truth)
                  let found = inference.difference(first, minus: second)
                  difference.add(found?.estimate.interval, 0)
                  if let found, found.pValue <= 0.05 { alarms += 1 }
                  wins.add(inference.winRate(first, against: second)?.interval, 0.5)
                }
                return [
                  ("reward", reward, nil), ("share over seeds", accuracy, nil),
                  ("difference", difference, alarms), ("win rate", wins, nil),
                ]
              }
            }
          }
        }
      }
    }
  }

  /// One stage under six names: any difference after Holm's correction, any rank, is false.
  mutating func families() {
    for seeds in [1, 3, 5, 8] {
      for prompts in Self.prompts {
        for (share, isSoft) in [(0.5, false), (0.9, false), (0.5, true)] {
          let world = World(share, luck: seeds > 1 ? 0.5 : 0, ties: 0)
          measure(prompts, share: share, seeds: seeds) { bench, sets in
            var alarms = 0
            for _ in 0..<sets {
              let hard = bench.hardness(world, prompts: prompts)
              let systems = (0..<6).map { _ -> [[[Double]]] in
                guard isSoft else {
                  return bench.draw(world, hardness: hard, seeds: seeds, rows: 2)
                }
                return (0..<seeds).map { _ in
                  let luck = world.luck * bench.generator.normal()
                  return hard.map { [$0 + luck + bench.generator.normal()] }
                }
              }
              let ranks = bench.inference.ranks(systems).ranges ?? []
              if ranks.contains(where: { $0 != 1...6 }) { alarms += 1 }
            }
            return [(isSoft ? "six alike, any reward" : "six alike", nil, alarms)]
          }
        }
      }
    }
  }

  /// Means of gamma values of shape 2: what a KL looks like.
  mutating func divergences() {
    for prompts in Self.prompts {
      measure(prompts) { bench, sets in
        var tally = Tally()
        for _ in 0..<sets {
          let rows = (0..<prompts).map { _ in
            [-log(1 - bench.generator.uniform()) - log(1 - bench.generator.uniform())]
          }
          tally.add(bench.inference.nonnegative(rows)?.interval, 2)
        }
        return [("KL", tally, nil)]
      }
    }
  }

  /// Win rates corrected by people's labels; a judge that is right nine times in ten.
  mutating func corrections() {
    for labels in [10, 20, 50] {
      for share in [0.5, 0.9] {
        measure(labels, share: share) { bench, sets in
          var (powered, gladen) = (Tally(), Tally())
          for _ in 0..<sets {
            var human: [Double] = []
            var judge: [Double] = []
            for _ in 0..<(labels + 400) {
              let truth: Double = bench.generator.uniform() < share ? 1 : 0
              human.append(truth)
              judge.append(bench.generator.uniform() < 0.9 ? truth : 1 - truth)
            }
            let known = human.prefix(labels)
            powered.add(
              PredictionPowered(
                human: Array(known), judge: Array(judge.prefix(labels)),
                unlabelled: Array(judge.dropFirst(labels)))?.estimate.interval, share)
            let pairs = Array(zip(known, judge))
            gladen.add(
              RoganGladen.estimate(
                judged: (judge.count { $0 == 1 }, judge.count),
                hits: (pairs.count { $0 == (1, 1) }, pairs.count { $0.0 == 1 }),
                rejections: (pairs.count { $0 == (0, 0) }, pairs.count { $0.0 == 0 }))?.interval,
              share)
          }
          return [("prediction-powered", powered, nil), ("Rogan–Gladen", gladen, nil)]
        }
      }
    }
  }

  /// Win rates at equal length, where longer answers please.
  mutating func lengths() {
    for prompts in [20, 50, 100] {
      for share in [0.5, 0.8] {
        measure(prompts, share: share) { bench, sets in
          var tally = Tally()
          let base = log(share / (1 - share))
          for _ in 0..<sets {
            let rows = (0..<prompts).map { _ -> LengthComparison in
              let excess = 100 * bench.generator.normal() - 60
              // tanh(Δ/sd) with the sd that lengths have.
              let chance = 1 / (1 + exp(-base + 1.0 * tanh(excess / 100)))
              return LengthComparison(
                preference: bench.generator.uniform() < chance ? 1 : 0,
                baselineLength: Int(500 + excess), modelLength: 500)
            }
            tally.add(LengthControl.estimate(rows, anchor: nil)?.interval, share)
          }
          return [("length-controlled", tally, nil)]
        }
      }
    }
  }

  /// Two raters, each right with a chance, on two classes.
  mutating func agreements() {
    for prompts in [20, 100] {
      for (common, right) in [(0.5, 0.7), (0.5, 0.9), (0.9, 0.9), (0.5, 0.98), (0.9, 0.98)] {
        let raw = right * right + (1 - right) * (1 - right)
        let says = common * right + (1 - common) * (1 - right)
        let chance = says * says + (1 - says) * (1 - says)
        measure(prompts, share: common) { bench, sets in
          var (agreement, kappa, alpha, gwet) = (Tally(), Tally(), Tally(), Tally())
          for _ in 0..<sets {
            let items = (0..<prompts).map { _ -> [String] in
              let truth = bench.generator.uniform() < common
              return (0..<2).map { _ in
                (bench.generator.uniform() < right) == truth ? "yes" : "no"
              }
            }
            let bootstrap = ClusterBootstrap(resamples: 400)
            guard let summary = AgreementSummary(items, bootstrap: bootstrap) else { continue }
            agreement.add(summary.raw?.interval, raw)
            kappa.add(
              CohenKappa.estimate(items.map { $0[0] }, items.map { $0[1] }, bootstrap: bootstrap)?
                .interval, (raw - chance) / (1 - chance))
            alpha.add(summary.krippendorff?.interval, (raw - chance) / (1 - chance))
            let expected = 2 * says * (1 - says)
            gwet.add(summary.gwet?.interval, (raw - expected) / (1 - expected))
          }
          return [
            ("agreement at \(right)", agreement, nil), ("Cohen's κ at \(right)", kappa, nil),
            ("Krippendorff's α at \(right)", alpha, nil), ("Gwet's AC1 at \(right)", gwet, nil),
          ]
        }
      }
    }
  }

  /// Findings where there is something to find, beside what `plumb power` says.
  mutating func power() {
    for (prompts, difference, seeds, luck) in [
      (20, 0.3, 1, 0.0), (100, 0.15, 1, 0), (50, 0.2, 3, 0.1), (100, 0.2, 5, 0.1),
    ] {
      guard
        let plan = ComparisonPlan(
          deviation: 0.5, seedDeviation: luck, seeds: seeds, trained: 2),
        let expected = plan.power(difference: difference, prompts: prompts)
      else { continue }
      var found = 0
      for _ in 0..<sets {
        let hard = (0..<prompts).map { _ in 0.5 * generator.normal() }
        func side(_ shift: Double, _ own: [Double]) -> [[[Double]]] {
          (0..<seeds).map { _ in
            let luck = shift + luck * generator.normal()
            return own.map { [$0 + luck] }
          }
        }
        let none = [Double](repeating: 0, count: prompts)
        if let test = inference.difference(side(difference, hard), minus: side(0, none)),
          test.pValue <= 0.05
        {
          found += 1
        }
      }
      let line: [(String, String)] = [
        ("quantity", "\"power\""), ("prompts", "\(prompts)"), ("seeds", "\(seeds)"),
        ("sets", "\(sets)"), ("found", "\(Double(found) / Double(sets))"),
        ("said", "\(expected)"),
      ]
      output.print(jsonLine: "{" + line.map { "\"\($0.0)\":\($0.1)" }.joined(separator: ",") + "}")
    }
  }
}
