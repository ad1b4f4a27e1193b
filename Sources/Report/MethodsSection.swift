import Runs

/// How the numbers came about: protocol, seeds, hashes, versions, recipe, and what each name means.
struct MethodsSection {
  let study: Study

  var html: HTML {
    let parts = [warnings, protocolNotes, definitions, policies, provenance, recipe]
    return HTML(parts.compactMap { $0 })
  }

  private var warnings: HTML? {
    guard !study.input.warnings.isEmpty else { return nil }
    let items = study.input.warnings.map { "<li>\(text: $0)</li>" as HTML }
    return "<h3>Problems with the records</h3>\n<ul>\(HTML(items))</ul>\n"
  }

  private var protocolNotes: HTML? {
    var pairs = study.input.evaluation.protocolNotes.map { ($0.name, $0.value) }
    let seeds = study.seeds
    if !seeds.isEmpty {
      pairs.append(("training seeds", seeds.map(String.init).joined(separator: ", ")))
    }
    return pairs.isEmpty ? nil : "<h3>Protocol</h3>\n\(list(pairs))"
  }

  private var definitions: HTML? {
    let names = Set(study.input.evaluation.measurements.map(\.name))
    let ordered = names.sorted { (Measure.rank($0), $0) < (Measure.rank($1), $1) }
    guard !ordered.isEmpty else { return nil }
    var items: HTML = ""
    for name in ordered {
      let methods = Set(
        study.input.evaluation.measurements.filter { $0.name == name }.map(\.method)
      ).subtracting([""]).sorted()
      let how: HTML =
        methods.isEmpty
        ? "" : "<br><small>As computed here: \(text: methods.joined(separator: " · "))</small>"
      items +=
        """
        <dt><code>\(text: name)</code></dt><dd>\
        \(text: Measure.named(name)?.definition ?? "Not described by this program.")\(how)</dd>

        """
    }
    return "<h3>What the names mean</h3>\n<dl>\(items)</dl>\n"
  }

  private var policies: HTML? {
    let policies = study.input.evaluation.policies
    guard !policies.isEmpty else { return nil }
    var rows: HTML = ""
    for policy in policies {
      let options = policy.options.keys.sorted().map { "\($0) \(policy.options[$0] ?? "")" }
      rows +=
        """
        <tr><td>\(text: policy.id)</td><td>\(text: policy.method)</td>\
        <td>\(text: options.joined(separator: ", "))</td>\
        <td class="n">\(text: policy.seed.map(String.init) ?? "")</td>\
        <td class="n">\(text: policy.step.map(String.init) ?? "")</td>\
        <td>\(policy.isFinal ? "final" : "")</td><td class="hash">\(text: policy.weights)</td></tr>

        """
    }
    let table = Figure.table(
      caption: "Evaluated checkpoints with the SHA-256 of their weights.",
      head: """
        <tr><th scope="col">Policy</th><th scope="col">Method</th><th scope="col">Options</th>\
        <th scope="col">Seed</th><th scope="col">Step</th><th scope="col"></th>\
        <th scope="col">Weights</th></tr>
        """, rows: rows)
    return """
      <details class="more"><summary>\(text: Figure.plural(policies.count, "evaluated checkpoint"))</summary>
      \(table)</details>

      """
  }

  private var provenance: HTML? {
    study.input.provenance.isEmpty
      ? nil : "<h3>Provenance</h3>\n\(list(study.input.provenance))"
  }

  private var recipe: HTML? {
    study.input.resolvedRecipe.isEmpty
      ? nil
      : """
      <details class="more"><summary>Resolved recipe: every setting that was in force</summary>
      <pre>\(text: JSONIndenter.indented(study.input.resolvedRecipe))</pre></details>

      """
  }

  private func list(_ pairs: [(String, String)]) -> HTML {
    var items: HTML = ""
    for (name, value) in pairs { items += "<dt>\(text: name)</dt><dd>\(text: value)</dd>\n" }
    return "<dl>\(items)</dl>\n"
  }
}
