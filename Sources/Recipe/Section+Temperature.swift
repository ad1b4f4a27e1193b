extension Section {
  /// The least temperature above 0. What is divided by less overflows, and the softmax of infinities
  /// is no number; at this one the likeliest token is drawn already.
  public static let leastTemperature = 1e-6

  /// A temperature that a distribution is divided by, which 0 is not.
  public func temperature(
    _ key: String = "temperature", default fallback: Double = 1, atMost: Double? = nil,
    about: String = ""
  ) -> Double {
    double(
      key, default: fallback, atLeast: Self.leastTemperature, atMost: atMost, about: about)
  }
}
