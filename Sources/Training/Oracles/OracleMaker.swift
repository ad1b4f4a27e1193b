import Foundation
import Recipe

/// Makes an oracle that stages do not know themselves: a judge, which the program gives them.
public protocol OracleMaker: Sendable {
  /// What a number of comparisons will ask.
  func questions(comparisons: Int) -> QuestionCount

  /// Judges whose context holds no question, a line each, where their folders say.
  ///
  /// - Parameter base: the folder that paths in the recipe are relative to.
  func contextProblems(base: URL) throws -> [String]

  /// The oracle for one stage and seed.
  func oracle(_ context: StageContext) throws -> any PreferenceOracle
}

extension RecipeNames {
  /// Reads the settings of an oracle that the program makes; mistakes are recorded in the section.
  public typealias JudgedOracle = (_ section: Section, _ names: RecipeNames) -> any OracleMaker
}
