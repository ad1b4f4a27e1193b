// Processes that work on one run: c10d over Gloo, as the wheel of libtorch brings it.
#include <ATen/ATen.h>
#include <c10/util/Flags.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <fstream>
#include <memory>
#include <mutex>
#include <optional>
#include <sstream>
#include <thread>

#define USE_C10D_GLOO
#include <torch/csrc/distributed/c10d/PrefixStore.hpp>
#include <torch/csrc/distributed/c10d/ProcessGroupGloo.hpp>
#include <torch/csrc/distributed/c10d/TCPStore.hpp>

#include "Guard.h"

C10_DECLARE_int(caffe2_log_level);

using namespace ctorch;
using std::chrono::milliseconds;
using std::chrono::seconds;
using Clock = std::chrono::steady_clock;

namespace {

/// How often a rank gives a sign of life, and after how many of its own rounds without one of another's
/// that one is dead.
constexpr auto beat = seconds(2);
constexpr int patience = 10;
/// How long the process itself may take to notice that it cannot go on.
constexpr auto grace = seconds(4);

std::string firstLine(const std::string &path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

/// The machine and the process table that a process is in.
std::string machine() {
  char table[64] = {};
  ssize_t length = readlink("/proc/self/ns/pid", table, sizeof table - 1);
  return firstLine("/proc/sys/kernel/random/boot_id") + " " + std::string(table, length > 0 ? size_t(length) : 0);
}

/// When a process of this machine began, in clock ticks; nothing for one that has ended.
std::optional<std::string> beginning(const std::string &process) {
  std::string line = firstLine("/proc/" + process + "/stat");
  size_t name = line.rfind(')');
  if (name == std::string::npos) return std::nullopt;
  std::istringstream rest(line.substr(name + 1));
  std::string field;
  for (int place = 3; place <= 22; place++) {
    rest >> field;
    if (place == 3 && (field == "Z" || field == "X")) return std::nullopt;
  }
  return field;
}

/// What a rank knows of another one.
struct Other {
  int64_t sign = 0;
  int missed = 0;
  /// Of a rank on this machine: its process, and when that began.
  std::string process, began;
};

/// The group, and a thread that tells the others that this process lives and looks whether they do.
class Group {
 public:
  Group(const std::string &host, uint16_t port, int rank, int count, bool serves,
        const std::string &device, const std::string &name, int patience,
        void (*lost)(int rank, const char *words))
      : rank_(rank), count_(count), serves_(serves), lost_(lost), others_(size_t(count)) {
    c10d::TCPStoreOptions options;
    options.port = port;
    options.isServer = serves;
    options.numWorkers = count;
    options.waitWorkers = false;
    options.timeout = seconds(patience);
    auto store = c10::make_intrusive<c10d::TCPStore>(host, options);
    // A launcher that starts the ranks again keeps its store: each start has names of its own.
    store_ = c10::make_intrusive<c10d::PrefixStore>(name, store);
    auto self = std::to_string(getpid());
    auto began = beginning(self);
    store_->set(key("at", rank), machine() + "\n" + self + "\n" + began.value_or(""));
    for (int other = 0; other < count; other++) {
      try {
        store_->wait({key("at", other)}, seconds(patience));
      } catch (const std::exception &) {
        TORCH_CHECK(false, "rank ", other, " of ", count, " has not come within ", patience, " seconds");
      }
      std::istringstream place(store_->get_to_str(key("at", other)));
      std::string where;
      auto &known = others_[size_t(other)];
      std::getline(place, where);
      std::getline(place, known.process);
      std::getline(place, known.began);
      if (where != machine()) known.process.clear();
    }
    auto gloo = c10d::ProcessGroupGloo::Options::create(seconds(60));
    gloo->devices.push_back(
        device.empty() ? c10d::ProcessGroupGloo::createDefaultDevice()
        : device[0] == '@' ? c10d::ProcessGroupGloo::createDeviceForInterface(device.substr(1))
                           : c10d::ProcessGroupGloo::createDeviceForHostname(device));
    backend_ = c10::make_intrusive<c10d::ProcessGroupGloo>(store_, rank, count, gloo);
    // Who waits for a stage that one rank makes alone waits as long as it takes; the watch tells the dead.
    backend_->setTimeout(std::chrono::hours(24 * 365));
    watch_ = std::thread([this] {
      watch();
      std::lock_guard<std::mutex> lock(mutex_);
      isWatchOver_ = true;
      wake_.notify_all();
    });
    watchOfWatch_ = std::thread([this] { watchTheWatch(); });
  }

  /// Says goodbye. Whoever serves the store stays for that of the others.
  void leave(const std::string &words) {
    {
      std::lock_guard<std::mutex> lock(mutex_);
      isOver_ = true;
    }
    wake_.notify_all();
    watch_.join();
    watchOfWatch_.join();
    try {
      // A mark in front, because a store keeps no empty value.
      store_->set(key("left", rank_), "!" + words);
      backend_.reset();
      for (int wait = 0; serves_ && wait < 50 && !haveAllLeft(); wait++)
        std::this_thread::sleep_for(milliseconds(100));
    } catch (...) {
      // Who served the store is gone already.
    }
  }

  c10d::ProcessGroupGloo &backend() { return *backend_; }
  int rank() const { return rank_; }
  int count() const { return count_; }

  /// The first rank that has left, or gives no sign of life, after as long as it takes to know; -1 for none.
  int gone(bool *left, std::string *words) {
    isKnown_ = true;
    auto end = Clock::now() + beat * (patience + 3);
    while (Clock::now() < end) {
      *left = false;
      try {
        for (int other = 0; other < count_; other++) {
          if (other == rank_ || !store_->check({key("left", other)})) continue;
          *left = true;
          *words = store_->get_to_str(key("left", other)).substr(1);
          return other;
        }
      } catch (...) {
        return 0;
      }
      int found = dead_;
      if (found >= 0) return found;
      std::this_thread::sleep_for(milliseconds(100));
    }
    return -1;
  }

 private:
  void watch() {
    std::optional<Clock::time_point> known;
    std::string words;
    auto found = [&](int rank, const std::string &last) {
      if (dead_ < 0) {
        dead_ = rank;
        words = last;
        known = Clock::now();
      }
    };
    try {
      auto store = store_->clone();
      store->setTimeout(seconds(15));
      for (int64_t round = 1;; round++) {
        if (!known) {
          store->set(key("alive", rank_), std::to_string(round));
          for (int other = 0; other < count_; other++)
            if (other != rank_) look(*store, other, found);
        }
        if (wait(known, words)) return;
      }
    } catch (...) {
      // The store is that of the first rank, or of the launcher, which then is gone.
      found(0, "");
    }
    while (!wait(known, words)) {}
  }

  template <class Found>
  void look(c10d::Store &store, int other, Found found) {
    if (store.check({key("left", other)})) {
      auto last = store.get_to_str(key("left", other)).substr(1);
      // One that has failed is missed, one whose work is done is not.
      if (!last.empty()) found(other, last);
      return;
    }
    auto &known = others_[size_t(other)];
    if (!known.process.empty() && beginning(known.process) != known.began) return found(other, "");
    if (!store.check({key("alive", other)})) return;
    auto sign = std::stoll(store.get_to_str(key("alive", other)));
    known.missed = sign == known.sign ? known.missed + 1 : 0;
    known.sign = sign;
    if (known.missed >= patience) found(other, "");
  }

  /// Ends the process where it has not noticed by itself that one is gone.
  ///
  /// - Returns: true when it is over.
  bool wait(std::optional<Clock::time_point> known, const std::string &words) {
    rounds_++;
    if (known && !isKnown_ && Clock::now() - *known > grace) lost_(dead_, words.c_str());
    std::unique_lock<std::mutex> lock(mutex_);
    return wake_.wait_for(lock, beat, [this] { return isOver_; });
  }

  /// A store that does not answer at all keeps the watch waiting: the machine that serves it is gone, and has
  /// closed nothing. Counts its own rounds, not time, so that processes may be suspended together.
  void watchTheWatch() {
    int64_t seen = -1;
    int missed = 0;
    std::unique_lock<std::mutex> lock(mutex_);
    while (!wake_.wait_for(lock, beat, [this] { return isWatchOver_; })) {
      int64_t rounds = rounds_;
      missed = rounds == seen ? missed + 1 : 0;
      seen = rounds;
      if (missed >= patience) lost_(0, "");
    }
  }

  bool haveAllLeft() {
    for (int other = 0; other < count_; other++)
      if (other != dead_ && !store_->check({key("left", other)})) return false;
    return true;
  }

  static std::string key(const char *what, int rank) {
    return std::string(what) + "/" + std::to_string(rank);
  }

  int rank_, count_;
  bool serves_;
  void (*lost_)(int rank, const char *words);
  c10::intrusive_ptr<c10d::Store> store_;
  c10::intrusive_ptr<c10d::ProcessGroupGloo> backend_;
  std::vector<Other> others_;
  std::atomic<int> dead_{-1};
  /// The process itself has found out that it cannot go on.
  std::atomic<bool> isKnown_{false};
  std::mutex mutex_;
  std::condition_variable wake_;
  bool isOver_ = false, isWatchOver_ = false;
  std::atomic<int64_t> rounds_{0};
  std::thread watch_, watchOfWatch_;
};

std::unique_ptr<Group> group;

Group &joined() {
  TORCH_CHECK(group, "no ranks have been joined");
  return *group;
}

at::Tensor summed(at::Tensor tensor) {
  std::vector<at::Tensor> all{std::move(tensor)};
  joined().backend().allreduce(all)->wait();
  return all[0];
}

/// Numbers that travel in one message: enough that its beginning costs nothing, and little beside a model.
constexpr int64_t bucket = 1 << 22;

/// Parameters as one list of numbers, of which every rank moves a share; the last may lie behind the end.
struct Flat {
  std::vector<at::Tensor> parameters;
  int64_t total = 0, share = 0, first = 0;

  Flat(const CTorchRef *refs, int count) : parameters(list(refs, count)) {
    for (auto &parameter : parameters) {
      TORCH_CHECK(
          parameter.scalar_type() == at::kFloat && parameter.is_contiguous() && parameter.is_cpu(),
          "ranks train contiguous float32 parameters on the CPU");
      total += parameter.numel();
    }
    share = (total + joined().count() - 1) / joined().count();
    first = share * joined().rank();
  }

  /// Calls `body` with what of each parameter lies in a range of the list: the parameter's place, where in it
  /// that begins, how much it is, and where in the range it begins.
  template <class Body>
  void each(int64_t from, int64_t size, Body body) {
    int64_t place = 0;
    for (size_t i = 0; i < parameters.size(); i++) {
      int64_t own = parameters[i].numel();
      int64_t begin = std::max(place, from), end = std::min(place + own, from + size);
      if (begin < end) body(i, begin - place, end - begin, begin - from);
      place += own;
    }
  }

  /// What of a parameter lies somewhere, as a list of numbers.
  at::Tensor part(size_t i, int64_t begin, int64_t size) {
    return parameters[i].detach().view({-1}).narrow(0, begin, size);
  }
};

}  // namespace

int ctorch_ranks_join(
    const char *host, int port, int rank, int count, bool serves, const char *device,
    const char *name, int patience, void (*lost)(int rank, const char *words)) {
  return status([&] {
    TORCH_CHECK(!group, "ranks have been joined already");
    // What c10d prints of a rank that is gone, stack and all, is said in a line, from what it throws.
    if (getenv("TORCH_CPP_LOG_LEVEL") == nullptr) FLAGS_caffe2_log_level = 3;
    group = std::make_unique<Group>(
        host, static_cast<uint16_t>(port), rank, count, serves, device, name, patience, lost);
  });
}

int ctorch_ranks_gone(bool *left, char *words, int size) {
  return guarded(-1, [&] {
    std::string last;
    int found = joined().gone(left, &last);
    std::snprintf(words, size_t(size), "%s", last.c_str());
    return found;
  });
}

int ctorch_ranks_own(
    const CTorchRef *parameters, int count, void *context,
    void (*take)(void *context, int parameter, int64_t first, CTorchRef part)) {
  return status([&] {
    at::NoGradGuard off;
    Flat flat(parameters, count);
    flat.each(flat.first, flat.share, [&](size_t i, int64_t begin, int64_t size, int64_t) {
      take(context, int(i), begin, give(flat.part(i, begin, size)));
    });
  });
}

int ctorch_ranks_reduce_gradients(
    const CTorchRef *parameters, int count, const CTorchRef *parts, int partCount) {
  return status([&] {
    at::NoGradGuard off;
    Flat flat(parameters, count);
    auto anywhere = at::zeros({count}, at::kFloat);
    for (int i = 0; i < count; i++)
      if (flat.parameters[size_t(i)].grad().defined()) anywhere[i].fill_(1);
    anywhere = summed(anywhere);
    auto isThere = anywhere.const_data_ptr<float>();
    // The sums of this rank's share, each made when it comes, so that they take the place of what is
    // forgotten.
    std::vector<at::Tensor> sums(static_cast<size_t>(count));
    int next = 0;
    for (int64_t from = 0; from < flat.total; from += bucket) {
      auto message = at::zeros({std::min(bucket, flat.total - from)}, at::kFloat);
      flat.each(from, message.numel(), [&](size_t i, int64_t begin, int64_t size, int64_t at) {
        auto &gradient = flat.parameters[i].mutable_grad();
        if (!gradient.defined()) return;
        message.narrow(0, at, size).copy_(gradient.reshape({-1}).narrow(0, begin, size));
        if (begin + size == flat.parameters[i].numel()) gradient.reset();
      });
      // All-reduce, although only a share is kept: with Gloo it takes half the time of reduce-scatter.
      message = summed(std::move(message));
      flat.each(from, message.numel(), [&](size_t i, int64_t begin, int64_t size, int64_t at) {
        int64_t start = from + at - begin;
        int64_t low = std::max(flat.first, start);
        int64_t high = std::min(flat.first + flat.share, start + flat.parameters[i].numel());
        int64_t a = std::max(low, from + at), b = std::min(high, from + at + size);
        if (isThere[i] == 0 || a >= b) return;
        if (!sums[i].defined()) sums[i] = at::empty({high - low}, at::kFloat);
        sums[i].narrow(0, a - low, b - a).copy_(message.narrow(0, a - from, b - a));
      });
    }
    flat.each(flat.first, flat.share, [&](size_t i, int64_t, int64_t, int64_t) {
      TORCH_CHECK(next < partCount, "fewer parts than this rank moves");
      of(parts[next++]).mutable_grad() = sums[i];
    });
  });
}

int ctorch_ranks_gather_parameters(const CTorchRef *parameters, int count) {
  return status([&] {
    at::NoGradGuard off;
    Flat flat(parameters, count);
    for (int64_t from = 0; from < flat.share; from += bucket) {
      int64_t length = std::min(bucket, flat.share - from);
      auto mine = at::zeros({length}, at::kFloat);
      flat.each(flat.first + from, length, [&](size_t i, int64_t begin, int64_t size, int64_t at) {
        mine.narrow(0, at, size).copy_(flat.part(i, begin, size));
      });
      auto all = at::empty({length * joined().count()}, at::kFloat);
      joined().backend()._allgather_base(all, mine)->wait();
      for (int rank = 0; rank < joined().count(); rank++) {
        if (rank == joined().rank()) continue;
        auto theirs = all.narrow(0, rank * length, length);
        flat.each(
            flat.share * rank + from, length,
            [&](size_t i, int64_t begin, int64_t size, int64_t at) {
              flat.part(i, begin, size).copy_(theirs.narrow(0, at, size));
            });
      }
    }
  });
}

int ctorch_ranks_sum(CTorchRef tensor) {
  return status([&] {
    at::NoGradGuard off;
    auto &one = of(tensor);
    one.copy_(summed(one.clone().contiguous()));
  });
}

int ctorch_ranks_gather(
    const uint8_t *mine, int64_t size, void *context,
    void (*take)(void *context, int rank, const uint8_t *bytes, int64_t size)) {
  return status([&] {
    auto &ranks = joined();
    auto length = at::full({1}, size, at::kLong), lengths = at::empty({ranks.count()}, at::kLong);
    ranks.backend()._allgather_base(lengths, length)->wait();
    int64_t longest = std::max<int64_t>(1, lengths.max().item<int64_t>());
    auto padded = at::zeros({longest}, at::kByte);
    if (size > 0) std::memcpy(padded.data_ptr(), mine, static_cast<size_t>(size));
    auto all = at::empty({longest * ranks.count()}, at::kByte);
    ranks.backend()._allgather_base(all, padded)->wait();
    for (int i = 0; i < ranks.count(); i++)
      take(context, i, all.const_data_ptr<uint8_t>() + i * longest, lengths[i].item<int64_t>());
  });
}

void ctorch_ranks_leave(const char *words) {
  guarded(0, [&] {
    if (group) group->leave(words);
    group.reset();
    return 0;
  });
}
