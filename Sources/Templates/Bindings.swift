/// Where every name of a template has its value, settled once after parsing.
///
/// Each macro, each body of a call block, each recursive loop and each condition of a loop is a
/// function with slots of its own; whatever else has a scope takes slots of the function around it.
struct Bindings: Sendable {
  /// A slot, so many functions further out.
  struct Binding: Sendable {
    var hops = 0
    var slot = 0
  }

  /// What a slot holds when its scope begins.
  struct Load: Sendable {
    enum Origin: Sendable {
      case parameter
      case missing
      /// A variable of the caller, or a global function.
      case context(String)
      /// The variable that it hides until it is assigned.
      case outer(Binding)
    }

    let slot: Int
    let origin: Origin
  }

  struct Frame: Sendable {
    var loads: [Load] = []
    /// Of the function that begins here; nil where none does.
    var slots: Int?
  }

  var names: [Binding]
  var frames: [Frame]
  /// Slots of the template itself.
  var rootSlots = 0
  var root = Frame()
}
