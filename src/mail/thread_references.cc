// THREAD=REFERENCES (RFC 5256 section 3), its six steps by their numbers. Step 1 is done message by
// message as they come, the rest at the end. The order of siblings (steps 4 and 6) is had by taking
// all messages by date, once, wherever they belong; so nothing is ever sorted again, and nothing
// recurses: a thread may be as deep as it has messages.
#include "mail/link_cut_forest.h"
#include "mail/number_places.h"
#include "mail/threads.h"

namespace roost::mail {
namespace {

constexpr std::uint32_t kNone = Threads::kNone;

class References final : public Threader {
 public:
  explicit References(std::size_t spare_nodes) : spare_nodes_(spare_nodes) {}

  Result<void> add(std::uint32_t number, const ThreadedMessage& message) override;
  Threads threads() override;

 private:
  // Of step 1: a message, or a dummy that a reference has made.
  struct Node {
    std::uint32_t message = kNone;  // kNone: a dummy
    std::uint32_t parent = kNone;
    std::uint32_t children = 0;
  };
  // Of steps 3 to 5: a child of the root, a message or a dummy.
  struct Head {
    std::uint32_t message;            // itself; of a dummy, its first child
    std::uint32_t merged_to = kNone;  // step 5.C: the head it has become one with, or a child of
    bool is_dummy = false;
  };

  std::uint32_t new_node();
  std::uint32_t node_of_reference(std::uint32_t id);
  std::uint32_t node_of_message(const std::uint32_t* id, std::uint32_t message);
  [[nodiscard]] bool may_link(std::uint32_t child, std::uint32_t parent);
  void link(std::uint32_t child, std::uint32_t parent);
  void cut(std::uint32_t child);

  void find_message_nodes();
  void prune();
  void find_heads(const std::vector<std::uint32_t>& order);
  void merge_by_subject();
  void merge(std::uint32_t head, std::uint32_t& in_table);
  [[nodiscard]] const Message& subject_of(const Head& head) const {
    return messages_[head.message];
  }
  [[nodiscard]] bool is_reply(const Head& head) const {
    return !head.is_dummy && messages_[head.message].is_reply_or_forward;
  }

  const std::size_t spare_nodes_;
  std::vector<Node> nodes_;
  LinkCutForest forest_;  // of nodes_
  NumberPlaces node_of_id_;

  // From step 2 on.
  std::vector<std::uint32_t> node_of_;       // by message
  std::vector<std::uint32_t> above_;         // by node: what stands above it once it is pruned
  std::vector<std::uint32_t> promoted_;      // by node: messages below a dummy that has no parent
  std::vector<std::uint32_t> head_of_node_;  // by node: message without parent, or such a dummy
  std::vector<Head> heads_;
};

std::uint32_t References::new_node() {
  nodes_.emplace_back();
  return forest_.add();
}

std::uint32_t References::node_of_reference(std::uint32_t id) {
  std::uint32_t& known = node_of_id_[id];
  if (known == NumberPlaces::kNone) known = new_node();
  return known;
}

// A message without an id, or with that of an earlier one, is known by none.
std::uint32_t References::node_of_message(const std::uint32_t* id, std::uint32_t message) {
  std::uint32_t node = id == nullptr ? new_node() : node_of_reference(*id);
  if (nodes_[node].message != kNone) node = new_node();
  nodes_[node].message = message;
  return node;
}

// Not if parent is a descendant of child, or child itself. Requires: child has no parent.
bool References::may_link(std::uint32_t child, std::uint32_t parent) {
  if (child == parent) return false;
  if (nodes_[child].children == 0 || nodes_[parent].parent == kNone) return true;
  return forest_.root_of(parent) != child;
}

void References::link(std::uint32_t child, std::uint32_t parent) {
  nodes_[child].parent = parent;
  ++nodes_[parent].children;
  forest_.link(child, parent);
}

void References::cut(std::uint32_t child) {
  --nodes_[nodes_[child].parent].children;
  nodes_[child].parent = kNone;
  forest_.cut(child);
}

// Step 1.
Result<void> References::add(std::uint32_t number, const ThreadedMessage& message) {
  add_message(number, message);
  const std::uint32_t* own = message.has_id ? message.ids.data() : nullptr;
  const std::uint32_t current =
      node_of_message(own, static_cast<std::uint32_t>(messages_.size() - 1));
  std::uint32_t last = kNone;
  for (const std::uint32_t id : message.ids.subspan(message.has_id ? 1 : 0)) {
    const std::uint32_t reference = node_of_reference(id);
    if (last != kNone && nodes_[reference].parent == kNone && may_link(reference, last)) {
      link(reference, last);
    }
    last = reference;
  }
  if (nodes_[current].parent != kNone) cut(current);
  if (last != kNone && may_link(current, last)) link(current, last);
  if (nodes_.size() > kNodesAMessage * messages_.size() + spare_nodes_) {
    return fail(ErrorCode::kLimit, "Too many references to messages that are not there");
  }
  return {};
}

void References::find_message_nodes() {
  node_of_.resize(messages_.size());
  for (std::uint32_t node = 0; node < nodes_.size(); ++node) {
    if (nodes_[node].message != kNone) node_of_[nodes_[node].message] = node;
  }
}

// Step 3: above each node the nearest message, or where there is none the dummy at the top.
void References::prune() {
  above_.assign(nodes_.size(), kNone);
  promoted_.assign(nodes_.size(), 0);
  std::vector<std::uint32_t> path;
  for (const std::uint32_t node : node_of_) {
    std::uint32_t at = nodes_[node].parent;
    while (at != kNone && nodes_[at].message == kNone && above_[at] == kNone &&
           nodes_[at].parent != kNone) {
      path.push_back(at);
      at = nodes_[at].parent;
    }
    if (at != kNone && nodes_[at].message == kNone && above_[at] != kNone) at = above_[at];
    for (const std::uint32_t dummy : path) above_[dummy] = at;
    path.clear();
    above_[node] = at;
    if (at != kNone && nodes_[at].message == kNone) ++promoted_[at];
  }
}

// Steps 2 and 4. An only child of a dummy is promoted.
void References::find_heads(const std::vector<std::uint32_t>& order) {
  head_of_node_.assign(nodes_.size(), kNone);
  for (const std::uint32_t message : order) {
    const std::uint32_t node = node_of_[message];
    std::uint32_t& above = above_[node];
    if (above != kNone && nodes_[above].message == kNone && promoted_[above] == 1) above = kNone;
    if (above != kNone && nodes_[above].message != kNone) continue;
    std::uint32_t& head = head_of_node_[above == kNone ? node : above];
    if (head != kNone) continue;
    head = static_cast<std::uint32_t>(heads_.size());
    heads_.push_back({.message = message, .is_dummy = above != kNone});
  }
}

// Step 5.
void References::merge_by_subject() {
  NumberPlaces table;
  const auto count = static_cast<std::uint32_t>(heads_.size());
  for (std::uint32_t head = 0; head < count; ++head) {
    if (!subject_of(heads_[head]).has_subject) continue;
    std::uint32_t& known = table[subject_of(heads_[head]).subject];
    const bool replaces =
        known == NumberPlaces::kNone ||
        (!heads_[known].is_dummy &&
         (heads_[head].is_dummy || (is_reply(heads_[known]) && !is_reply(heads_[head]))));
    if (replaces) known = head;
  }
  for (std::uint32_t head = 0; head < count; ++head) {
    if (!subject_of(heads_[head]).has_subject) continue;
    std::uint32_t& in_table = table[subject_of(heads_[head]).subject];
    if (in_table != head) merge(head, in_table);
  }
}

// Step 5.C.iv.
void References::merge(std::uint32_t head, std::uint32_t& in_table) {
  const bool becomes_child =
      heads_[in_table].is_dummy || (is_reply(heads_[head]) && !is_reply(heads_[in_table]));
  if (!becomes_child) {
    const auto dummy = static_cast<std::uint32_t>(heads_.size());
    heads_.push_back({.message = heads_[in_table].message, .is_dummy = true});
    heads_[in_table].merged_to = dummy;
    in_table = dummy;
  }
  heads_[head].merged_to = in_table;
}

// Step 6.
Threads References::threads() {
  const std::vector<std::uint32_t> order = messages_by_date();
  find_message_nodes();
  prune();
  find_heads(order);
  merge_by_subject();

  // Messages are nodes of their own numbers, and the head h that is a dummy is dummies[h].
  Threads threads;
  threads.nodes.resize(messages_.size());
  std::vector<std::uint32_t> dummies(heads_.size(), kNone);
  const auto place_of_head = [&](std::uint32_t head) {
    if (!heads_[head].is_dummy) return heads_[head].message;
    if (dummies[head] == kNone) {
      dummies[head] = static_cast<std::uint32_t>(threads.nodes.size());
      threads.nodes.emplace_back();
      threads.append(kNone, dummies[head]);
    }
    return dummies[head];
  };
  for (const std::uint32_t message : order) {
    threads.nodes[message].number = messages_[message].number;
    const std::uint32_t node = node_of_[message];
    const std::uint32_t above = above_[node];
    if (above != kNone && nodes_[above].message != kNone) {
      threads.append(nodes_[above].message, message);
      continue;
    }
    std::uint32_t head = head_of_node_[above == kNone ? node : above];
    // Itself the head: then it stands below what that was merged to. Else it stands below its
    // dummy, or what that has become one with.
    const bool is_head = !heads_[head].is_dummy;
    if (is_head || heads_[head].merged_to != kNone) head = heads_[head].merged_to;
    threads.append(head == kNone ? kNone : place_of_head(head), message);
  }
  return threads;
}

}  // namespace

std::unique_ptr<Threader> thread_by_references(std::size_t spare_nodes) {
  return std::make_unique<References>(spare_nodes);
}

}  // namespace roost::mail
