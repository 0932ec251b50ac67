// A forest that tells the root of any node while links come and go (Sleator and Tarjan, "A data
// structure for dynamic trees"): each operation takes O(log n) amortised, however deep the trees.
// Walking up from node to node would take as long as the tree is deep, and whoever writes
// References can make it as deep as there are messages.
#pragma once

#include <cstdint>
#include <vector>

namespace roost::mail {

class LinkCutForest {
 public:
  using Node = std::uint32_t;

  // A tree of its own. Nodes are numbered from 0.
  Node add() {
    nodes_.emplace_back();
    return static_cast<Node>(nodes_.size() - 2);
  }
  [[nodiscard]] Node root_of(Node node);
  // Requires: child is the root of a tree, and parent is not in that tree.
  void link(Node child, Node parent);
  // Requires: child has a parent.
  void cut(Node child);

 private:
  // Paths from a node down to one of its descendants are kept as splay trees, ordered by depth. 0
  // is no node; what is outside called n is n + 1 here.
  struct Splayed {
    Node up = 0;    // in its path's tree; of that tree's root, the node above the path
    Node less = 0;  // nearer to the root of the forest's tree
    Node more = 0;
  };
  [[nodiscard]] bool heads_path(Node x) const {
    const Splayed& up = nodes_[nodes_[x].up];
    return nodes_[x].up == 0 || (up.less != x && up.more != x);
  }
  void rotate(Node x);
  void splay(Node x);
  void expose(Node x);  // makes the path from the root to x one, with x on top and nothing below it

  std::vector<Splayed> nodes_ = std::vector<Splayed>(1);
};

}  // namespace roost::mail
