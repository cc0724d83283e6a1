// Names the judge, so that go.mod and go.sum pin it.
//go:build tools

package tools

import _ "github.com/fullstorydev/grpcurl/cmd/grpcurl"
