//go:build tools

// Package tools names what jaeger_long.sh builds: Jaeger, with a receiver for OTLP and a page, in one program.
package tools

import _ "github.com/jaegertracing/jaeger/cmd/all-in-one"
