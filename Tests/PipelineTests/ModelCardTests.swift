import Foundation
import Recipe
import Testing

@testable import Pipeline

@Suite struct ModelCardTests {
  private func settings(_ text: String) throws -> RecipeValue {
    try JSONDecoder().decode(RecipeValue.self, from: Data(text.utf8))
  }

  private var recipe: RecipeValue {
    get throws {
      try settings(
        """
        {"name": "first|try", "data": {
          "pairs": {"files": ["/home/someone/data/hh-train.jsonl.gz", "more.jsonl"]},
          "made": {"generate": {"reviews": 8}}},
         "stages": {
          "sft": {"kind": "language-model", "from": "acme/tiny", "data": "made"},
          "drawn": {"kind": "sample", "policy": "sft", "prompts": "pairs"},
          "dpo": {"kind": "align", "objective": "dpo-pref", "policy": "sft", "data": "drawn",
            "beta": 0.1, "training": {"steps": 2, "shuffled": true, "warmup": null},
            "judges": ["model:/srv/models/judge", "chat:m@http://localhost:8000/v1"]},
          "rewards": {"kind": "reward-model", "from": "/srv/models/base", "data": "pairs"},
          "fresh": {"kind": "language-model", "data": "made", "model": {"layers": 1}}}}
        """)
    }
  }

  @Test func `a card says what a model is made from`() throws {
    var card = ModelCard(try recipe, stage: "dpo", seed: 3)
    card.step = 20
    card.results = [
      ModelCard.Result(name: "Win rate against sft", value: "61.0 % [55.0, 67.0]", count: "64")
    ]
    #expect(
      card.text.hasPrefix(
        """
        ---
        base_model: acme/tiny
        library_name: transformers
        pipeline_tag: text-generation
        datasets:
        - hh-train
        tags:
        - plumb
        - align
        - dpo-pref
        ---

        # first\\|try: dpo

        A language model.

        |  |  |
        |---|---|
        | Base model | `acme/tiny` |
        | Method | `align`, `dpo-pref` |
        | Data | `pairs`, `hh-train.jsonl.gz`, `more.jsonl` |
        | Seed | 3 |
        | Step | 20 |

        """))
    #expect(card.text.contains("| Win rate against sft | 61.0 % [55.0, 67.0] | 64 |\n"))
    #expect(card.text.contains("| `beta` | `0.1` |\n"))
    #expect(card.text.contains("| `training.shuffled` | `true` |\n"))
    #expect(card.text.contains("| `training.steps` | `2` |\n"))
  }

  @Test func `a checkpoint that was chosen by its numbers says so`() throws {
    var card = ModelCard(try recipe, stage: "dpo", seed: 3)
    card.results = [ModelCard.Result(name: "Reward", value: "1.2 [1.0, 1.4]", count: "64")]
    #expect(!card.text.contains("best of"))
    card.rivals = 3
    #expect(card.text.contains("\n\nThis checkpoint is the best of 3 by these numbers, "))
  }

  @Test func `no way of this machine is in a card`() throws {
    for stage in ["dpo", "rewards", "fresh", "sft"] {
      let text = ModelCard(try recipe, stage: stage, seed: nil).text
      for place in ["/home", "/srv", "someone"] { #expect(!text.contains(place), "\(text)") }
    }
    let text = ModelCard(try recipe, stage: "dpo", seed: nil).text
    #expect(text.contains(#"`["model:judge", "chat:m@http://localhost:8000/v1"]`"#), "\(text)")
  }

  @Test func `reward models and models from scratch say so`() throws {
    let rewards = ModelCard(try recipe, stage: "rewards", seed: nil).text
    #expect(rewards.contains("base_model: base\n"))
    #expect(rewards.contains("pipeline_tag: text-classification\n"))
    #expect(rewards.contains("A reward model.\n"))
    let fresh = ModelCard(try recipe, stage: "fresh", seed: nil).text
    #expect(!fresh.contains("base_model"))
    #expect(!fresh.contains("datasets"))
    #expect(fresh.contains("| Base model | none; trained from random weights |\n"))
    #expect(fresh.contains("| Data | `made`, `generated reviews` |\n"))
  }
}
