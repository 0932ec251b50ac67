#include "mail/link_cut_forest.h"

namespace roost::mail {

void LinkCutForest::rotate(Node x) {
  const Node y = nodes_[x].up;
  const Node z = nodes_[y].up;
  if (!heads_path(y)) (nodes_[z].less == y ? nodes_[z].less : nodes_[z].more) = x;
  Node& down = nodes_[y].less == x ? nodes_[y].less : nodes_[y].more;
  Node& inner = &down == &nodes_[y].less ? nodes_[x].more : nodes_[x].less;
  down = inner;
  if (inner != 0) nodes_[inner].up = y;
  inner = y;
  nodes_[y].up = x;
  nodes_[x].up = z;
}

void LinkCutForest::splay(Node x) {
  while (!heads_path(x)) {
    const Node y = nodes_[x].up;
    if (!heads_path(y)) {
      const Node z = nodes_[y].up;
      rotate((nodes_[y].less == x) == (nodes_[z].less == y) ? y : x);
    }
    rotate(x);
  }
}

void LinkCutForest::expose(Node x) {
  Node below = 0;
  for (Node at = x; at != 0; at = nodes_[at].up) {
    splay(at);
    nodes_[at].more = below;
    below = at;
  }
  splay(x);
}

LinkCutForest::Node LinkCutForest::root_of(Node node) {
  Node x = node + 1;
  expose(x);
  while (nodes_[x].less != 0) x = nodes_[x].less;
  splay(x);  // or a deep search would have to be paid again
  return x - 1;
}

void LinkCutForest::link(Node child, Node parent) {
  expose(child + 1);
  nodes_[child + 1].up = parent + 1;
}

void LinkCutForest::cut(Node child) {
  expose(child + 1);
  Splayed& x = nodes_[child + 1];
  nodes_[x.less].up = 0;
  x.less = 0;
}

}  // namespace roost::mail
