// librdkafka for Swift: the public header and its mock cluster (tests and the demo).
// Only what Swift cannot say belongs here: doors for variadic functions and function-like macros.
#pragma once
#include <librdkafka/rdkafka.h>
#include <librdkafka/rdkafka_mock.h>
