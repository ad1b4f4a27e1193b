import Foundation
import Runs
import TestSupport
import Testing
import Torch

@testable import Policy

/// Checkpoints whose weights are not what the configuration calls for.
@Suite struct WeightsTests {
  /// A fixture's copy with its tensors changed.
  func changed(
    _ fixture: Fixture, _ change: (inout [String: Tensor]) throws -> Void
  ) throws -> TemporaryFolder {
    let folder = try TemporaryFolder(copying: fixture.folder)
    let file = folder.url.appending(path: "model.safetensors")
    var tensors = try SafetensorsReading.tensors(in: file)
    try change(&tensors)
    try SafetensorsReading.write(tensors.sorted { $0.key < $1.key }.map { ($0, $1) }, to: file)
    return folder
  }

  func refusal(_ folder: TemporaryFolder) -> String {
    message { _ = try Decoder.load(folder.url) }
      .replacingOccurrences(of: folder.url.path, with: "FOLDER")
  }

  @Test func aMissingAndAnUnexpectedTensorAreNamed() throws {
    let folder = try changed(.llama) { tensors in
      tensors["model.layers.1.mlp.up.weight"] = tensors.removeValue(
        forKey: "model.layers.1.mlp.up_proj.weight")
    }
    #expect(
      refusal(folder) == "FOLDER: the weights do not fit config.json: missing "
        + "model.layers.1.mlp.up_proj.weight; unexpected model.layers.1.mlp.up.weight")
  }

  @Test func longListsAreCutAfterFive() throws {
    let folder = try changed(.gpt2) { tensors in
      tensors = tensors.filter { !$0.key.hasPrefix("transformer.h.1.") }
    }
    #expect(
      refusal(folder) == "FOLDER: the weights do not fit config.json: missing "
        + "transformer.h.1.attn.c_attn.bias, transformer.h.1.attn.c_attn.weight, "
        + "transformer.h.1.attn.c_proj.bias, transformer.h.1.attn.c_proj.weight, "
        + "transformer.h.1.ln_1.bias and 7 more")
  }

  @Test func aWrongShapeIsShownBesideTheRightOne() throws {
    let folder = try changed(.gpt2) { tensors in
      tensors["transformer.h.0.attn.c_attn.weight"] = try Tensor.zeros([48, 16])
    }
    #expect(
      refusal(folder) == "FOLDER: tensor transformer.h.0.attn.c_attn.weight is [48, 16], "
        + "but config.json calls for [16, 48]")
  }

  @Test func aVocabularyOtherThanTheEmbeddingsRowsIsRefused() throws {
    let folder = try TemporaryFolder(copying: Fixture.llamaTied.folder)
    let text = String(decoding: try folder.data("config.json"), as: UTF8.self)
    try folder.write(
      "config.json",
      text.replacingOccurrences(of: "\"vocab_size\": 270", with: "\"vocab_size\": 280"))
    #expect(
      refusal(folder) == "FOLDER: tensor model.embed_tokens.weight is [270, 16], "
        + "but config.json calls for [280, 16]")
  }

  @Test func aWeightThatIsNoNumberIsFound() throws {
    let folder = try changed(.llama) { tensors in
      var values: [Float] = try #require(tensors["model.norm.weight"]).values()
      values[3] = .nan
      values[5] = -.infinity
      tensors["model.norm.weight"] = try Tensor.of(values)
    }
    #expect(
      refusal(folder) == "FOLDER: tensor model.norm.weight has 2 elements that are not finite; "
        + "train again from an earlier checkpoint")
  }

  @Test func aTiedHeadMayBeStoredOnlyIfItIsTheEmbedding() throws {
    let same = try changed(.llamaTied) { $0["lm_head.weight"] = $0["model.embed_tokens.weight"] }
    #expect(try Decoder.load(same.url).weights.names.contains("lm_head.weight") == false)
    let other = try changed(.llamaTied) {
      $0["lm_head.weight"] = try Tensor.zeros([270, 16])
    }
    #expect(
      refusal(other) == "FOLDER/config.json: tie_word_embeddings is true, but lm_head.weight "
        + "differs from model.embed_tokens.weight")
  }

  @Test func picklesAreRefusedWithTheWayOut() throws {
    let folder = try TemporaryFolder(copying: Fixture.gpt2.folder)
    let file = folder.url.appending(path: "model.safetensors")
    try FileManager.default.moveItem(
      at: file, to: folder.url.appending(path: "pytorch_model.bin"))
    let text = refusal(folder)
    #expect(text.contains("holds its weights in 'pytorch_model.bin', a pickle"), "\(text)")
    #expect(text.contains("save_pretrained('OUT')"), "\(text)")
  }

  @Test func namesWithoutTheBodysPrefixAndOldBuffersAreUnderstood() throws {
    for (fixture, prefix) in [(Fixture.gpt2, "transformer."), (.llama, "model.")] {
      let folder = try changed(fixture) { tensors in
        tensors = Dictionary(
          uniqueKeysWithValues: tensors.map { name, tensor in
            (name.hasPrefix(prefix) ? String(name.dropFirst(prefix.count)) : name, tensor)
          })
        if fixture == .gpt2 {
          tensors["h.0.attn.bias"] = try Tensor.ones([1, 1, 32, 32])
          tensors["h.1.attn.masked_bias"] = try Tensor.of([Float(-1e4)], [])
        } else {
          tensors["layers.0.self_attn.rotary_emb.inv_freq"] = try Tensor.ones([2])
        }
      }
      let plain = try Decoder.load(fixture.folder)
      let bare = try Decoder.load(folder.url)
      #expect(bare.weights.names == plain.weights.names)
      for (mine, theirs) in zip(bare.parameters, plain.parameters) {
        #expect(try mine.values(as: Float.self) == theirs.values(as: Float.self))
      }
    }
  }

  @Test func halfPrecisionWeightsBecomeFloat32() throws {
    let folder = try changed(.llama) { tensors in
      tensors = try tensors.mapValues { try $0.converted(to: .bfloat16) }
    }
    let loaded = try Decoder.load(folder.url)
    let exact = try Decoder.load(Fixture.llama.folder)
    for (mine, theirs) in zip(loaded.parameters, exact.parameters) {
      #expect(mine.type == .float32)
      let rounded: [Double] = try theirs.converted(to: .bfloat16).values()
      #expect(try mine.values(as: Double.self) == rounded)
    }
  }

  @Test func aTypeThatNoWeightHasIsRefused() throws {
    let folder = try changed(.llama) { tensors in
      tensors["model.norm.weight"] = try Tensor.of([Int](repeating: 1, count: 16))
    }
    #expect(
      refusal(folder) == "FOLDER: tensor model.norm.weight has elements of type I64; "
        + "supported: F64, F32, F16, BF16")
  }

  @Test func aTokenizerLargerThanTheModelIsRefused() throws {
    let model = try TinyModels.llama()
    let tokenizer = try LanguageModel.load(Fixture.llama.folder).tokenizer
    #expect(
      message { _ = try LanguageModel(model, tokenizer) }
        == "the tokenizer has 270 tokens, but the model only 11; use the tokenizer that the "
        + "model was trained with")
  }
}
