/// A mapping of the recipe, from which a settings type reads itself.
///
/// Every reader records a mistake and returns a usable value; none throws. A key is known once
/// it has been asked for; ``RecipeDocument/finish()`` reports the others.
public final class Section {
  /// The keys from the root: `stages.dpo.training`; empty for the root.
  public let path: String
  let node: RecipeNode?
  /// Where the section begins, or where it would have to be added.
  let place: RecipePlace
  let ledger: MistakeLedger

  private var entries: [String: RecipeNode.Entry]
  /// The keys of the section in the order of the file.
  public let keys: [String]
  var asked: Set<String> = []
  private var values: [String: (value: RecipeValue, origin: String)] = [:]
  private var children: [String: Section] = [:]
  /// What keys stand for that are swept.
  private var variants: [String: [String]] = [:]
  /// Mistakes about keys that are not written, which another key may have been meant for.
  private var absences: [String: [RecipeError.Mistake]] = [:]
  /// Keys whose value could not be taken: what they stand for in its place is not what anybody wrote.
  private var refused: Set<String> = []
  private weak var parent: Section?
  /// As one of those that a key stands for.
  private var name: String?
  /// Listens to what is asked, where nobody wrote the section and its keys are to be listed.
  var observer: KeyObserver?

  init(path: String, node: RecipeNode?, place: RecipePlace, ledger: MistakeLedger) {
    self.path = path
    self.node = node
    self.place = place
    self.ledger = ledger
    guard case .mapping(let list) = node?.content else {
      (entries, keys) = ([:], [])
      return
    }
    keys = list.map(\.key)
    entries = Dictionary(list.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// Whether the key is written with a value; asking makes it known.
  public func has(_ key: String) -> Bool {
    asked.insert(key)
    observer?.ask(child(key))
    if entries[key] == nil, observer?.pretends(child(key)) ?? false { return true }
    return entries[key].map { !$0.value.isNull } ?? false
  }

  /// Whether the key is written with a single value, and not with a list or a mapping.
  public func isScalar(_ key: String) -> Bool {
    guard has(key), case .scalar = entries[key]?.value.content else { return false }
    return true
  }

  /// What is written under a key, where that is a single value.
  public func text(_ key: String) -> String? {
    guard has(key), case .scalar(let text, _) = entries[key]?.value.content else { return nil }
    return text
  }

  /// Whether the key is written with a list of nothing.
  public func isEmptyList(_ key: String) -> Bool {
    guard has(key), case .sequence(let items) = entries[key]?.value.content else { return false }
    return items.isEmpty
  }

  /// Gives a key that is not written a value, as if it stood where `source` stands: a preset, which
  /// the user may overrule. One that nobody reads is no mistake.
  public func presume(_ key: String, _ value: String, from source: String) {
    guard entries[key] == nil else { return }
    let place = place(of: source)
    entries[key] = RecipeNode.Entry(
      key: key, keyPlace: place,
      value: RecipeNode(content: .scalar(text: value, quoted: false), place: place))
  }

  /// Gives a name another value, as if it were written in its place: what a name of several sections
  /// means where one of them is read.
  public func rename(_ key: String, _ name: String, to other: String) {
    guard let entry = entries[key], entry.value.text == name else { return }
    entries[key]?.value.content = .scalar(text: other, quoted: false)
    if values[key]?.value == .string(name) { resolve(key, .string(other)) }
  }

  /// Makes every key of this section known: what the caller does not read, another program does.
  ///
  /// - Parameter missing: a key that one of them was probably meant for, which stays unknown.
  public func leaveRest(besides missing: String? = nil) {
    let meant = missing.flatMap { KeyAdvice.nearest(to: $0, among: keys) }
    asked.formUnion(keys.filter { $0 != meant })
  }

  /// Records that a caller's own check of a key failed, at that key's place.
  ///
  /// Of a value that could not be read enough is said.
  public func mistake(_ key: String, _ message: String) {
    report(key, at: nil, message)
  }

  /// Records that an item of the list under a key failed a caller's own check, at the item's place.
  public func mistake(_ key: String, item: Int, _ message: String) {
    report(key, at: place(of: key, item: item), message)
  }

  /// Records that one value under a key failed a caller's own check, at its place where the key holds a
  /// list.
  public func mistake(_ key: String, at value: String, _ message: String) {
    report(key, at: items(of: key).first { $0.holds(value) }?.place, message, isOfItem: true)
  }

  /// Records what a list holds twice, each at the second one's place.
  public func refuseRepeats(_ key: String, _ values: [some Hashable & CustomStringConvertible]) {
    for (index, value) in values.enumerated() where values[..<index].contains(value) {
      let same = items(of: key).filter { $0.holds(value.description) }
      report(
        key, at: same.last?.place, "\(same.last?.text ?? value.description) stands there twice",
        isOfItem: true)
    }
  }

  /// - Parameter isOfItem: it holds whatever is wrong with other items.
  private func report(
    _ key: String, at place: RecipePlace?, _ message: String, isOfItem: Bool = false
  ) {
    asked.insert(key)
    guard isOfItem || !refused.contains(key) else { return }
    add(key, "\(Quoted.plain(child(key))): \(message)", at: place)
  }

  /// Records that a file or folder that a key names is not there.
  ///
  /// It is told with all other mistakes. By itself it is one only where the recipe is to run, which
  /// ``RecipeDocument/checkFiles()`` asks: records of a finished run are read without its files.
  ///
  /// - Parameter value: of a list, the item; nil where the whole value is meant.
  public func absent(_ key: String, at value: String? = nil, _ message: String) {
    asked.insert(key)
    ledger.miss(
      items(of: key).first { value.map($0.holds) ?? false }?.place ?? place(of: key),
      "\(Quoted.plain(child(key))): \(message)")
  }

  /// Records that the name under a key is none of those that are known, and which of them it is near.
  public func mistake(_ key: String, _ message: String, unlike names: [String]) {
    let nearest = text(key).flatMap { KeyAdvice.nearest(to: $0, among: names) }
    let advice = nearest.map { "; did you mean \($0)?" } ?? ""
    mistake(key, "\(message); there is \(names.joined(separator: ", "))\(advice)")
  }

  /// Records that a caller's own check of the whole section failed.
  public func mistake(_ message: String) {
    let text = path.isEmpty ? message : "\(Quoted.plain(path)): \(message)"
    let mistake = RecipeError.Mistake(place: place, message: text)
    ledger.add(mistake)
    notifyParent(mistake)
  }

  /// The mapping under a key; where it is missing, an empty section, whose required settings
  /// are then reported as missing at this section's place.
  public func section(_ key: String, about: String = "") -> Section {
    asked.insert(key)
    declare(key, .mapping, usual: .null, about: about)
    if let known = children[key] { return known }
    let entry = entries[key]
    if let node = entry?.value, !node.isNull, !node.isMapping {
      ledger.add(node.place, "\(Quoted.plain(child(key))) is \(node.shown); it must be a mapping")
    }
    let section = Section(
      path: child(key), node: entry?.value, place: entry?.keyPlace ?? place, ledger: ledger)
    section.parent = self
    section.observer = observer
    children[key] = section
    return section
  }

  /// The mapping under a key, or nil where the key is missing.
  public func optionalSection(_ key: String, about: String = "") -> Section? {
    asked.insert(key)
    declare(key, .mapping, usual: .null, about: about)
    guard entries[key] != nil || observer?.pretends(child(key)) ?? false else { return nil }
    return section(key)
  }

  /// A mapping of mappings, in the order of the file; empty where the key is missing.
  public func sections(_ key: String, about: String = "") -> [(name: String, section: Section)] {
    declare(key, .named, usual: .null, about: about)
    let parent = section(key)
    if observer?.pretends(child(key)) ?? false {
      return [
        (name: Section.anyName, section: parent.section(Section.anyName, about: "One of them."))
      ]
    }
    return parent.keys.map { (name: $0, section: parent.section($0)) }
  }

  /// The keys of a mapping whose names a user chooses; where keys are listed, what stands for them.
  public var names: [String] {
    keys.isEmpty && observer?.pretends(path) ?? false ? [Section.anyName] : keys
  }

  /// Stands for the names that a user chooses, where keys are listed.
  public static let anyName = "NAME"

  // MARK: For the readers

  /// Says what a key takes and means, for whoever lists the keys.
  ///
  /// - Parameter usual: the value without the key; nil where it is required.
  func declare(
    _ key: String, _ form: KeyDeclaration.Form, usual: RecipeValue?, range: String? = nil,
    about: String
  ) {
    observer?.declare(
      KeyDeclaration(path: child(key), form: form, usual: usual, range: range, about: about))
  }

  /// Takes a section that is not written as such, but is one of those that a key stands for.
  func adopt(_ section: Section, as name: String, for key: String) {
    section.parent = self
    section.name = name
    children[name] = section
    variants[key, default: []].append(name)
  }

  /// The sections that a key stands for, of which this is one; itself alone where none does.
  private func variants(like section: Section) -> [Section] {
    let names = variants.values.first { section.name.map($0.contains) ?? false }
    return names?.compactMap { children[$0] } ?? [section]
  }

  /// The names of the sections that keys here and below stand for, by the paths of these keys.
  func allVariants(at path: String = "") -> [String: RecipeValue] {
    let prefix = path.isEmpty ? "" : path + "."
    var found: [String: RecipeValue] = [:]
    for (key, names) in variants { found[prefix + key] = .list(names.map(RecipeValue.string)) }
    for (key, section) in children {
      found.merge(section.allVariants(at: prefix + key)) { first, _ in first }
    }
    return found
  }

  func child(_ key: String) -> String { path.isEmpty ? key : "\(path).\(key)" }

  /// The value under a key, marked as known; nil where it is missing.
  func read(_ key: String) -> RecipeNode? {
    asked.insert(key)
    observer?.ask(child(key))
    return entries[key]?.value
  }

  /// The place of a scalar, or of the key of anything larger.
  func place(of key: String) -> RecipePlace {
    guard let entry = entries[key] else { return place }
    if case .scalar = entry.value.content, !entry.value.isNull { return entry.value.place }
    return entry.keyPlace
  }

  /// Where an item of the list under a key stands; a value that is no list is its own only item.
  func place(of key: String, item: Int) -> RecipePlace {
    let items = items(of: key)
    return items.indices.contains(item) ? items[item].place : place(of: key)
  }

  private func items(of key: String) -> [RecipeNode] {
    guard case .sequence(let items) = entries[key]?.value.content else { return [] }
    return items
  }

  /// Records a mistake; the message continues the key's path: `is -1; …` or `: expected …`.
  ///
  /// - Parameter item: of a list; nil where the whole value is meant.
  func complain(_ key: String, item: Int? = nil, _ message: String) {
    refused.insert(key)
    let gap = message.hasPrefix(":") ? "" : " "
    add(
      key, "\(Quoted.plain(child(key)))\(gap)\(message)",
      at: item.map { place(of: key, item: $0) })
  }

  private func add(_ key: String, _ message: String, at place: RecipePlace? = nil) {
    let mistake = RecipeError.Mistake(place: place ?? self.place(of: key), message: message)
    ledger.add(mistake)
    if entries[key] == nil { absences[key, default: []].append(mistake) }
    notifyParent(mistake)
  }

  /// What a section lacks that is not written is the section's own absence.
  private func notifyParent(_ mistake: RecipeError.Mistake) {
    guard node == nil, let parent, let key = path.split(separator: ".").last else { return }
    parent.absences[String(key), default: []].append(mistake)
    parent.notifyParent(mistake)
  }

  func resolve(_ key: String, _ value: RecipeValue) {
    let origin = entries[key].map { $0.value.isNull ? $0.keyPlace : $0.value.place }
    values[key] = (value, origin?.origin ?? "default")
  }

  var resolved: RecipeValue {
    var members = values.mapValues(\.value)
    for (key, section) in children { members[key] = section.resolved }
    return .object(members)
  }

  /// - Parameter path: of this section in records.
  func collectOrigins(into origins: inout [String: RecipeValue], at path: String = "") {
    let prefix = path.isEmpty ? "" : path + "."
    for (key, entry) in values { origins[prefix + key] = .string(entry.origin) }
    for (key, section) in children { section.collectOrigins(into: &origins, at: prefix + key) }
  }

  /// The full path of every key that was asked for, in this section and below it.
  func askedPaths() -> [String] {
    asked.map(child) + children.values.flatMap { $0.askedPaths() }
  }

  func collectUnread(into mistakes: inout [RecipeError.Mistake], askedAnywhere: [String]) {
    let family = parent?.variants(like: self) ?? [self]
    let known = family.reduce(into: Set<String>()) { $0.formUnion($1.asked) }
    for key in keys where !asked.contains(key) {
      guard let entry = entries[key] else { continue }
      if known.contains(key) {
        let others = family.filter { !$0.asked.contains(key) }.compactMap(\.name)
        mistakes.append(
          RecipeError.Mistake(
            place: entry.keyPlace,
            message: "\(Quoted.plain(child(key))) is no key of \(others[0])"
              + (others.count > 1 ? " and \(others.count - 1) more of the sweep" : "")
              + "; what only some of a sweep take needs a stage of their own"))
        continue
      }
      // A key that is missing and one that nobody knows are one mistake where they are alike.
      let missing = KeyAdvice.meant(by: key, among: absences.keys.filter { !keys.contains($0) })
      let instead = missing.flatMap { absences.removeValue(forKey: $0) } ?? []
      mistakes.removeAll(where: instead.contains)
      let advice =
        missing.map { "; did you mean \(Quoted.text($0))?" }
        ?? KeyAdvice.advice(
          for: key, in: path, known: known, elsewhere: askedAnywhere)
      let inside = path.isEmpty ? "" : " in \(Quoted.plain(path))"
      mistakes.append(
        RecipeError.Mistake(
          place: entry.keyPlace, message: "unknown key \(Quoted.text(key))\(inside)\(advice)"))
    }
    for section in children.values {
      section.collectUnread(into: &mistakes, askedAnywhere: askedAnywhere)
    }
  }
}

extension RecipeNode {
  /// Whether this is a value as a caller has read it, or a list with it.
  fileprivate func holds(_ value: String) -> Bool {
    if case .sequence(let items) = content { return items.contains { $0.holds(value) } }
    return text == value || number.map { $0 == Double(value) } ?? false
  }

  var isMapping: Bool {
    if case .mapping = content { true } else { false }
  }
}
