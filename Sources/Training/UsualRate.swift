import Foundation

/// The learning rate of a training that was given none: what suits a model's size, and whether its
/// weights or an adapter move.
///
/// A step of AdamW moves a weight by about the rate, whatever the model; small models have to move
/// further, and large ones are spoilt by what small ones need. Rates of whole models fall from 3e-4
/// (below 20 million weights, as the runs in `benchmarks`) to 1e-6 (billions, as the EXO paper); an
/// adapter begins at nothing and takes ten times as much, as LoRA's authors and most recipes have it.
/// Supervised fine-tuning takes two to ten times the rate of preferences.
public struct UsualRate: Equatable, Sendable {
  /// What is learnt from.
  public enum Lesson: Sendable {
    /// Preferences, rewards, an oracle: a policy that moves away from a reference.
    case preferences
    /// Texts that are to be written.
    case texts
  }

  public let rate: Double
  /// As in `for 134.5 million weights, trained whole`.
  public let reason: String

  /// - Parameter weights: of the whole model.
  public init(weights: Int, hasAdapter: Bool, _ lesson: Lesson) {
    let rates: (whole: Double, adapter: Double)
    switch (weights, lesson) {
    case (..<20_000_000, .preferences): rates = (3e-4, 1e-3)
    case (..<200_000_000, .preferences): rates = (2e-5, 2e-4)
    case (..<2_000_000_000, .preferences): rates = (5e-6, 5e-5)
    case (_, .preferences): rates = (1e-6, 2e-5)
    case (..<20_000_000, .texts): rates = (3e-4, 1e-3)
    case (..<200_000_000, .texts): rates = (5e-5, 3e-4)
    case (..<2_000_000_000, .texts): rates = (2e-5, 2e-4)
    case (_, .texts): rates = (1e-5, 1e-4)
    }
    rate = hasAdapter ? rates.adapter : rates.whole
    reason =
      "for \(Self.millions(weights)) weights, "
      + (hasAdapter ? "under an adapter" : "trained whole")
  }

  /// `134.5 million`.
  public static func millions(_ count: Int) -> String {
    let million = Double(count) / 1e6
    if million >= 1000 { return "\((million / 100).rounded() / 10) billion" }
    return million >= 1 ? "\((million * 10).rounded() / 10) million" : "\(count)"
  }
}
