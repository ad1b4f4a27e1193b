/// A form in which other programs read what training reported.
public enum LogFormat: String, Sendable, CaseIterable {
  /// Event files, a folder for each training.
  case tensorboard
  /// A table for each training.
  case csv
  /// One database, which trackio's dashboard opens.
  case trackio
}
