#!/bin/sh
exec stand-in topics "$@"
