import Foundation

/// What a training's folder is to the recipe.
enum StageStanding: Equatable {
  /// Nothing is made yet, so that nothing binds it to what it was begun with.
  case absent
  /// Goes on where it stopped.
  case begun
  case finished
  /// Its last checkpoint is not whole, and is made again from the one before.
  case damaged(RunExecution.Damage)
  /// Records of it are not what it left; the problem says what to do.
  case edited(String)
  /// Made from something else than the recipe says now, for these reasons.
  case stale([String])

  /// Something of it is there.
  var isThere: Bool { self != .absent }
}
