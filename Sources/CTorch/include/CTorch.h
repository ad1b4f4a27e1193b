// A C face for the parts of libtorch that Plumb uses. The only code that sees libtorch is behind it.
//
// Every function that can fail returns NULL (tensors) or a negative number (counts) and leaves the
// message of the C++ exception in ctorch_error(). No exception crosses this header. Tensors that are
// returned belong to the caller, who gives them back with ctorch_release().
#ifndef CTORCH_H
#define CTORCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

typedef struct CTorchTensor *CTorchRef;
typedef struct CTorchGenerator *CTorchGeneratorRef;

typedef enum {
  CTorchFloat32 = 0,
  CTorchFloat64 = 1,
  CTorchBFloat16 = 2,
  CTorchFloat16 = 3,
  CTorchInt64 = 4,
  CTorchBool = 5,
  CTorchInt32 = 6,
} CTorchType;

// device: -1 is the CPU, 0 and up are CUDA devices.

/// The message of this thread's last failure.
const char *_Nonnull ctorch_error(void);
const char *_Nonnull ctorch_version(void);
int ctorch_cuda_devices(void);
int ctorch_threads(void);
int ctorch_set_threads(int count);
/// Calls `body(context, index)` for every index below `count`, each on a thread of libtorch's; what
/// runs inside has that one thread.
int ctorch_for_each(
    int64_t count, void *_Nonnull context, void (*_Nonnull body)(void *_Nonnull, int64_t));
/// From now on tensors' memory is kept for the next ones, at most as much as was in use at a time.
void ctorch_keep_memory(void);
/// Gives freed memory back to the system; the highest use begins again from the present one.
void ctorch_release_memory(void);
/// Bytes of the larger tensors that were in use at most since then; 0 before ``ctorch_keep_memory``.
int64_t ctorch_peak_tensor_memory(void);
/// The name of the widest instruction set ATen dispatches to (AVX2, AVX512, …).
const char *_Nonnull ctorch_cpu_capability(void);
/// Whether the processor multiplies bfloat16 matrices in hardware.
bool ctorch_has_native_bfloat16(void);
/// Refuse kernels whose results depend on scheduling.
int ctorch_set_deterministic(bool on);
/// Ends the process with a line on standard error and code 5 where an exception leaves a thread of
/// libtorch's own, which nobody can catch; without it the process would be aborted.
void ctorch_end_in_a_line(void);

// Life and contents.
void ctorch_release(CTorchRef _Nonnull tensor);
/// The same tensor under a handle of its own, for who is given it.
CTorchRef _Nullable ctorch_share(CTorchRef _Nonnull tensor);
CTorchRef _Nullable ctorch_from_data(
    const void *_Nonnull data, CTorchType type, const int64_t *_Nonnull sizes, int rank, int device);
CTorchRef _Nullable ctorch_full(
    const int64_t *_Nonnull sizes, int rank, double value, CTorchType type, int device);
CTorchRef _Nullable ctorch_arange(int64_t start, int64_t end, int device);
CTorchRef _Nullable ctorch_normal(
    const int64_t *_Nonnull sizes, int rank, double deviation, CTorchType type,
    CTorchGeneratorRef _Nonnull generator);
/// Copies the contiguous elements to `data`, which holds `bytes` bytes.
int ctorch_copy_out(CTorchRef _Nonnull tensor, void *_Nonnull data, size_t bytes);
int ctorch_rank(CTorchRef _Nonnull tensor);
int ctorch_sizes(CTorchRef _Nonnull tensor, int64_t *_Nonnull sizes);
int ctorch_type(CTorchRef _Nonnull tensor);
int ctorch_device(CTorchRef _Nonnull tensor);

// Element by element.
typedef enum {
  CTorchNegate, CTorchExp, CTorchLog, CTorchSqrt, CTorchAbs, CTorchSigmoid, CTorchLogSigmoid,
  CTorchSoftplus, CTorchTanh, CTorchSilu, CTorchRelu, CTorchNot,
  CTorchIsFinite, CTorchExpm1, CTorchLog1p, CTorchContiguous, CTorchDetach, CTorchClone,
  CTorchGelu, CTorchGeluTanh,
} CTorchUnary;
typedef enum {
  CTorchAdd, CTorchSubtract, CTorchMultiply, CTorchDivide, CTorchMaximum, CTorchMinimum,
  CTorchEqual, CTorchLess, CTorchLessOrEqual, CTorchGreater, CTorchAnd, CTorchOr, CTorchMatmul,
} CTorchBinary;
CTorchRef _Nullable ctorch_unary(CTorchUnary op, CTorchRef _Nonnull a);
CTorchRef _Nullable ctorch_binary(CTorchBinary op, CTorchRef _Nonnull a, CTorchRef _Nonnull b);
/// `reversed` puts the scalar on the left.
CTorchRef _Nullable ctorch_scalar(
    CTorchBinary op, CTorchRef _Nonnull a, double scalar, bool reversed);
CTorchRef _Nullable ctorch_power(CTorchRef _Nonnull a, double exponent);
CTorchRef _Nullable ctorch_clamp(CTorchRef _Nonnull a, double low, double high);
CTorchRef _Nullable ctorch_where(
    CTorchRef _Nonnull mask, CTorchRef _Nonnull a, CTorchRef _Nonnull b);
CTorchRef _Nullable ctorch_masked_fill(
    CTorchRef _Nonnull a, CTorchRef _Nonnull mask, double value);

// Reductions along one dimension.
typedef enum {
  CTorchSum, CTorchMean, CTorchMax, CTorchArgmax, CTorchLogSumExp, CTorchSoftmax,
  CTorchLogSoftmax, CTorchAny, CTorchAll,
} CTorchReduction;
CTorchRef _Nullable ctorch_reduce(
    CTorchReduction op, CTorchRef _Nonnull a, int dimension, bool keep);
CTorchRef _Nullable ctorch_sum_all(CTorchRef _Nonnull a);
CTorchRef _Nullable ctorch_mean_all(CTorchRef _Nonnull a);
/// Order of the elements along a dimension; stable.
CTorchRef _Nullable ctorch_argsort(CTorchRef _Nonnull a, int dimension, bool descending);

// Shape.
CTorchRef _Nullable ctorch_reshape(
    CTorchRef _Nonnull a, const int64_t *_Nonnull sizes, int rank);
CTorchRef _Nullable ctorch_expand(CTorchRef _Nonnull a, const int64_t *_Nonnull sizes, int rank);
CTorchRef _Nullable ctorch_transpose(CTorchRef _Nonnull a, int first, int second);
CTorchRef _Nullable ctorch_unsqueeze(CTorchRef _Nonnull a, int dimension);
CTorchRef _Nullable ctorch_squeeze(CTorchRef _Nonnull a, int dimension);
CTorchRef _Nullable ctorch_narrow(
    CTorchRef _Nonnull a, int dimension, int64_t start, int64_t length);
CTorchRef _Nullable ctorch_flip(CTorchRef _Nonnull a, int dimension);
CTorchRef _Nullable ctorch_concatenate(
    const CTorchRef _Nonnull *_Nonnull tensors, int count, int dimension);
CTorchRef _Nullable ctorch_stack(
    const CTorchRef _Nonnull *_Nonnull tensors, int count, int dimension);
/// Cuts a dimension into parts of the given lengths; `parts` receives `count` tensors.
int ctorch_split(
    CTorchRef _Nonnull a, int dimension, const int64_t *_Nonnull lengths, int count,
    CTorchRef _Nullable *_Nonnull parts);
CTorchRef _Nullable ctorch_index_select(
    CTorchRef _Nonnull a, int dimension, CTorchRef _Nonnull index);
CTorchRef _Nullable ctorch_gather(CTorchRef _Nonnull a, int dimension, CTorchRef _Nonnull index);
CTorchRef _Nullable ctorch_convert(CTorchRef _Nonnull a, CTorchType type);
CTorchRef _Nullable ctorch_to_device(CTorchRef _Nonnull a, int device);
/// Rows of `a` by position, where -1 gives a row of zeros. `inverse` undoes it: for each row of `a`
/// its place in the result, or -1. Both directions are gathers, so the gradient costs a copy too.
CTorchRef _Nullable ctorch_rearrange(
    CTorchRef _Nonnull a, CTorchRef _Nonnull positions, CTorchRef _Nonnull inverse);
/// Writes `source` into `a` in place at `start` of `dimension`. No gradient.
int ctorch_write(
    CTorchRef _Nonnull a, int dimension, int64_t start, CTorchRef _Nonnull source);
int ctorch_copy(CTorchRef _Nonnull to, CTorchRef _Nonnull from);

// Layers.
/// `rounding` multiplies as bfloat16 would: both factors and the result are rounded to bfloat16,
/// sums are float32. `gelu` goes on through the tanh form of GELU.
CTorchRef _Nullable ctorch_linear(
    CTorchRef _Nonnull input, CTorchRef _Nonnull weight, CTorchRef _Nullable bias, bool rounding,
    bool gelu);
/// `ctorch_linear` with a frozen weight, and scale · input · downᵀ · upᵀ beside it: `down` `[rank, in]`,
/// `up` `[out, rank]`.
CTorchRef _Nullable ctorch_adapted_linear(
    CTorchRef _Nonnull input, CTorchRef _Nonnull weight, CTorchRef _Nullable bias,
    CTorchRef _Nonnull down, CTorchRef _Nonnull up, double scale, bool rounding);
/// A weight `[out, in]` laid out for many products with about `rows` rows: `ctorch_linear` takes it
/// in the weight's place, with the same `rounding` and without gradients. Nothing else does.
CTorchRef _Nullable ctorch_pack(CTorchRef _Nonnull weight, int64_t rows, bool rounding);
/// Frees the numbers of a weight, if `packed` is not the weight itself: its size is 0 from then on.
int ctorch_give_up(CTorchRef _Nonnull weight, CTorchRef _Nonnull packed);
CTorchRef _Nullable ctorch_embedding(CTorchRef _Nonnull weight, CTorchRef _Nonnull ids);
CTorchRef _Nullable ctorch_layer_norm(
    CTorchRef _Nonnull input, CTorchRef _Nonnull weight, CTorchRef _Nonnull bias, double epsilon);
CTorchRef _Nullable ctorch_rms_norm(
    CTorchRef _Nonnull input, CTorchRef _Nonnull weight, double epsilon);
/// Rotary embedding of `[row, head, size]` by `[row, rotated / 2]` cosines and sines, first half
/// against second half of a head's first `rotated` numbers, in the first `heads` heads; the rest is
/// copied.
CTorchRef _Nullable ctorch_rotate(
    CTorchRef _Nonnull input, CTorchRef _Nonnull cosine, CTorchRef _Nonnull sine, int64_t heads);
/// `causal` looks at no later place; `window` > 0 at none further back than so many, its own among
/// them. A window takes no mask beside it. `cap` > 0 bends scores to cap · tanh(score / cap).
CTorchRef _Nullable ctorch_attention(
    CTorchRef _Nonnull query, CTorchRef _Nonnull key, CTorchRef _Nonnull value,
    CTorchRef _Nullable mask, bool causal, int64_t window, double scale, double cap);
/// One step of decoding: `projected` holds the queries, keys and values of one new token a row,
/// `[row, head, size]`. Keys and values are written into the caches, `[row, key-value head, place,
/// size]`, at each row's own place, `[row]`, and the queries look at all places up to it, or at the
/// last `window` of them; `cap` as above. The result is `[row, query heads · size]`. No gradient.
CTorchRef _Nullable ctorch_attend_cache(
    CTorchRef _Nonnull projected, CTorchRef _Nonnull keys, CTorchRef _Nonnull values,
    CTorchRef _Nonnull places, int64_t window, double scale, double cap);
/// log softmax(hidden · weightᵀ / temperature)[id] for each row, without keeping the logits: they
/// are made `chunk` rows at a time, and again in the backward pass. `cap` > 0 bends logits as scores.
CTorchRef _Nullable ctorch_token_log_probabilities(
    CTorchRef _Nonnull hidden, CTorchRef _Nonnull weight, CTorchRef _Nonnull ids,
    double temperature, double cap, int64_t chunk, bool rounding);

// Gradients.
int ctorch_set_requires_gradient(CTorchRef _Nonnull a, bool on);
bool ctorch_requires_gradient(CTorchRef _Nonnull a);
/// NULL without an error when there is none.
CTorchRef _Nullable ctorch_gradient(CTorchRef _Nonnull a);
int ctorch_clear_gradient(CTorchRef _Nonnull a);
int ctorch_backward(CTorchRef _Nonnull loss, CTorchRef _Nullable gradient);
bool ctorch_set_gradient_mode(bool on);
/// `body(context, x)`, of which nothing is kept for the gradient but `x`: it runs without recording, and
/// again, recording, in the backward pass. `body` owns its argument and gives its result away; NULL
/// is a failure. `release(context)` is called once, when nobody will call `body` any more.
CTorchRef _Nullable ctorch_recompute(
    CTorchRef _Nonnull input, void *_Nonnull context,
    CTorchRef _Nullable (*_Nonnull body)(void *_Nonnull, CTorchRef _Nonnull),
    void (*_Nonnull release)(void *_Nonnull));

// Optimisation, over lists of parameters.
/// The norm over all gradients, which are scaled down to `limit` where it is above; not finite
/// gradients are left as they are. `limit` ≤ 0 only measures.
int ctorch_clip_gradients(
    const CTorchRef _Nonnull *_Nonnull parameters, int count, double limit, double *_Nonnull norm);
/// One step of AdamW (Loshchilov and Hutter 2019); parameters without gradient are left alone. Moments in
/// bfloat16, of float32 parameters on the processor, are rounded up or down by chance, which follows
/// from their values and the step.
int ctorch_adamw(
    const CTorchRef _Nonnull *_Nonnull parameters, const CTorchRef _Nonnull *_Nonnull first,
    const CTorchRef _Nonnull *_Nonnull second, int count, int64_t step, double rate, double beta1,
    double beta2, double epsilon, double decay);

// Random numbers. They are always made on the CPU, so that every device sees the same ones.
CTorchGeneratorRef _Nullable ctorch_generator(uint64_t seed);
void ctorch_generator_release(CTorchGeneratorRef _Nonnull generator);
CTorchRef _Nullable ctorch_generator_state(CTorchGeneratorRef _Nonnull generator);
int ctorch_generator_restore(
    CTorchGeneratorRef _Nonnull generator, CTorchRef _Nonnull state);
CTorchRef _Nullable ctorch_uniform(
    const int64_t *_Nonnull sizes, int rank, CTorchGeneratorRef _Nonnull generator);
/// One id per row of `logits`, drawn from softmax(logits / temperature) with one uniform number a
/// row, so that a row's draw does not depend on which other rows are in the batch. Only the first
/// `allowed` ids are drawn (all where it is negative), of those only the `topK` likeliest (all where it
/// is 0), and of those only the fewest that hold `topP`. The id's log-probability under the whole
/// softmax goes to `logProbability`. Temperature 0 takes the largest of the allowed.
CTorchRef _Nullable ctorch_draw(
    CTorchRef _Nonnull logits, CTorchRef _Nonnull uniform, double temperature, int64_t allowed,
    int64_t topK, double topP,
    CTorchRef _Nullable *_Nonnull logProbability);

// Processes that work on one run: c10d over Gloo. A process joins once, and all calls below but `gone` and
// `leave` are made by every rank in the same order.
/// Meets `count` ranks at a store that one of them, or a launcher, serves on `host`:`port`, and waits for them
/// for `patience` seconds.
///
/// `device` is an address of this machine that other ranks reach, `@` with an interface, or empty for the
/// one that its host name stands for. `name` is of this start, as a store may outlive its ranks. `lost` is
/// called by a thread that watches the others, when one of them is gone and this process, busy with
/// something else, has not noticed: it says so, with that rank's last words if any, and ends the process.
int ctorch_ranks_join(
    const char *_Nonnull host, int port, int rank, int count, bool serves,
    const char *_Nonnull device, const char *_Nonnull name, int patience,
    void (*_Nonnull lost)(int rank, const char *_Nonnull words));
/// After a call failed: the rank that has left, with its last words, or is gone or has given no sign of life
/// for 20 seconds; -1 where all are there.
int ctorch_ranks_gone(bool *_Nonnull left, char *_Nonnull words, int size);
/// Calls `take` with those parts of the parameters that this rank moves, of which it owns each: lists of
/// numbers that share the parameters' memory.
int ctorch_ranks_own(
    const CTorchRef _Nonnull *_Nonnull parameters, int count, void *_Nonnull context,
    void (*_Nonnull take)(
        void *_Nonnull context, int parameter, int64_t first, CTorchRef _Nonnull part));
/// Adds up the ranks' gradients: those of the parameters are forgotten, and the sums are given to the parts
/// that this rank moves. Where no rank has a gradient, none is given.
int ctorch_ranks_reduce_gradients(
    const CTorchRef _Nonnull *_Nonnull parameters, int count,
    const CTorchRef _Nonnull *_Nonnull parts, int partCount);
/// Puts into everyone's parameters what each rank has moved.
int ctorch_ranks_gather_parameters(const CTorchRef _Nonnull *_Nonnull parameters, int count);
/// The sum over ranks in the place of a tensor; every rank gets the same bits.
int ctorch_ranks_sum(CTorchRef _Nonnull tensor);
/// Calls `take` with every rank's bytes, in the order of ranks.
int ctorch_ranks_gather(
    const uint8_t *_Nullable mine, int64_t size, void *_Nonnull context,
    void (*_Nonnull take)(
        void *_Nonnull context, int rank, const uint8_t *_Nullable bytes, int64_t size));
/// Says goodbye; with words where this process has failed.
void ctorch_ranks_leave(const char *_Nonnull words);

#ifdef __cplusplus
}
#endif

#endif
