import Foundation
import Recipe

/// Prices from a file of the user's, since they change and no program knows them.
///
/// ```yaml
/// date: 2026-11-01
/// prices:
///   model-name: {input: 2.50, output: 10}     # US dollars for a million tokens
/// ```
public struct PriceList: Sendable, Equatable {
  /// As the file says it, for records.
  public let date: String
  public let prices: [String: Price]

  /// - Throws: `RecipeError` with all mistakes and their places.
  public init(file: String) throws {
    let document = try RecipeDocument.load(path: file)
    date = document.root.string("date")
    var prices: [String: Price] = [:]
    for (model, section) in document.root.sections("prices") {
      prices[model] = Price(
        input: section.double("input", atLeast: 0), output: section.double("output", atLeast: 0))
    }
    try document.finish()
    self.prices = prices
  }

  /// The price under exactly this name; a name that merely resembles it is another model's.
  public subscript(model: String) -> Price? { prices[model] }
}
