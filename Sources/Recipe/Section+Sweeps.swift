extension Section {
  /// The section under a key with the lists of what to try in it; without any where it holds none.
  ///
  /// - Parameter seed: of what is drawn at random, together with the key.
  public func sweep(_ key: String, seed: Int) -> Sweep {
    let node = read(key) ?? RecipeNode(content: .mapping([]), place: place)
    let sweep = SweepReader(path: child(key), ledger: ledger)
      .sweep(of: node, at: place(of: key), seed: seed, name: key)
    let count = sweep.axes.reduce(1.0) { $0 * Double($1.count) }
    guard count > Double(Sweep.most) else { return sweep }
    ledger.add(
      sweep.place,
      "\(Quoted.plain(child(key))) stands for \(Int(min(count, 1e15))) settings; at most \(Sweep.most)"
    )
    return Sweep(axes: [], isSound: false, node: sweep.node, place: sweep.place)
  }

  /// One of the sections that a key stands for, as a section of its own name beside it.
  ///
  /// Its mistakes are told at the lines of the recipe and by the path that the recipe has, so that one
  /// of all variants is told once.
  public func variant(_ key: String, _ choice: [Int], of sweep: Sweep, named name: String)
    -> Section
  {
    let section = Section(
      path: child(key), node: sweep.node(choice), place: sweep.place, ledger: ledger)
    adopt(section, as: name, for: key)
    return section
  }

  /// The same apart from the document: what is read of it is recorded nowhere.
  public func draft(_ key: String, _ choice: [Int], of sweep: Sweep) -> Section {
    Section(
      path: child(key), node: sweep.node(choice), place: sweep.place, ledger: MistakeLedger())
  }
}
