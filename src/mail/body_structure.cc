#include "mail/body_structure.h"

#include "base/ascii.h"
#include "mail/wire_string.h"
#include "mail/wire_walk.h"

namespace roost::mail {
namespace {

// BODYSTRUCTUREs nest a little deeper than MessageParser::kMaxDepth; text that nests more is none.
constexpr int kMaxNesting = 200;

void append_parameters(std::string& out, const Parameters& parameters) {
  if (parameters.empty()) {
    out += "NIL";
    return;
  }
  char separator = '(';
  for (const auto& [name, value] : parameters) {
    out += separator;
    append_string(out, to_upper(name));
    out += ' ';
    append_string(out, value);
    separator = ' ';
  }
  out += ')';
}

// Text without a charset is US-ASCII (RFC 2045 section 5.2), and is said to be so.
void append_type_parameters(std::string& out, const ContentType& type) {
  if (type.type != "text" || parameter(type.parameters, "charset")) {
    append_parameters(out, type.parameters);
    return;
  }
  Parameters parameters = type.parameters;
  parameters.emplace(parameters.begin(), "CHARSET", "US-ASCII");
  append_parameters(out, parameters);
}

void append_disposition(std::string& out, const std::optional<Disposition>& disposition) {
  if (!disposition) {
    out += "NIL";
    return;
  }
  out += '(';
  append_string(out, to_upper(disposition->type));
  out += ' ';
  append_parameters(out, disposition->parameters);
  out += ')';
}

void append_language(std::string& out, const std::vector<std::string>& language) {
  if (language.empty()) {
    out += "NIL";
  } else if (language.size() == 1) {
    append_string(out, language.front());
  } else {
    char separator = '(';
    for (const std::string& tag : language) {
      out += separator;
      append_string(out, tag);
      separator = ' ';
    }
    out += ')';
  }
}

// Disposition, language and location, which end the extension data of every part.
void append_extension(std::string& out, const MimeFields& mime) {
  out += ' ';
  append_disposition(out, mime.disposition);
  out += ' ';
  append_language(out, mime.language);
  out += ' ';
  append_nstring(out, mime.location);
}

void append_multipart(std::string& out, const BodyPart& part) {
  out += '(';
  for (const BodyPart* child : part.children) append_body_structure(out, *child);
  out += ' ';
  append_string(out, to_upper(part.mime.type.subtype));
  out += ' ';
  append_parameters(out, part.mime.type.parameters);
  append_extension(out, part.mime);
  out += ')';
}

void append_single_part(std::string& out, const BodyPart& part) {
  const MimeFields& mime = part.mime;
  out += '(';
  append_string(out, to_upper(mime.type.type));
  out += ' ';
  append_string(out, to_upper(mime.type.subtype));
  out += ' ';
  append_type_parameters(out, mime.type);
  out += ' ';
  append_nstring(out, mime.id);
  out += ' ';
  append_nstring(out, mime.description);
  out += ' ';
  append_string(out, to_upper(mime.encoding));
  out += ' ';
  out += std::to_string(part.octets);
  if (!part.children.empty()) {
    out += ' ';
    out += part.envelope;
    out += ' ';
    append_body_structure(out, *part.children.front());
  }
  if (mime.type.type == "text" || !part.children.empty()) {
    out += ' ';
    out += std::to_string(part.lines);
  }
  out += ' ';
  append_nstring(out, mime.md5);
  append_extension(out, mime);
  out += ')';
}

// Copies a BODYSTRUCTURE in another form.
class BodyCopy {
 public:
  BodyCopy(std::string_view in, BodyForm form, std::string& out)
      : in_(in), form_(form), out_(out) {}

  void body(int nesting) {
    if (nesting > kMaxNesting || !in_.take('(')) return in_.fail();
    out_ += '(';
    const bool multipart = in_.next_is('(');
    if (multipart) {
      while (in_.ok() && in_.next_is('(')) body(nesting + 1);
      values(1);  // subtype
    } else {
      single_part(nesting);
    }
    for (int place = 0; in_.ok() && in_.take(' '); ++place) {
      if (form_.extension == BodyForm::Extension::kDropped) {
        in_.value();
        continue;
      }
      out_ += ' ';
      if (place == 0 && multipart) {
        parameters();
      } else if (place == 1) {
        disposition();
      } else {
        out_ += in_.value();
      }
    }
    if (!in_.take(')')) in_.fail();
    out_ += ')';
  }

  [[nodiscard]] bool done() const { return in_.ok() && in_.at_end(); }

 private:
  void single_part(int nesting) {
    const std::string_view type = in_.value();
    out_ += type;
    space();
    const std::string_view subtype = in_.value();
    out_ += subtype;
    space();
    parameters();
    values(4);  // id, description, encoding, octets
    const bool global = subtype == "\"GLOBAL\"";
    // A message/global of before it was looked into has no envelope behind its octets.
    if (type == "\"MESSAGE\"" && (global || subtype == "\"RFC822\"") && in_.next_is(" (")) {
      if (global && form_.global == BodyForm::Global::kLeaf) return skip_values(3);
      values(1);  // envelope
      space();
      body(nesting + 1);
      values(1);  // lines
    } else if (type == "\"TEXT\"") {
      values(1);
    }
  }
  void disposition() {
    if (!in_.take('(')) return void(out_ += in_.value());
    out_ += '(';
    out_ += in_.value();
    space();
    parameters();
    if (!in_.take(')')) in_.fail();
    out_ += ')';
  }
  void parameters() {
    if (form_.parameters == BodyForm::Parameters::kAsSent || !in_.take('(')) {
      out_ += in_.value();
      return;
    }
    Parameters read;
    do {
      std::string name = in_.nstring().value_or("");
      if (!in_.take(' ')) in_.fail();
      read.emplace_back(std::move(name), in_.nstring().value_or(""));
    } while (in_.ok() && in_.take(' '));
    if (!in_.take(')')) in_.fail();
    append_parameters(out_, decoded(read));
  }
  void space() {
    if (!in_.take(' ')) in_.fail();
    out_ += ' ';
  }
  void values(int count) {
    for (int i = 0; i < count; ++i) {
      space();
      out_ += in_.value();
    }
  }
  void skip_values(int count) {
    for (int i = 0; i < count; ++i) {
      if (!in_.take(' ')) in_.fail();
      in_.value();
    }
  }

  WireWalk in_;
  BodyForm form_;
  std::string& out_;
};

}  // namespace

void append_body_structure(std::string& out, const BodyPart& part) {
  if (part.mime.type.type == "multipart" && !part.children.empty()) {
    append_multipart(out, part);
  } else {
    append_single_part(out, part);
  }
}

std::string body_structure_as(std::string_view bodystructure, BodyForm form) {
  const bool as_it_is =
      form.extension == BodyForm::Extension::kKept &&
      (form.global == BodyForm::Global::kMessage || !bodystructure.contains("\"GLOBAL\"")) &&
      (form.parameters == BodyForm::Parameters::kAsSent || !bodystructure.contains('*'));
  if (as_it_is) return std::string(bodystructure);
  std::string out;
  out.reserve(bodystructure.size());
  BodyCopy copy(bodystructure, form, out);
  copy.body(0);
  // What is no BODYSTRUCTURE of ours is handed on as it is: extension data do no harm.
  return copy.done() ? out : std::string(bodystructure);
}

}  // namespace roost::mail
