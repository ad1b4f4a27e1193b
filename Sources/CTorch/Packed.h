// What Layers.cpp and Decoding.cpp share.
#pragma once

#include <ATen/core/Tensor.h>

namespace ctorch {

/// The nearest bfloat16 numbers, kept as float32.
at::Tensor roundedToBFloat16(const at::Tensor &a);

/// `input · weightᵀ + bias` for a weight of `ctorch_pack` in oneDNN's layout, through the tanh
/// form of GELU if asked.
at::Tensor multipliedByPacked(
    const at::Tensor &input, const at::Tensor &weight, const std::optional<at::Tensor> &bias,
    bool gelu);

/// Attention whose scores are bent to cap · tanh(score / cap); `mask` is added to them, or boolean.
at::Tensor cappedAttention(
    const at::Tensor &query, const at::Tensor &key, const at::Tensor &value,
    const std::optional<at::Tensor> &mask, double scale, double cap);

}  // namespace ctorch
