import Runs
import Statistics

extension CorrectedRate {
  /// A win rate corrected by a calibration of the same judge.
  ///
  /// Where ten prompts or more of these comparisons are labelled, by ``PredictionPowered`` over prompts;
  /// else by ``RoganGladen`` from the rates at which the judge errs on decided labels, either side
  /// alike: which system stands first there means nothing here.
  ///
  /// - Parameters:
  ///   - pairs: of one match-up; canaries are passed over.
  ///   - sha256: of the calibration's file.
  /// - Returns: nil without a verdict, or where ten labels are not there either way.
  public static func of(
    _ pairs: [JudgedPair], by calibration: CalibrationRecord, sha256: String,
    _ inference: Inference = Inference()
  ) -> CorrectedRate? {
    let people = calibration.people
    let rows = pairs.filter { $0.canary == nil }.compactMap { pair in
      pair.judgment.preference.map { share in
        (id: ByteText(pair.id), judge: share, people: pair.content.flatMap { people[$0] })
      }
    }
    guard !rows.isEmpty else { return nil }
    var labelled: [(human: Double, judge: Double)] = []
    var others: [Double] = []
    for (_, own) in Dictionary(grouping: rows, by: \.id).sorted(by: { $0.key < $1.key }) {
      let known = own.filter { $0.people != nil }
      if let human = Sample.mean(known.compactMap(\.people)),
        let judge = Sample.mean(known.map(\.judge))
      {
        labelled.append((human, judge))
      } else if let judge = Sample.mean(own.map(\.judge)) {
        others.append(judge)
      }
    }
    func made(_ way: Way, _ estimate: Estimate, _ labels: Int, _ power: Double?) -> CorrectedRate {
      CorrectedRate(
        way: way, rate: JudgedShare(estimate), labels: labels, power: power, calibration: sha256,
        agreement: calibration.agreement, kappa: calibration.kappa)
    }
    if labelled.count >= Inference.few {
      if let found = PredictionPowered(
        human: labelled.map(\.human), judge: labelled.map(\.judge), unlabelled: others,
        confidence: inference.confidence)
      {
        return made(.labels, found.estimate, labelled.count, found.power)
      }
      // Everything is labelled: people say it all.
      return inference.share(labelled.map { [$0.human] }).map {
        made(.labels, $0, labelled.count, 0)
      }
    }
    let decided = calibration.labels.filter { $0.majority != 0.5 && $0.judge != 0.5 }
    guard decided.count >= Inference.few else { return nil }
    let right = decided.count { ($0.majority > 0.5) == ($0.judge > 0.5) }
    let verdicts = rows.filter { $0.judge != 0.5 }
    return RoganGladen.estimate(
      judged: (verdicts.count { $0.judge > 0.5 }, verdicts.count), hits: (right, decided.count),
      rejections: (right, decided.count), confidence: inference.confidence
    ).map { made(.rates, $0, decided.count, nil) }
  }
}

extension CalibrationRecord {
  /// What people say of a comparison, by its content, whichever answer stands first.
  public var people: [String: Double] {
    var found: [String: Double] = [:]
    for label in labels {
      found[label.content] = label.people
      if let turned = JudgedPair.turned(label.content) { found[turned] = 1 - label.people }
    }
    return found
  }
}
