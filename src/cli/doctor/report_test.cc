#include "cli/doctor/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <string>

namespace roost::doctor {
namespace {

using testing::HasSubstr;
using testing::Not;

constexpr Examination kArrival{.name = "arrival",
                               .question = "Is it told?",
                               .rfc = "RFC 2177 §3",
                               .meaning = "Mail is seen late."};

TEST(DoctorReport, ExplainsWhatIsWrongAndNothingElse) {
  EXPECT_EQ(text_of({&kArrival, pass("it is")}), "pass     arrival            Is it told? it is");
  EXPECT_EQ(text_of({&kArrival, skipped("why not")}),
            "skipped  arrival            Is it told? why not");
  const std::string text = text_of({&kArrival, fault("it is not")});
  EXPECT_THAT(text, HasSubstr("it is not\n"));
  EXPECT_THAT(text, HasSubstr("Mail is seen late.\n"));
  EXPECT_THAT(text, HasSubstr("RFC 2177 §3"));
}

TEST(DoctorReport, AFindingMayHaveAMeaningOfItsOwn) {
  Finding finding = warn("every second");
  finding.meaning = "Phones do not sleep.";
  const Examined examined{&kArrival, finding};
  EXPECT_THAT(text_of(examined), HasSubstr("Phones do not sleep.\n"));
  EXPECT_THAT(text_of(examined), Not(HasSubstr("Mail is seen late.")));
  EXPECT_EQ(json_of({&examined, 1})["examinations"][0]["meaning"], "Phones do not sleep.");
}

TEST(DoctorReport, WordsOfTheServerReachNoTerminalAsTheyAre) {
  EXPECT_THAT(text_of({&kArrival, pass("\x1b[2Jgone")}), Not(HasSubstr("\x1b")));
}

TEST(DoctorReport, CountsAndGivesNumbersToPrograms) {
  Finding finding = warn("\xff late");
  finding.measures = {{"median_ms", 5000}};
  const Examined all[] = {{&kArrival, finding}, {&kArrival, pass("it is")}};
  EXPECT_EQ(summary_of(all), "1 pass, 1 warn, 0 fail, 0 skipped");
  const admin::Json json = json_of(all);
  EXPECT_EQ(json["warn"], 1);
  EXPECT_EQ(json["examinations"][0]["verdict"], "warn");
  EXPECT_EQ(json["examinations"][0]["measures"]["median_ms"], 5000);
  EXPECT_THAT(admin::to_text(json), HasSubstr("RFC 2177"));
}

TEST(DoctorReport, TheManualHasTheTable) {
  std::ifstream file(ROOST_SOURCE_DIR "/docs/doctor.md");
  const std::string manual{std::istreambuf_iterator<char>(file), {}};
  EXPECT_THAT(manual, HasSubstr(table_of(examinations()))) << "roost doctor --examinations";
}

}  // namespace
}  // namespace roost::doctor
