/// Whose models a name speaks of, as far as names tell.
enum ModelLine {
  /// Words that stand alone in names of models, with what they all belong to.
  private static let words = [
    "gpt": "GPT", "chatgpt": "GPT", "claude": "Claude", "gemini": "Gemini", "gemma": "Gemini",
    "llama": "Llama", "codellama": "Llama", "qwen": "Qwen", "qwq": "Qwen", "mistral": "Mistral",
    "mixtral": "Mistral", "ministral": "Mistral", "codestral": "Mistral",
    "deepseek": "DeepSeek", "phi": "Phi", "olmo": "OLMo", "olmoe": "OLMo", "smollm": "SmolLM",
    "pythia": "Pythia", "neox": "Pythia", "cohere": "Command", "glm": "GLM", "chatglm": "GLM",
    "grok": "Grok", "falcon": "Falcon", "kimi": "Kimi", "granite": "Granite", "nova": "Nova",
    "nemotron": "Nemotron", "internlm": "InternLM", "yi": "Yi",
  ]

  /// Of `Qwen/Qwen2.5-7B-Instruct` the family `Qwen`; nil where no word of it is known.
  ///
  /// A word is a run of letters: digits and signs end it, so that `llama3` and `qwen2.5` are known.
  static func family(of name: String) -> String? {
    name.lowercased().split { !$0.isLetter }.lazy.compactMap { words[String($0)] }.first
  }
}
