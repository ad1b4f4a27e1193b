// What decoding needs to be fast: weights laid out once for many products, and attention of one
// new token over a cache.
#include <ATen/ATen.h>
#include <ATen/TensorIndexing.h>
#include <ATen/core/dispatch/Dispatcher.h>

#include <algorithm>
#include <cmath>

#include "Guard.h"
#include "Packed.h"
#include "Parallel.h"

using namespace ctorch;
using at::Tensor;

namespace {

// The dot products and sums below are compiled once for each instruction set, as ATen's are; the
// baseline alone would leave most of the processor idle.
#if defined(__x86_64__) && defined(__linux__)
#define FOR_EACH_PROCESSOR __attribute__((target_clones("arch=x86-64-v4", "arch=x86-64-v3", "default")))
#else
#define FOR_EACH_PROCESSOR
#endif

constexpr int64_t lanes = 16;

/// Sixteen numbers anywhere in memory. Loops over arrays of lanes were left in halves by the
/// compiler; a vector type is not.
typedef float Lanes __attribute__((vector_size(lanes * sizeof(float)), aligned(alignof(float))));

/// scores[i] = query · keys[i] · scale, for rows of `size` numbers. Meanwhile the rows of `next`
/// are on their way from memory, where most of the time would go.
FOR_EACH_PROCESSOR void multiplyKeys(
    const float *query, const float *keys, int64_t places, int64_t size, float scale,
    float *scores, const float *next) {
  for (int64_t place = 0; place < places; place++) {
    const float *key = keys + place * size;
    Lanes parts = {0};
    int64_t i = 0;
    for (; i + lanes <= size; i += lanes) {
      __builtin_prefetch(next + place * size + i);
      parts += *reinterpret_cast<const Lanes *>(query + i) *
               *reinterpret_cast<const Lanes *>(key + i);
    }
    float sum = 0;
    for (; i < size; i++) sum += query[i] * key[i];
    auto eight = __builtin_shufflevector(parts, parts, 0, 1, 2, 3, 4, 5, 6, 7) +
                 __builtin_shufflevector(parts, parts, 8, 9, 10, 11, 12, 13, 14, 15);
    auto four = __builtin_shufflevector(eight, eight, 0, 1, 2, 3) +
                __builtin_shufflevector(eight, eight, 4, 5, 6, 7);
    scores[place] = (sum + (four[0] + four[2]) + (four[1] + four[3])) * scale;
  }
}

/// output = Σ shares[i] · values[i], for rows of `size` numbers.
FOR_EACH_PROCESSOR void addValues(
    const float *shares, const float *values, int64_t places, int64_t size, float *output) {
  constexpr int64_t block = 4 * lanes;
  int64_t i = 0;
  for (; i + block <= size; i += block) {
    float sums[block] = {0};
    for (int64_t place = 0; place < places; place++) {
      const float *value = values + place * size + i;
      for (int64_t lane = 0; lane < block; lane++) sums[lane] += shares[place] * value[lane];
    }
    std::memcpy(output + i, sums, sizeof sums);
  }
  for (; i < size; i++) {
    float sum = 0;
    for (int64_t place = 0; place < places; place++) sum += shares[place] * values[place * size + i];
    output[i] = sum;
  }
}

/// The softmax of `count` scores, in place.
void normalise(float *scores, int64_t count) {
  float largest = *std::max_element(scores, scores + count);
  float total = 0;
  for (int64_t i = 0; i < count; i++) total += scores[i] = std::exp(scores[i] - largest);
  for (int64_t i = 0; i < count; i++) scores[i] /= total;
}

/// cap · tanh(score / cap), in place.
void bend(float *scores, int64_t count, float cap) {
  for (int64_t i = 0; i < count; i++) scores[i] = cap * std::tanh(scores[i] / cap);
}

struct PackedOperators {
  using Pack = Tensor(const Tensor &, std::optional<int64_t>);
  using Multiply = Tensor(
      const Tensor &, const Tensor &, const std::optional<Tensor> &, c10::string_view,
      c10::List<std::optional<at::Scalar>>, std::optional<c10::string_view>);
  std::optional<c10::TypedOperatorHandle<Pack>> pack;
  std::optional<c10::TypedOperatorHandle<Multiply>> multiply;

  PackedOperators() {
    // libtorch publishes oneDNN's packed products only as registered operators.
    auto &dispatcher = c10::Dispatcher::singleton();
    auto first = dispatcher.findSchema({"mkldnn::_reorder_linear_weight", ""});
    auto second = dispatcher.findSchema({"mkldnn::_linear_pointwise", ""});
    if (!at::hasMKLDNN() || !first || !second) return;
    pack = first->typed<Pack>();
    multiply = second->typed<Multiply>();
  }

  static const PackedOperators &shared() {
    static const PackedOperators operators;
    return operators;
  }
};

}  // namespace

Tensor ctorch::multipliedByPacked(
    const Tensor &input, const Tensor &weight, const std::optional<Tensor> &bias, bool gelu) {
  return PackedOperators::shared().multiply->call(
      input.contiguous(), weight, bias, gelu ? "gelu" : "none",
      c10::List<std::optional<at::Scalar>>(),
      gelu ? std::optional<c10::string_view>("tanh") : std::nullopt);
}

CTorchRef ctorch_pack(CTorchRef weight, int64_t rows, bool rounding) {
  return tensor([&] {
    auto w = of(weight).detach();
    auto &operators = PackedOperators::shared();
    if (!w.is_cpu()) return rounding ? w.to(at::kBFloat16) : w;
    bool native = rounding && ctorch_has_native_bfloat16();
    // Below about a million products a call of oneDNN costs more than it saves.
    bool worthwhile = w.dim() == 2 && rows * w.numel() >= (1 << 20);
    if (w.scalar_type() != at::kFloat || !operators.multiply || !worthwhile) return w;
    if (rounding && !native) w = roundedToBFloat16(w);
    return operators.pack->call((native ? w.to(at::kBFloat16) : w).contiguous(), rows);
  });
}

int ctorch_give_up(CTorchRef weight, CTorchRef packed) {
  return status([&] {
    at::NoGradGuard off;
    auto &w = of(weight);
    auto &p = of(packed);
    // oneDNN's tensors have no storage that anybody could share.
    if (!p.is_mkldnn() && p.is_alias_of(w)) return;
    w.set_data(at::empty({0}, w.options().requires_grad(false)));
  });
}

CTorchRef ctorch_attend_cache(
    CTorchRef projected, CTorchRef keys, CTorchRef values, CTorchRef places, int64_t window,
    double scale, double cap) {
  return tensor([&] {
    at::NoGradGuard off;
    auto &k = of(keys), &v = of(values);
    auto all = of(projected).contiguous();
    TORCH_CHECK(
        all.dim() == 3 && k.dim() == 4 && k.sizes() == v.sizes() && all.size(0) == k.size(0) &&
            all.size(2) == k.size(3) && all.size(1) > 2 * k.size(1) &&
            all.size(1) % k.size(1) == 0 && all.scalar_type() == k.scalar_type() &&
            k.scalar_type() == v.scalar_type() &&
            of(places).sizes() == at::IntArrayRef({k.size(0)}),
        "queries, keys and values ", all.sizes(), " at ", of(places).sizes(),
        " places do not fit a cache ", k.sizes());
    int64_t rows = k.size(0), kept = k.size(1), room = k.size(2), size = k.size(3);
    int64_t heads = all.size(1) - 2 * kept, group = heads / kept;
    bool mine = all.is_cpu() && all.scalar_type() == at::kFloat && k.is_contiguous() &&
                v.is_contiguous();
    if (!mine) {
      auto parts = at::split_with_sizes(all, {heads, kept, kept}, 1);
      auto index = at::arange(rows, of(places).options());
      k.index_put_({index, at::indexing::Slice(), of(places)}, parts[1]);
      v.index_put_({index, at::indexing::Slice(), of(places)}, parts[2]);
      auto every = at::arange(room, of(places).options()).view({1, 1, 1, -1});
      auto last = of(places).view({-1, 1, 1, 1});
      auto open = at::le(every, last);
      if (window > 0) open = at::logical_and(open, at::gt(every, last - window));
      // Queries that share a key head stand where time would: no key is repeated.
      auto query = parts[0].reshape({rows, kept, group, size});
      auto seen = cap > 0 ? cappedAttention(query, k, v, open, scale, cap)
                          : at::scaled_dot_product_attention(
                                query, k, v, open, /*dropout_p=*/0.0, /*is_causal=*/false, scale);
      return seen.reshape({rows, heads * size});
    }
    auto positions = of(places).to(at::kLong).contiguous();
    const int64_t *place = positions.const_data_ptr<int64_t>();
    for (int64_t row = 0; row < rows; row++) {
      TORCH_CHECK(
          place[row] >= 0 && place[row] < room, "place ", place[row], " of row ", row,
          " is outside of a cache of ", room);
    }
    auto result = at::empty({rows, heads * size}, all.options());
    const float *input = all.const_data_ptr<float>();
    float *keyData = k.data_ptr<float>(), *valueData = v.data_ptr<float>();
    float *output = result.data_ptr<float>();
    inParallel(rows * kept, 8, [&](int64_t begin, int64_t end) {
      std::vector<float> shares(static_cast<size_t>(room));
      for (int64_t pair = begin; pair < end; pair++) {
        int64_t row = pair / kept, head = pair % kept, last = place[row];
        const float *mine = input + row * all.size(1) * size;
        float *rowKeys = keyData + pair * room * size, *rowValues = valueData + pair * room * size;
        size_t bytes = static_cast<size_t>(size) * sizeof(float);
        if (pair + 1 < end) {
          // The places that the next pair writes, and where it begins to read.
          int64_t ahead = (pair + 1) * room, nextPlace = place[(pair + 1) / kept];
          for (int64_t i = 0; i < size; i += lanes) {
            __builtin_prefetch(keyData + (ahead + nextPlace) * size + i, /*for writing=*/1);
            __builtin_prefetch(valueData + (ahead + nextPlace) * size + i, /*for writing=*/1);
            __builtin_prefetch(keyData + ahead * size + i);
          }
        }
        std::memcpy(rowKeys + last * size, mine + (heads + head) * size, bytes);
        std::memcpy(rowValues + last * size, mine + (heads + kept + head) * size, bytes);
        for (int64_t query = head * group; query < (head + 1) * group; query++) {
          int64_t first = window > 0 ? std::max<int64_t>(0, last - window + 1) : 0;
          int64_t seen = last + 1 - first;
          multiplyKeys(
              mine + query * size, rowKeys + first * size, seen, size, static_cast<float>(scale),
              shares.data(), rowValues + first * size);
          if (cap > 0) bend(shares.data(), seen, static_cast<float>(cap));
          normalise(shares.data(), seen);
          addValues(
              shares.data(), rowValues + first * size, seen, size,
              output + (row * heads + query) * size);
        }
      }
    });
    return result;
  });
}
