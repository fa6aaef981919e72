/* SPDX-License-Identifier: Apache-2.0 */
#include "conformance/trace_context_cases.h"

#define OTHER_TRACE "4bf92f3577b34da6a3ce929d0e0e4736"
#define VALID "00-" TRACE "-" SPAN "-01"

/* A request with this traceparent alone. */
#define TAKEN(text)                                                                                \
    {                                                                                              \
        CONTINUES, NULL,                                                                           \
        {                                                                                          \
            {                                                                                      \
                "traceparent", text                                                                \
            }                                                                                      \
        }                                                                                          \
    }
#define REFUSED(text)                                                                              \
    {                                                                                              \
        STARTS_ANEW, NULL,                                                                         \
        {                                                                                          \
            {                                                                                      \
                "traceparent", text                                                                \
            }                                                                                      \
        }                                                                                          \
    }

static const trace_context_case CASES[] = {
    {"a request without context gets a trace of its own", {{STARTS_ANEW, NULL, {{0}}}}},
    {"traceparent is enough: the trace goes on, with another span", {TAKEN(VALID)}},
    {"which of two traceparents is right cannot be known",
     {{STARTS_ANEW,
       NULL,
       {{"traceparent", VALID}, {"traceparent", "00-" OTHER_TRACE "-" SPAN "-01"}}}}},
    {"the name is one word, without a dash or a dot",
     {{STARTS_ANEW, NULL, {{"trace-parent", VALID}}},
      {STARTS_ANEW, NULL, {{"trace.parent", VALID}}}}},
    {"the case of the name does not matter in HTTP",
     {{CONTINUES, NULL, {{"Traceparent", VALID}}},
      {CONTINUES, NULL, {{"tRaCePaReNt", VALID}}},
      {CONTINUES, NULL, {{"TRACEPARENT", VALID}}}}},
    {"in version 00 nothing follows the flags", {REFUSED(VALID "."), REFUSED(VALID "-more")}},
    {"in a later version more may follow the flags, but only behind a dash",
     {TAKEN("cc-" TRACE "-" SPAN "-01"), TAKEN("cc-" TRACE "-" SPAN "-01-more-of-it"),
      REFUSED("cc-" TRACE "-" SPAN "-01.more-of-it")}},
    {"version ff is no version", {REFUSED("ff-" TRACE "-" SPAN "-01")}},
    {"the version has hexadecimal digits only",
     {REFUSED(".0-" TRACE "-" SPAN "-01"), REFUSED("0.-" TRACE "-" SPAN "-01")}},
    {"the version has no more than two digits",
     {REFUSED("000-" TRACE "-" SPAN "-01"), REFUSED("0000-" TRACE "-" SPAN "-01")}},
    {"the version has no fewer than two digits", {REFUSED("0-" TRACE "-" SPAN "-01")}},
    {"a trace id of zeros is none", {REFUSED("00-00000000000000000000000000000000-" SPAN "-01")}},
    {"the trace id has hexadecimal digits only",
     {REFUSED("00-.af7651916cd43dd8448eb211c80319c-" SPAN "-01"),
      REFUSED("00-0af7651916cd43dd8448eb211c80319.-" SPAN "-01")}},
    {"the trace id has no more than 32 digits", {REFUSED("00-" TRACE "7-" SPAN "-01")}},
    {"the trace id has no fewer than 32 digits",
     {REFUSED("00-0af7651916cd43dd8448eb211c80319-" SPAN "-01")}},
    {"a parent id of zeros is none", {REFUSED("00-" TRACE "-0000000000000000-01")}},
    {"the parent id has hexadecimal digits only",
     {REFUSED("00-" TRACE "-.7ad6b7169203331-01"), REFUSED("00-" TRACE "-b7ad6b716920333.-01")}},
    {"the parent id has no more than 16 digits", {REFUSED("00-" TRACE "-" SPAN "7-01")}},
    {"the parent id has no fewer than 16 digits", {REFUSED("00-" TRACE "-b7ad6b716920333-01")}},
    {"the flags have hexadecimal digits only",
     {REFUSED("00-" TRACE "-" SPAN "-.1"), REFUSED("00-" TRACE "-" SPAN "-0.")}},
    {"the flags have no more than two digits", {REFUSED("00-" TRACE "-" SPAN "-001")}},
    {"the flags have no fewer than two digits", {REFUSED("00-" TRACE "-" SPAN "-1")}},
    {"spaces and tabs around the value do not belong to it",
     {TAKEN(" " VALID), TAKEN("\t" VALID), TAKEN(VALID " "), TAKEN(VALID "\t"),
      TAKEN("\t " VALID " \t")}},
};

trace_context_cases traceparent_cases(void)
{
    return (trace_context_cases){CASES, sizeof(CASES) / sizeof(CASES[0]), 1};
}
