/// Which way a measurement is better.
public enum Direction: String, Codable, Sendable {
  case higher, lower, neutral
}
