import Foundation
import Recipe
import Training

/// The JSON Schema of recipes, for editors: the keys as the readers declare them.
///
/// Looser than `plumb check` where a key depends on others: it knows every key of a kind of stage, and
/// what may stand under it, and leaves to the readers what goes with what.
public enum RecipeSchema {
  /// Keys sorted; the same program gives the same bytes.
  public static var json: String {
    get throws {
      let data = try JSONSerialization.data(
        withJSONObject: document, options: [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes])
      return String(decoding: data, as: UTF8.self)
    }
  }

  private static var document: [String: Any] {
    let all = RecipeKeys.all
    var root = object(all["recipe"]?.keys ?? [])
    var properties = root["properties"] as? [String: Any] ?? [:]
    properties["data"] = named(object(all["data"]?.keys ?? []))
    let stages = StageRegistry.all.compactMap { type in all[type.kind].map { (type.kind, $0) } }
    let kinds: [String: Any] = ["enum": stages.map(\.0), "description": "Kind of stage."]
    properties["stages"] = named([
      "type": "object", "required": ["kind"], "properties": ["kind": kinds],
      "allOf": stages.map { name, kind in
        [
          "if": ["properties": ["kind": ["const": name]]],
          "then": object(kind.keys, sweeps: true),
        ]
      },
    ])
    var evaluation = object(all["evaluation"]?.keys ?? [])
    var parts = evaluation["properties"] as? [String: Any] ?? [:]
    parts["selection"] = object(all["selection"]?.keys ?? [])
    parts["exams"] = named(object(all["exam"]?.keys ?? []))
    evaluation["properties"] = parts
    properties["evaluation"] = evaluation
    properties["judging"] = object(all["judging"]?.keys ?? [])
    root["properties"] = properties
    root["$schema"] = "http://json-schema.org/draft-07/schema#"
    root["title"] = "A recipe of Plumb"
    return root
  }

  private static func named(_ schema: [String: Any]) -> [String: Any] {
    ["type": "object", "additionalProperties": schema]
  }

  /// A mapping with these keys, of which the dotted ones stand further down.
  private static func object(_ keys: [KeyList.Key], sweeps: Bool = false) -> [String: Any] {
    var properties: [String: Any] = [:]
    var required: [String] = []
    for key in keys where !key.declaration.path.contains(".") {
      let name = key.declaration.path
      let below = keys.filter { $0.declaration.path.hasPrefix(name + ".") }.map { key in
        var key = key
        key.declaration.path = String(key.declaration.path.dropFirst(name.count + 1))
        return key
      }
      properties[name] = schema(key, below, sweeps: sweeps)
      if key.declaration.usual == nil, key.conditions.isEmpty { required.append(name) }
    }
    if sweeps { properties["sweep"] = ["enum": ["grid", "zip"]] }
    var found: [String: Any] = [
      "type": "object", "properties": properties, "additionalProperties": false,
    ]
    // A key that several settings ask for is required by all or by none; the readers know.
    if !required.isEmpty, !sweeps { found["required"] = required.sorted() }
    return found
  }

  private static func schema(
    _ key: KeyList.Key, _ below: [KeyList.Key], sweeps: Bool
  ) -> [String: Any] {
    let declaration = key.declaration
    let forms = key.forms.map { schema(of: $0, below, sweeps: sweeps) }
    var found = forms.count == 1 ? forms[0] : ["anyOf": forms]
    if sweeps, !isContainer(declaration.form) {
      found = ["anyOf": forms + [["type": "object", "required": ["sweep"]]]]
    }
    if !declaration.about.isEmpty { found["description"] = declaration.about }
    switch declaration.usual {
    case .integer(let value): found["default"] = value
    case .number(let value): found["default"] = value
    case .string(let value): found["default"] = value
    case .boolean(let value): found["default"] = value
    default: break
    }
    return found
  }

  private static func schema(
    of form: KeyDeclaration.Form, _ below: [KeyList.Key], sweeps: Bool
  ) -> [String: Any] {
    switch form {
    case .mapping: below.isEmpty ? ["type": "object"] : object(below, sweeps: sweeps)
    case .named: ["type": "object"]
    case .text: ["type": ["string", "number", "boolean", "null"]]
    case .truth: ["type": ["boolean", "null"]]
    case .whole: ["type": ["integer", "null"]]
    // Some numbers may be a word, as auto.
    case .number: ["type": ["number", "string", "null"]]
    case .choice(let names): ["enum": names]
    case .texts: list(of: ["string", "number", "boolean"])
    case .wholes: list(of: ["integer"])
    case .numbers: list(of: ["number"])
    case .textPairs: ["type": "array"]
    }
  }

  private static func isContainer(_ form: KeyDeclaration.Form) -> Bool {
    form == .mapping || form == .named
  }

  private static func list(of types: [String]) -> [String: Any] {
    ["anyOf": [["type": types], ["type": "array", "items": ["type": types]]]]
  }
}
