#include "collect/ledger_codec.h"

#include <algorithm>
#include <array>
#include <concepts>
#include <deque>
#include <limits>
#include <map>
#include <optional>
#include <type_traits>
#include <unordered_map>
#include <utility>
#include <vector>

#include "collect/ledger_enumerators.h"
#include "collect/ledger_fields.h"

namespace codearts {
namespace {

constexpr std::string_view kHexDigits = "0123456789abcdef";

bool IsHexDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
}

// Requires IsHexDigit(c).
int HexValue(char c) {
  return c <= '9' ? c - '0' : c - 'a' + 10;
}

bool IsPackable(std::string_view text) {
  return text.size() % 2 == 0 && std::all_of(text.begin(), text.end(), IsHexDigit);
}

template <typename T>
concept Id = std::same_as<T, PipelineId> || std::same_as<T, RunId>;

template <typename T>
concept Structure = requires(T& value) {
  VisitFields(value, [](auto&...) {});
};

void AppendUnsigned(std::uint64_t value, std::string& bytes) {
  for (; value >= 0x80; value >>= 7) bytes.push_back(static_cast<char>(value | 0x80));
  bytes.push_back(static_cast<char>(value));
}

void AppendText(std::string_view text, std::string& bytes) {
  const bool packed = IsPackable(text);
  AppendUnsigned((std::uint64_t{text.size()} << 1) | (packed ? 1 : 0), bytes);
  if (!packed) {
    bytes += text;
    return;
  }
  for (std::size_t i = 0; i < text.size(); i += 2) {
    bytes.push_back(static_cast<char>(HexValue(text[i]) << 4 | HexValue(text[i + 1])));
  }
}

// Lifetime: what is encoded must live until the end.
class Encoder {
 public:
  template <typename... Members>
  void operator()(const Members&... members) {
    (Put(members), ...);
  }

  // Returns the table of strings and the structure.
  std::string Take() {
    std::string payload;
    AppendUnsigned(numbers_.size(), payload);
    return payload + strings_ + bytes_;
  }

 private:
  void PutUnsigned(std::uint64_t value) { AppendUnsigned(value, bytes_); }

  void Put(std::unsigned_integral auto value) { PutUnsigned(value); }

  // Zigzag: numbers near 0 are short, whatever their sign.
  void Put(std::signed_integral auto value) {
    const auto bits = static_cast<std::uint64_t>(value);
    PutUnsigned(value < 0 ? ~(bits << 1) : bits << 1);
  }

  template <typename Enum>
  requires std::is_enum_v<Enum>
  void Put(Enum value) {
    static_assert(kEnumerators<Enum> > 0);
    PutUnsigned(static_cast<std::uint64_t>(value));
  }

  void Put(Duration value) { Put(value.count()); }

  void Put(Timestamp value) {
    const auto millis = static_cast<std::uint64_t>(ToEpochMillis(value));
    Put(static_cast<std::int64_t>(millis - first_instant_.value_or(0)));
    if (!first_instant_) first_instant_ = millis;
  }

  void Put(const std::string& text) {
    if (text.empty()) return PutUnsigned(0);
    const auto [known, added] = numbers_.try_emplace(text, numbers_.size() + 1);
    if (added) AppendText(text, strings_);
    PutUnsigned(known->second);
  }

  void Put(const Id auto& id) { Put(id.value); }

  void Put(const RunDigest& digest) { Put(digests_.emplace_back(digest.Id())); }

  template <typename T>
  void Put(const std::optional<T>& value) {
    PutUnsigned(value ? 1 : 0);
    if (value) Put(*value);
  }

  template <typename T>
  void Put(const std::vector<T>& items) {
    PutUnsigned(items.size());
    for (const T& item : items) Put(item);
  }

  template <typename T, std::size_t kSize>
  void Put(const std::array<T, kSize>& items) {
    PutUnsigned(kSize);
    for (const T& item : items) Put(item);
  }

  template <typename Key, typename T>
  void Put(const std::map<Key, T>& items) {
    PutUnsigned(items.size());
    for (const auto& [key, item] : items) {
      Put(key);
      Put(item);
    }
  }

  void Put(const Structure auto& value) {
    const std::size_t start = bytes_.size();
    VisitFields(value, *this);
    std::string size;
    AppendUnsigned(bytes_.size() - start, size);
    bytes_.insert(start, size);
  }

  std::string bytes_;
  std::string strings_;
  std::unordered_map<std::string_view, std::uint64_t> numbers_;  // From 1 on.
  std::deque<RunId> digests_;                                    // What numbers_ refers to.
  std::optional<std::uint64_t> first_instant_;
};

class Decoder {
 public:
  explicit Decoder(std::string_view payload) : rest_(payload) {
    for (std::size_t left = GetCount(); left > 0 && !failed_; --left) {
      strings_.push_back(GetText());
    }
  }

  bool failed() const { return failed_; }

  // Members that the bytes end before stay as they are.
  template <typename... Members>
  void operator()(Members&... members) {
    (GetMember(members), ...);
  }

 private:
  template <typename T>
  void GetMember(T& member) {
    if (!rest_.empty()) Get(member);
  }

  void Fail() {
    failed_ = true;
    rest_ = {};
  }

  std::uint64_t GetUnsigned() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<std::uint8_t>(rest_.front());
      rest_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7fU} << shift;
      if (byte < 0x80) return value;
    }
    Fail();
    return 0;
  }

  std::string_view GetBytes(std::uint64_t size) {
    if (size > rest_.size()) {
      Fail();
      return {};
    }
    const std::string_view bytes = rest_.substr(0, size);
    rest_.remove_prefix(size);
    return bytes;
  }

  // A count of items that take at least a byte each.
  std::size_t GetCount() {
    const std::uint64_t count = GetUnsigned();
    if (count <= rest_.size()) return count;
    Fail();
    return 0;
  }

  template <std::unsigned_integral T>
  void Get(T& value) {
    const std::uint64_t bits = GetUnsigned();
    if (bits > std::numeric_limits<T>::max()) return Fail();
    value = static_cast<T>(bits);
  }

  template <std::signed_integral T>
  void Get(T& value) {
    const std::uint64_t bits = GetUnsigned();
    const auto number = static_cast<std::int64_t>((bits >> 1) ^ (~(bits & 1) + 1));
    if (!std::in_range<T>(number)) return Fail();
    value = static_cast<T>(number);
  }

  template <typename Enum>
  requires std::is_enum_v<Enum>
  void Get(Enum& value) {
    const std::uint64_t number = GetUnsigned();
    if (number >= kEnumerators<Enum>) return Fail();
    value = static_cast<Enum>(number);
  }

  void Get(Duration& value) {
    std::int64_t millis = 0;
    Get(millis);
    value = Duration(millis);
  }

  void Get(Timestamp& value) {
    std::int64_t difference = 0;
    Get(difference);
    const std::uint64_t millis =
        first_instant_.value_or(0) + static_cast<std::uint64_t>(difference);
    if (!first_instant_) first_instant_ = millis;
    value = FromEpochMillis(static_cast<std::int64_t>(millis));
  }

  std::string GetText() {
    const std::uint64_t size = GetUnsigned();
    if ((size & 1) == 0) return std::string(GetBytes(size >> 1));
    std::string text;
    for (const char byte : GetBytes(size >> 2)) {
      text.push_back(kHexDigits[static_cast<std::uint8_t>(byte) >> 4]);
      text.push_back(kHexDigits[static_cast<std::uint8_t>(byte) & 0xf]);
    }
    return text;
  }

  void Get(std::string& text) {
    const std::uint64_t number = GetUnsigned();
    if (number > strings_.size()) return Fail();
    text = number == 0 ? std::string() : strings_[number - 1];
  }

  void Get(Id auto& id) { Get(id.value); }

  void Get(RunDigest& digest) {
    RunId id;
    Get(id);
    digest = RunDigest(id);
  }

  template <typename T>
  void Get(std::optional<T>& value) {
    if (GetUnsigned() == 0) return value.reset();
    Get(value.emplace());
  }

  template <typename T>
  void Get(std::vector<T>& items) {
    items.clear();
    for (std::size_t left = GetCount(); left > 0 && !failed_; --left) Get(items.emplace_back());
  }

  // Another size would be another meaning.
  template <typename T, std::size_t kSize>
  void Get(std::array<T, kSize>& items) {
    if (GetCount() != kSize) return Fail();
    for (T& item : items) Get(item);
  }

  template <typename Key, typename T>
  void Get(std::map<Key, T>& items) {
    items.clear();
    for (std::size_t left = GetCount(); left > 0 && !failed_; --left) {
      Key key{};
      Get(key);
      Get(items[std::move(key)]);
    }
  }

  void Get(Structure auto& value) { GetStructure(value); }

  // Exemplars point into the counts.
  void Get(Histogram& histogram) {
    GetStructure(histogram);
    for (const Exemplar& exemplar : histogram.exemplars) {
      if (exemplar.bucket >= histogram.counts.size()) return Fail();
    }
  }

  void GetStructure(Structure auto& value) {
    const std::string_view inner = GetBytes(GetUnsigned());
    const std::string_view outer = std::exchange(rest_, inner);
    VisitFields(value, *this);
    rest_ = failed_ ? std::string_view() : outer;
  }

  std::string_view rest_;
  std::vector<std::string> strings_;
  std::optional<std::uint64_t> first_instant_;
  bool failed_ = false;
};

constexpr std::size_t kChecksumSize = 4;

// FNV-1a 32. Finds flipped and lost bytes; SQLite has no checksums of its own.
std::uint32_t Checksum(std::uint8_t version, std::string_view payload) {
  constexpr std::uint32_t kPrime = 16777619;
  std::uint32_t hash = (2166136261U ^ version) * kPrime;
  for (const char byte : payload) hash = (hash ^ static_cast<std::uint8_t>(byte)) * kPrime;
  return hash;
}

template <Structure T>
std::string Encode(const T& value) {
  Encoder encoder;
  VisitFields(value, encoder);
  return SealLedgerBytes(kLedgerCodecVersion, encoder.Take());
}

template <Structure T>
DecodeOutcome Decode(std::string_view bytes, T& value) {
  if (bytes.size() < 1 + kChecksumSize) return DecodeOutcome::kDamaged;
  const auto version = static_cast<std::uint8_t>(bytes.front());
  const std::string_view payload = bytes.substr(1 + kChecksumSize);
  if (SealLedgerBytes(version, payload) != bytes) return DecodeOutcome::kDamaged;
  if (version > kLedgerCodecVersion) return DecodeOutcome::kNewer;
  Decoder decoder(payload);
  VisitFields(value, decoder);
  return decoder.failed() ? DecodeOutcome::kDamaged : DecodeOutcome::kOk;
}

}  // namespace

std::string EncodePipelineState(const PipelineState& pipeline) {
  return Encode(pipeline);
}

std::string EncodeProjectTotals(const ProjectTotals& totals) {
  return Encode(totals);
}

DecodeOutcome DecodePipelineState(std::string_view bytes, PipelineState& pipeline) {
  return Decode(bytes, pipeline);
}

DecodeOutcome DecodeProjectTotals(std::string_view bytes, ProjectTotals& totals) {
  return Decode(bytes, totals);
}

std::string SealLedgerBytes(std::uint8_t version, std::string_view payload) {
  std::string sealed(1, static_cast<char>(version));
  for (std::uint32_t rest = Checksum(version, payload), i = 0; i < kChecksumSize; ++i, rest >>= 8) {
    sealed.push_back(static_cast<char>(rest));
  }
  return sealed.append(payload);
}

}  // namespace codearts
