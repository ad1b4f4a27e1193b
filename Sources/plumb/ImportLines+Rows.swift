import Published
import Statistics

/// What each kind of line holds.
extension ImportLines {
  struct Basis: Encodable {
    let kind = "basis"
    let unit = "prompt"
    let studies: [String]
  }

  struct Rate: Encodable {
    let kind: String
    let first: String
    let second: String
    let name: String
    let winRate: NumberLine?
    let wins: Int
    let ties: Int
    let losses: Int
    let missing: [String: Int]
    let bounds: [Double]?
  }

  /// A judge that canaries fooled: none of its numbers is a win rate.
  struct Fooled: Encodable {
    let kind: String
    let first: String
    let second: String
    let name: String
    let fooledBy: [String]
  }

  struct Position: Encodable {
    let kind = "position"
    let first: String
    let second: String
    let name: String
    let table: [[Int]]?
    let flipRate: NumberLine?
    let firstPlace: NumberLine?
    let p: Double
  }

  struct Sides: Encodable {
    let kind = "sides"
    let first: String
    let second: String
    /// Comparisons in which the first system was answer 1.
    let firstWasFirst: Int
    let comparisons: Int
    let firstPlace: NumberLine?
    let p: Double

    private enum CodingKeys: String, CodingKey {
      case kind, first, second, comparisons, p
      case firstWasFirst = "first_was_answer_1"
      case firstPlace = "answer_1_preferred"
    }
  }

  struct Agreement: Encodable {
    let kind = "agreement"
    let first: String?
    let second: String?
    let of: String
    let name: String
    let estimate: NumberLine?
    let prevalence: [String: Double]
  }

  struct Calibration: Encodable {
    let kind = "calibration"
    let first: String
    let second: String
    let judge: String
    let comparisons: Int
    let table: [[Int]]
    let agreement: NumberLine?
    let kappa: NumberLine?
    let gwet: NumberLine?
    let people: NumberLine?
    let judged: NumberLine?
    let judgedOnAll: NumberLine?
    let predictionPowered: NumberLine?
    let power: Double?
    let roganGladen: NumberLine?

    private enum CodingKeys: String, CodingKey {
      case kind, first, second, judge, comparisons, table, agreement, kappa, people, judged, power
      case judgedOnAll, predictionPowered, roganGladen
      case gwet = "gwetAc1"
    }

    init(_ first: String, _ second: String, _ one: JudgeCalibration) {
      self.first = first
      self.second = second
      judge = one.judge
      comparisons = one.comparisons
      table = one.table
      agreement = one.agreement.map(NumberLine.init)
      kappa = one.kappa.map(NumberLine.init)
      gwet = one.gwet.map(NumberLine.init)
      people = one.people.map(NumberLine.init)
      judged = one.judged.map(NumberLine.init)
      judgedOnAll = one.judgedOnAll.map(NumberLine.init)
      predictionPowered = one.predictionPowered.map { NumberLine($0.estimate) }
      power = one.predictionPowered?.power
      roganGladen = one.roganGladen.map(NumberLine.init)
    }
  }

  struct Score: Encodable {
    let kind = "score"
    let model: String
    let judge: String?
    let mean: NumberLine?
    let missing: Int
  }

  struct Remark: Encodable {
    let kind = "comment"
    let study: String
    let item: Int
    let annotator: String
    let text: String
  }

  /// A person's answer with its systems: what the key unblinds.
  struct Judged: Encodable {
    let kind = "answer"
    let prompt: String
    let first: String
    let second: String
    let annotator: String
    let share: Double?
    let criteria: [String: Double]
    let firstWasAnswer1: Bool?

    private enum CodingKeys: String, CodingKey {
      case kind, prompt, first, second, annotator, share, criteria
      case firstWasAnswer1 = "first_was_answer_1"
    }

    init(_ one: Preference) {
      prompt = one.prompt.text
      first = one.matchUp.first
      second = one.matchUp.second
      annotator = one.rater.name
      share = one.share
      criteria = one.criteria
      firstWasAnswer1 = one.firstIsShownFirst
    }
  }
}
