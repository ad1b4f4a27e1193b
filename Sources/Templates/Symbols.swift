/// The names of one scope while it is settled where they lie.
///
/// A name that is assigned anywhere in a scope belongs to it from its beginning, where it still has
/// the value of the scope around it; that is why `set` in a loop does not reach out of it, while
/// `set` in a condition does. What a scope holds at its beginning when a name is assigned in some
/// branch only, or used by a macro before it is assigned, follows Jinja's own analysis step by step.
///
/// Source: Jinja 3.1, `idtracking.py`, whose rules are observable in what templates render.
final class Symbols {
  /// The slots of one function.
  final class Function {
    let parent: Function?
    private(set) var slots: [String: Int] = [:]

    init(parent: Function?) { self.parent = parent }

    func slot(_ identifier: String) -> Int {
      if let slot = slots[identifier] { return slot }
      slots[identifier] = slots.count
      return slots.count - 1
    }
  }

  enum Load {
    case parameter, missing
    case context(String)
    case outer(name: String)
  }

  let level: Int
  let parent: Symbols?
  let function: Function
  /// Names that have a slot in this scope.
  private var own: Set<String> = []
  private(set) var loads: [String: Load] = [:]
  private var stores: Set<String> = []

  init(parent: Symbols?, function: Function) {
    self.parent = parent
    self.function = function
    level = parent.map { $0.level + 1 } ?? 0
  }

  private init(copying other: Symbols) {
    level = other.level
    parent = other.parent
    function = other.function
    own = other.own
    loads = other.loads
    stores = other.stores
  }

  private func owner(of name: String) -> Symbols? {
    own.contains(name) ? self : parent?.owner(of: name)
  }

  private func define(_ name: String, _ load: Load) {
    own.insert(name)
    loads[name] = load
  }

  func declareParameter(_ name: String) {
    stores.insert(name)
    define(name, .parameter)
  }

  func store(_ name: String) {
    stores.insert(name)
    guard !own.contains(name) else { return }
    define(name, parent?.owner(of: name) == nil ? .missing : .outer(name: name))
  }

  func load(_ name: String) {
    if owner(of: name) == nil { define(name, .context(name)) }
  }

  private func merge(_ branches: [Symbols]) {
    let stored = branches.reduce(into: Set<String>()) { $0.formUnion($1.stores) }
      .subtracting(stores)
    for branch in branches {
      own.formUnion(branch.own)
      loads.merge(branch.loads) { $1 }
      stores.formUnion(branch.stores)
    }
    for name in stored {
      loads[name] = parent?.owner(of: name) == nil ? .context(name) : .outer(name: name)
    }
  }

  /// Where the value of a name lies, seen from `function`.
  func binding(of name: String, from function: Function) -> Bindings.Binding {
    guard let owner = owner(of: name) else {
      // Names outside of what was analysed, as in the filter of a set block.
      load(name)
      return binding(of: name, from: function)
    }
    var hops = 0
    var place: Function? = function
    while let current = place, current !== owner.function {
      hops += 1
      place = current.parent
    }
    return Bindings.Binding(hops: hops, slot: owner.function.slot("\(owner.level) \(name)"))
  }

  /// What to do when the scope begins.
  func frameLoads() -> [Bindings.Load] {
    loads.sorted { $0.key < $1.key }.map { name, load in
      let slot = function.slot("\(level) \(name)")
      switch load {
      case .parameter: return Bindings.Load(slot: slot, origin: .parameter)
      case .missing: return Bindings.Load(slot: slot, origin: .missing)
      case .context(let name): return Bindings.Load(slot: slot, origin: .context(name))
      case .outer(let name):
        let outer = parent?.binding(of: name, from: function) ?? Bindings.Binding()
        return Bindings.Load(slot: slot, origin: .outer(outer))
      }
    }
  }
}

// MARK: What a scope sees

extension Symbols {
  func see(_ expression: Expression?) { expression?.forEachName { load($0.name) } }

  func see(_ target: Target, asParameter: Bool = false) {
    switch target {
    case .name(let use, _): asParameter ? declareParameter(use.name) : store(use.name)
    case .attribute(let use, _, _): load(use.name)
    case .tuple(let targets, _): for each in targets { see(each, asParameter: asParameter) }
    }
  }

  func see(_ statements: [Statement]) { for statement in statements { see(statement) } }

  private func see(_ statement: Statement) {
    switch statement {
    case .text, .breakLoop, .continueLoop, .generation: break
    case .output(let value): see(value)
    case .assign(let target, let value):
      see(value)
      see(target)
    case .assignBlock(let target, _, _, _): see(target)
    case .conditional(let branches, let otherwise):
      guard let first = branches.first else { return }
      see(first.test)
      let copies = (0..<3).map { _ in Symbols(copying: self) }
      copies[0].see(first.body)
      for branch in branches.dropFirst() {
        copies[1].see(.conditional([branch], otherwise: []))
      }
      copies[2].see(otherwise)
      merge(copies)
    case .loop(let loop): see(loop.iterable)
    case .macro(let name, _): store(name.name)
    case .call(let call, _): see(call)
    case .with(let bindings, _, _): for binding in bindings { see(binding.value) }
    case .filter(let filter, _, _): see(filter)
    }
  }
}
