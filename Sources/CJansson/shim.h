// jansson for Swift. Only what Swift cannot say belongs here.
#pragma once
#include <jansson.h>
