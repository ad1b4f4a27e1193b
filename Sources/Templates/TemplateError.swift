/// What is wrong with a template, or with what it was given.
public enum TemplateError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The template cannot be parsed.
  case syntax(TemplatePlace, problem: String)
  /// It cannot be rendered with these values.
  case rendering(TemplatePlace, problem: String)
  /// It asks for more steps, text or depth than it is granted.
  case limit(TemplatePlace, problem: String)
  /// It refuses the values itself, by calling `raise_exception`, which is how a template says that
  /// it knows no system turn or wants roles to alternate; the message is the template's own.
  case raised(TemplatePlace, message: String)

  public var description: String {
    switch self {
    case .syntax(let place, let problem): "\(place): \(problem)"
    case .rendering(let place, let problem): "\(place): \(problem)"
    case .limit(let place, let problem): "\(place): \(problem)"
    case .raised(let place, let message):
      "\(place): the template refuses this: \(Shown.plain(message, limit: 400))"
    }
  }

  /// Where in the template.
  public var place: TemplatePlace {
    switch self {
    case .syntax(let place, _), .rendering(let place, _), .limit(let place, _),
      .raised(let place, _):
      place
    }
  }
}
