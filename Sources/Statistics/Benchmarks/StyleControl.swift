import Foundation

/// Arena-Hard's style control: models against one baseline, with the part of the verdicts that
/// length and markup explain taken out.
///
/// Version 2 minimises Σ CE(σ(θ_model − θ_base + γ·z), y), y ∈ {0, ½, 1}, emphatic verdicts three
/// times, z the four style differences scaled to standard deviation 1; a model's score is
/// σ(θ_model − θ_base), its win rate at equal style.
/// Version 0.1 (Chatbot Arena's form) adds scikit-learn's default penalty ‖β‖²/2 on rows doubled for
/// ties, strengths entering as ln 10·θ.
///
/// Source: Li et al. 2024, "Does style matter? Disentangling style and substance in Chatbot Arena".
/// Differs: version 2 is solved to convergence, upstream takes 50 steps of L-BFGS.
public struct StyleControl: Sendable, Equatable {
  public enum Version: Sendable, Equatable { case one, two }

  public struct Game: Sendable, Equatable {
    /// 0 ..< number of models; the baseline is none of them.
    public var model: Int
    /// The prompt.
    public var cluster: Int
    /// Of the model, 0 … 1.
    public var score: Double
    /// An emphatic verdict of Arena-Hard weighs three.
    public var weight: Double
    public var style: AnswerStyle
    public var baselineStyle: AnswerStyle

    public init(
      model: Int, cluster: Int, score: Double, weight: Double = 1, style: AnswerStyle,
      baselineStyle: AnswerStyle
    ) {
      self.model = model
      self.cluster = cluster
      self.score = score
      self.weight = weight
      self.style = style
      self.baselineStyle = baselineStyle
    }

    /// All but the prompt, to be sorted by.
    fileprivate var words: [Double] {
      [Double(model), score, weight]
        + [style, baselineStyle].flatMap { style in
          [style.tokens, style.headers, style.lists, style.bolds].map(Double.init)
        }
    }
  }

  /// Where a model's score is taken.
  public enum Reference: Sendable, Equatable {
    /// At the mean difference of all games, as published: with one model, its own mean style.
    case averageDifference
    /// Where both answers are alike in length and markup.
    case equalStyle
  }

  /// P(model beats baseline), per model, at the mean difference in style.
  public let scores: [Double]
  /// Of token length, headers, lists and bold, in logits per standard deviation.
  public let styleCoefficients: [Double]

  /// Nil without games, for a model out of range or without a game, where a model always won or
  /// always lost (version 2), or where the style of no game differs.
  public init?(_ games: [Game], models: Int, version: Version = .two) {
    guard
      let features = Self.features(
        games, models: models, version: version, reference: .averageDifference),
      let fit = Self.fit(games, features, Array(games.indices), models, version, nil)
    else { return nil }
    (scores, styleCoefficients) = Self.results(fit, models, version)
  }

  /// Scores with intervals from resampling prompts (the fixed form) or single games (the published
  /// one). Styles keep the scale that all games give them.
  public static func estimates(
    _ games: [Game], models: Int, version: Version = .two, clustered: Bool = true,
    reference: Reference = .averageDifference,
    bootstrap: ClusterBootstrap = ClusterBootstrap(resamples: 200)
  ) -> [Estimate]? {
    let clusters = Self.clusters(games, clustered)
    let games = clusters.flatMap { $0 }
    guard
      let features = features(games, models: models, version: version, reference: reference),
      let whole = fit(games, features, Array(games.indices), models, version, nil)
    else { return nil }
    var groups: [[Int]] = []
    for cluster in clusters {
      let start = groups.last.flatMap(\.last).map { $0 + 1 } ?? 0
      groups.append(Array(start..<start + cluster.count))
    }
    return bootstrap.estimates(clusters: groups.count, rows: games.count) { chosen in
      let fit = fit(games, features, chosen.flatMap { groups[$0] }, models, version, whole)
      return fit.map { results($0, models, version).0 }
        ?? [Double](repeating: .nan, count: models)
    }
  }

  /// The games of each prompt, or each alone, sorted by what happened in them: resampling does not
  /// depend on the order of the rows.
  private static func clusters(_ games: [Game], _ clustered: Bool) -> [[Game]] {
    func sorted(_ groups: [[(words: [Double], game: Game)]]) -> [[Game]] {
      groups
        .map { group in group.sorted { $0.words.lexicographicallyPrecedes($1.words) } }
        .map { (words: [Double($0.count)] + $0.flatMap(\.words), games: $0.map(\.game)) }
        .sorted { $0.words.lexicographicallyPrecedes($1.words) }.map(\.games)
    }
    let worded = games.map { (words: $0.words, game: $0) }
    return sorted(
      clustered
        ? Array(Dictionary(grouping: worded, by: \.game.cluster).values) : worded.map { [$0] })
  }

  private static func features(
    _ games: [Game], models: Int, version: Version, reference: Reference
  ) -> [[Double]]? {
    guard models > 0, Set(games.map(\.model)) == Set(0..<models) else { return nil }
    var columns = [[Double]](repeating: [], count: 4)
    for game in games {
      let row =
        version == .two
        ? game.style.densityDifference(from: game.baselineStyle)
        : game.style.difference(from: game.baselineStyle)
      for index in row.indices { columns[index].append(row[index]) }
    }
    var scaled: [[Double]] = []
    for column in columns {
      guard let mean = Sample.mean(column), let spread = Sample.standardDeviation(column) else {
        return nil
      }
      let count = Double(column.count)
      let deviation = version == .two ? spread : spread * ((count - 1) / count).squareRoot()
      // A feature that never differs explains nothing.
      let origin = reference == .equalStyle ? 0 : mean
      scaled.append(column.map { deviation > 0 ? ($0 - origin) / deviation : 0 })
    }
    guard scaled.contains(where: { $0.contains { $0 != 0 } }) else { return nil }
    return games.indices.map { game in scaled.map { $0[game] } }
  }

  private static func fit(
    _ games: [Game], _ features: [[Double]], _ chosen: [Int], _ models: Int, _ version: Version,
    _ start: [Double]?
  ) -> [Double]? {
    // Version 2: the baseline's strength is 0. Version 1 penalises it like the others.
    let strengths = version == .two ? models : models + 1
    // What never differs among the chosen cannot be told from a model's strength.
    let active = (0..<4).filter { index in
      chosen.contains { features[$0][index] != features[chosen[0]][index] }
    }
    var data = LogisticRows(dimension: strengths + active.count)
    for index in chosen {
      let game = games[index]
      var row = [Double](repeating: 0, count: data.dimension)
      row[game.model] = version == .two ? 1 : log(10.0)
      if version == .one { row[models] = -log(10.0) }
      for (place, feature) in active.enumerated() {
        row[strengths + place] = features[index][feature]
      }
      data.append(row, target: game.score, weight: game.weight * (version == .two ? 1 : 2))
    }
    guard
      let fit = LogisticFit(
        data, penalty: version == .two ? .none : .quadratic(1),
        start: start.map { whole in
          Array(whole.prefix(strengths)) + active.map { whole[strengths + $0] }
        })
    else { return nil }
    var coefficients = Array(fit.coefficients.prefix(strengths)) + [0, 0, 0, 0]
    for (place, feature) in active.enumerated() {
      coefficients[strengths + feature] = fit.coefficients[strengths + place]
    }
    return coefficients
  }

  private static func results(
    _ coefficients: [Double], _ models: Int, _ version: Version
  ) -> ([Double], [Double]) {
    let baseline = version == .two ? 0 : coefficients[models]
    let scale = version == .two ? 1 : log(10.0)
    let scores = (0..<models).map {
      Logistic.probability(scale * (coefficients[$0] - baseline))
    }
    return (scores, Array(coefficients.suffix(4)))
  }
}
