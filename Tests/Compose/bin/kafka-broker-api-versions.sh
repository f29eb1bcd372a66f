#!/bin/sh
exec stand-in api-versions "$@"
