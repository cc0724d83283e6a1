// The load of bench_append on Tessera's POSIX driver: each writer adds an entry of 1 KB and waits
// until it is integrated, or until a signed checkpoint covers it.
//
//	tessera FOLDER SECONDS WRITERS...
package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strconv"
	"sync"
	"sync/atomic"
	"time"

	"github.com/transparency-dev/tessera"
	"github.com/transparency-dev/tessera/storage/posix"
	"golang.org/x/mod/sumdb/note"
)

const (
	entryBytes = 1024
	batchMax   = 4096
	batchAge   = 5 * time.Millisecond
	// The least that the driver takes.
	checkpointInterval = 100 * time.Millisecond
)

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func measure(folder string, writers int, length time.Duration, published bool) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	secret, _, err := note.GenerateKey(rand.Reader, "bench")
	must(err)
	signer, err := note.NewSigner(secret)
	must(err)
	driver, err := posix.New(ctx, posix.Config{Path: folder})
	must(err)
	options := tessera.NewAppendOptions().
		WithCheckpointSigner(signer).
		WithCheckpointInterval(checkpointInterval).
		WithBatching(batchMax, batchAge).
		WithPushback(uint(2*writers + batchMax))
	appender, shutdown, reader, err := tessera.NewAppender(ctx, driver, options)
	must(err)
	awaiter := tessera.NewPublicationAwaiter(ctx, reader.ReadCheckpoint, 5*time.Millisecond)

	var written atomic.Int64
	var ends atomic.Bool
	var all sync.WaitGroup
	samples := make([][]float64, writers)
	start := time.Now()
	for w := 0; w < writers; w++ {
		all.Add(1)
		go func(w int) {
			defer all.Done()
			for i := 0; !ends.Load(); i++ {
				data := make([]byte, entryBytes)
				copy(data, fmt.Sprintf("%d/%d", w, i))
				begin := time.Now()
				future := appender.Add(ctx, tessera.NewEntry(data))
				var err error
				if published {
					_, _, err = awaiter.Await(ctx, future)
				} else {
					_, err = future()
				}
				must(err)
				samples[w] = append(samples[w], float64(time.Since(begin).Microseconds())/1000)
				written.Add(1)
			}
		}(w)
	}
	time.Sleep(length)
	ends.Store(true)
	all.Wait()
	seconds := time.Since(start).Seconds()
	var sorted []float64
	for _, s := range samples {
		sorted = append(sorted, s...)
	}
	sort.Float64s(sorted)
	what := "integrated"
	if published {
		what = "published"
	}
	fmt.Printf("tessera %-10s %5d writers %8.0f entries/s  p50 %8.2f ms  p99 %8.2f ms\n", what, writers,
		float64(written.Load())/seconds, sorted[len(sorted)/2], sorted[len(sorted)*99/100])
	must(shutdown(ctx))
}

func main() {
	if len(os.Args) < 4 {
		fmt.Fprintln(os.Stderr, "tessera FOLDER SECONDS WRITERS...")
		os.Exit(2)
	}
	seconds, err := strconv.ParseFloat(os.Args[2], 64)
	must(err)
	for i, text := range os.Args[3:] {
		writers, err := strconv.Atoi(text)
		must(err)
		for _, published := range []bool{false, true} {
			folder := filepath.Join(os.Args[1], fmt.Sprintf("tessera-%d-%v", i, published))
			measure(folder, writers, time.Duration(seconds*float64(time.Second)), published)
		}
	}
}
