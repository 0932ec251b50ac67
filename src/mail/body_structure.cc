#include "mail/body_structure.h"

#include "base/ascii.h"
#include "mail/message_parser.h"
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

// Copies one BODYSTRUCTURE from the walk to out, without its extension data.
void copy_body(WireWalk& in, std::string& out, int nesting) {
  const auto copy_values = [&](int count) {
    for (int i = 0; i < count; ++i) {
      if (!in.take(' ')) in.fail();
      out += ' ';
      out += in.value();
    }
  };
  if (nesting > kMaxNesting || !in.take('(')) return in.fail();
  out += '(';
  if (in.next_is('(')) {
    while (in.ok() && in.next_is('(')) copy_body(in, out, nesting + 1);
    copy_values(1);
  } else {
    const std::string_view type = in.value();
    out += type;
    if (!in.take(' ')) in.fail();
    const std::string_view subtype = in.value();
    out.append(" ").append(subtype);
    copy_values(5);  // parameters, id, description, encoding, octets
    if (type == "\"MESSAGE\"" && subtype == "\"RFC822\"") {
      copy_values(1);  // envelope
      if (!in.take(' ')) in.fail();
      out += ' ';
      copy_body(in, out, nesting + 1);
      copy_values(1);  // lines
    } else if (type == "\"TEXT\"") {
      copy_values(1);
    }
  }
  while (in.ok() && in.take(' ')) in.value();
  if (!in.take(')')) in.fail();
  out += ')';
}

}  // namespace

void append_body_structure(std::string& out, const BodyPart& part) {
  if (part.mime.type.type == "multipart" && !part.children.empty()) {
    append_multipart(out, part);
  } else {
    append_single_part(out, part);
  }
}

std::string body_from_bodystructure(std::string_view bodystructure) {
  std::string out;
  out.reserve(bodystructure.size());
  WireWalk in(bodystructure);
  copy_body(in, out, 0);
  // What is no BODYSTRUCTURE of ours is handed on as it is: extension data do no harm.
  return in.ok() && in.at_end() ? out : std::string(bodystructure);
}

}  // namespace roost::mail
