/* SPDX-License-Identifier: Apache-2.0 */
#include "conformance/trace_context_cases.h"

#define VALID "00-" TRACE "-" SPAN "-00"

/* A request with a valid traceparent and lines of tracestate, and what comes out of these. */
#define PASSED(text, out)                                                                          \
    {                                                                                              \
        CONTINUES, out,                                                                            \
        {                                                                                          \
            {"traceparent", VALID},                                                                \
            {                                                                                      \
                "tracestate", text                                                                 \
            }                                                                                      \
        }                                                                                          \
    }
#define JOINED(out, ...)                                                                           \
    {                                                                                              \
        CONTINUES, out,                                                                            \
        {                                                                                          \
            {"traceparent", VALID}, __VA_ARGS__                                                    \
        }                                                                                          \
    }
#define DROPPED(text) PASSED(text, NULL)

#define K16 "kkkkkkkkkkkkkkkk"
#define K64 K16 K16 K16 K16
#define K240 K64 K64 K64 K16 K16 K16
#define K256 K240 K16

#define KEY_CHARACTERS "abcdefghijklmnopqrstuvwxyz0123456789_-*/"
#define VALUE_CHARACTERS                                                                           \
    " !\"#$%&'()*+-./0123456789:;<>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz"  \
    "{|}~"

#define M1_TO_10 "m1=1,m2=2,m3=3,m4=4,m5=5,m6=6,m7=7,m8=8,m9=9,m10=10"
#define M11_TO_20 "m11=1,m12=2,m13=3,m14=4,m15=5,m16=6,m17=7,m18=8,m19=9,m20=10"
#define M21_TO_30 "m21=1,m22=2,m23=3,m24=4,m25=5,m26=6,m27=7,m28=8,m29=9,m30=10"
#define M31_TO_32 "m31=1,m32=2"
#define M1_TO_32 M1_TO_10 "," M11_TO_20 "," M21_TO_30 "," M31_TO_32

static const trace_context_case CASES[] = {
    {"without traceparent, tracestate means nothing",
     {{STARTS_ANEW, NULL, {{"tracestate", "foo=1"}}},
      {STARTS_ANEW, NULL, {{"tracestate", "foo=1,bar=2"}}}}},
    {"with traceparent, tracestate travels on", {PASSED("foo=1,bar=2", "foo=1,bar=2")}},
    {"the name is one word, without a dash or a dot",
     {JOINED(NULL, {"trace-state", "foo=1"}), JOINED(NULL, {"trace.state", "foo=1"})}},
    {"the case of the name does not matter in HTTP",
     {JOINED("foo=1", {"Tracestate", "foo=1"}), JOINED("foo=1", {"tRaCeStAtE", "foo=1"}),
      JOINED("foo=1", {"TRACESTATE", "foo=1"})}},
    {"an empty line adds nothing, and breaks nothing",
     {DROPPED(""), JOINED("foo=1", {"tracestate", "foo=1"}, {"tracestate", ""}),
      JOINED("foo=1", {"tracestate", ""}, {"tracestate", "foo=1"})}},
    {"several lines are one list, in their order",
     {JOINED("foo=1,bar=2,red=3,blue=4,last=5", {"tracestate", "foo=1,bar=2"},
             {"tracestate", "red=3,blue=4"}, {"tracestate", "last=5"})}},
    {"a key that comes twice costs nobody else a member; both are kept",
     {PASSED("foo=1,foo=1", "foo=1,foo=1"), PASSED("foo=1,foo=2", "foo=1,foo=2"),
      JOINED("foo=1,foo=1", {"tracestate", "foo=1"}, {"tracestate", "foo=1"}),
      JOINED("foo=1,foo=2", {"tracestate", "foo=1"}, {"tracestate", "foo=2"})}},
    {"every character that is allowed in keys and in values",
     {PASSED(KEY_CHARACTERS "=" VALUE_CHARACTERS, KEY_CHARACTERS "=" VALUE_CHARACTERS),
      PASSED(KEY_CHARACTERS "@" KEY_CHARACTERS "=" VALUE_CHARACTERS,
             KEY_CHARACTERS "@" KEY_CHARACTERS "=" VALUE_CHARACTERS)}},
    {"spaces and tabs around members do not belong to them",
     {PASSED("foo=1 \t , \t bar=2, \t red=3", "foo=1,bar=2,red=3"),
      PASSED("foo=1\t \t,\t \tbar=2,\t \tred=3", "foo=1,bar=2,red=3"), PASSED(" foo=1", "foo=1"),
      PASSED("\tfoo=1", "foo=1"), PASSED("foo=1 ", "foo=1"), PASSED("foo=1\t", "foo=1"),
      PASSED("\t foo=1 \t", "foo=1")}},
    {"a space, an upper-case letter or a dot in a key spoils the whole",
     {DROPPED("foo =1"), DROPPED("Foo=1"), DROPPED("foo.bar=1")}},
    {"an at sign may stand anywhere in a key but at its beginning",
     {PASSED("foo@=1,bar=2", "foo@=1,bar=2"), DROPPED("@foo=1,bar=2"),
      PASSED("foo@@bar=1,bar=2", "foo@@bar=1,bar=2"),
      PASSED("foo@bar@red=1,bar=2", "foo@bar@red=1,bar=2")}},
    {"32 members are allowed, however many lines they come in, and 33 are not",
     {JOINED(M1_TO_32, {"tracestate", M1_TO_10}, {"tracestate", M11_TO_20},
             {"tracestate", M21_TO_30}, {"tracestate", M31_TO_32}),
      JOINED(NULL, {"tracestate", M1_TO_10}, {"tracestate", M11_TO_20}, {"tracestate", M21_TO_30},
             {"tracestate", M31_TO_32 ",m33=3"})}},
    {"a key has up to 256 characters, wherever an at sign stands in it",
     {JOINED("foo=1," K256 "=1", {"tracestate", "foo=1"}, {"tracestate", K256 "=1"}),
      JOINED(NULL, {"tracestate", "foo=1"}, {"tracestate", K256 "k=1"}),
      JOINED("foo=1,k" K240 "@kkkkkkkkkkkkkk=1", {"tracestate", "foo=1"},
             {"tracestate", "k" K240 "@kkkkkkkkkkkkkk=1"}),
      JOINED("foo=1,kk" K240 "@k=1", {"tracestate", "foo=1"}, {"tracestate", "kk" K240 "@k=1"}),
      JOINED("foo=1,k@" K16 "=1", {"tracestate", "foo=1"}, {"tracestate", "k@" K16 "=1"})}},
    {"a second equals sign, or no value at all, spoils the whole",
     {DROPPED("foo=1=2"), DROPPED("foo=,bar=3")}},
};

trace_context_cases tracestate_cases(void)
{
    return (trace_context_cases){CASES, sizeof(CASES) / sizeof(CASES[0]), 1};
}
