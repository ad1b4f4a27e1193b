/// What a report leaves out, and what it is called.
public struct ReportOptions: Sendable, Equatable {
  /// Leaves every prompt and completion out, for data that may not be passed on. Ids and rewards
  /// stay.
  public var omitTexts: Bool
  /// Replaces the title made from the names of the runs.
  public var title: String?
  /// Prompts in the sample browser, in the order of the records; the page says how many it leaves
  /// out. 150 keep a page of seven policies with four short samples each below 2 MB.
  public var maximumSamples: Int
  /// Characters (Unicode scalars) shown of one prompt or completion; the page says how many it
  /// leaves out. 4,000 hold a completion of 512 tokens, and bound what one runaway text can cost.
  public var maximumTextLength: Int
  /// Density-ratio panels drawn; more than twelve small plots are not looked at.
  public var maximumPanels: Int

  /// Measurements in the table of all of them; beyond, those between methods and then those of single
  /// checkpoints are left out, and the page says how many. 3,500 take about 1.5 MB.
  public var maximumMeasurements: Int

  /// Of a run that is not finished; nil for the page of one that is.
  public var live: LiveNote?

  public init(
    omitTexts: Bool = false, title: String? = nil, maximumSamples: Int = 150,
    maximumTextLength: Int = 4000, maximumPanels: Int = 12, maximumMeasurements: Int = 3500
  ) {
    self.omitTexts = omitTexts
    self.title = title
    self.maximumSamples = maximumSamples
    self.maximumTextLength = maximumTextLength
    self.maximumPanels = maximumPanels
    self.maximumMeasurements = maximumMeasurements
  }
}
